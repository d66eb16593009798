//! `section55 serve`, `migrate`, `schema`, `new-epoch` and `adopt-files`: the commands that use the operator's database.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::{BoxedError, listening, mail, say, wait_for_stop};
use crate::api::CursorKey;
use crate::audit::{self, Sequencer, Witnesses};
use crate::auth::token::{RefreshIntervals, Verifier, read_issuers};
use crate::changes::{FeedCursorKey, StreamLimits};
use crate::clock::Clock;
use crate::config::{AuditSettings, DatabaseSettings, ServeSettings};
use crate::db::{
    Address, ConnectionPlan, Db, ServerConnections, ServerVersion, check_session, migrate, open_pools, requirements,
    schema_page,
};
use crate::deadlines::CalendarKey;
use crate::file_integrity::{self, Adoption};
use crate::files::Scanner;
use crate::imports::table::WorkbookReader;
use crate::people;
use crate::server::{self, Limits, Origins, ProxyHeader, ServerComponents, worker_threads};
use crate::telemetry;
use crate::webhooks::{self, AddressPolicy, AllowedPorts};

/// Serves until the process receives a stop signal. Refuses an unsafe database, schema or role.
pub async fn serve(settings: ServeSettings) -> Result<(), BoxedError> {
    let secret = settings.secret()?;
    let origins = Origins::new(&settings.cors_origins)?;
    let threads = worker_threads(settings.workers)?;
    let plan = ConnectionPlan::new(threads, settings.database_connections, settings.exports)?;
    let address = Address::parse(settings.database.required()?.expose_secret())?;
    let public = match settings.public_url()? {
        Some(url) => Address::parse(url.expose_secret())?,
        None => address.with_role("section55_public"),
    };
    check_session(&address).await?;
    if settings.public_url()?.is_some() {
        check_session(&public).await?;
    }
    let mut client = address.connect().await?;
    log_version(&requirements::check_version(&client).await?);
    migrate::check_schema(&mut client).await?;
    requirements::check_safety(&client).await?;
    requirements::check_public(&public.connect().await?).await?;
    let (db, exports) = plan.open(&address, &public)?;
    log_connections(&plan, &requirements::check_connections(&client, plan.total()).await?);
    // Every connection of the instance counts towards its limit.
    drop(client);
    let verifier = Arc::new(Verifier::new(read_issuers(&settings.issuers()?)?)?);
    let key_refresh = verifier.spawn_refresh(RefreshIntervals::default());
    if let Some(listen) = settings.metrics_listen {
        telemetry::serve(listen)?;
    }
    let files = file_integrity::open_store(&db, &settings.files, &Clock::system()).await?;
    let sequencer_task = start_sequencer(&settings.audit).await?;
    let listener = listening::open(settings.listen.address())?;
    let address_policy = AddressPolicy::new(settings.webhook_http, settings.webhook_allow)
        .with_ports(AllowedPorts::Only(settings.webhook_ports));
    let mut webhooks = webhooks::Settings::new(secret.expose_secret().as_bytes(), address_policy);
    if let Some(path) = &settings.webhook_ca_file {
        webhooks = webhooks.with_certificate_authorities(&std::fs::read(path)?)?;
    }
    let notifications = mail::notification_settings(&settings.mail)?;
    let parts = ServerComponents {
        db: db.clone(),
        exports_db: exports.clone(),
        verifier,
        clock: Clock::system(),
        machine_clock: Clock::system(),
        cursor_key: CursorKey::new(secret.expose_secret().as_bytes()),
        feed_cursor_key: FeedCursorKey::new(secret.expose_secret().as_bytes()),
        calendar_key: CalendarKey::new(secret.expose_secret().as_bytes()),
        webhooks,
        notifications,
        files,
        file_check_days: settings.files_check_days,
        workbook_reader: WorkbookReader::with_current_program()?,
        scanner: Scanner::new(settings.clamd_address),
        security_contact: settings.security_contact,
        limits: Limits {
            signed_in: NonZeroU32::new(settings.rate_signed_in),
            public: NonZeroU32::new(settings.rate_public),
            proxies: settings.proxies,
            proxy_header: match settings.proxy_header.as_str() {
                "forwarded" => ProxyHeader::Forwarded,
                _ => ProxyHeader::XForwardedFor,
            },
        },
        streams: StreamLimits {
            of_instance: usize::try_from(settings.stream.streams)?,
            of_caller: usize::try_from(settings.stream.streams_per_caller)?,
            comment_interval: Duration::from_secs(settings.stream.stream_comment_seconds.into()),
        },
        origins,
        cache_bytes: settings.cache_mib << 20,
        cache_stale: Duration::from_secs(settings.cache_stale_seconds),
        workers: settings.workers,
        sightings_interval: people::SIGHTINGS_INTERVAL,
    };
    let running = server::start(parts, listener)?;
    let stopped = wait_for_stop()?;
    tracing::info!(address = %running.address, "listening");
    stopped.await;
    tracing::info!("draining");
    key_refresh.abort();
    if let Some(task) = sequencer_task {
        task.abort();
    }
    running.stop(Duration::from_secs(settings.drain_seconds)).await?;
    exports.close();
    db.close();
    Ok(())
}

/// Logs the version of PostgreSQL, and warns when it is newer than the tested versions.
fn log_version(version: &ServerVersion) {
    match version.warning() {
        Some(warning) => tracing::warn!(postgresql = version.text, "{warning}"),
        None => tracing::info!(postgresql = version.text, "connected to PostgreSQL"),
    }
}

/// Logs how many connections this instance opens at most, and warns when PostgreSQL may refuse some of them.
fn log_connections(plan: &ConnectionPlan, server: &ServerConnections) {
    let ServerConnections { usable, open } = *server;
    let connections = plan.total();
    if usable < connections + open {
        tracing::warn!(
            connections,
            usable,
            open,
            "other programs have connections open, and PostgreSQL may refuse some of this instance's: raise \
             max_connections, or lower SECTION55_DATABASE_CONNECTIONS of the instances"
        );
    } else {
        tracing::info!(connections, usable, open, "this instance opens at most this number of connections");
    }
}

/// Returns the sequencer if DATABASE_LOG_URL is set. Refuses a role with more privileges than it should have.
async fn open_sequencer(settings: &AuditSettings) -> Result<Option<Sequencer>, BoxedError> {
    let Some(url) = settings.log_url()? else { return Ok(None) };
    let address = Address::parse(url.expose_secret())?;
    check_session(&address).await?;
    let address = address.with_one_connection();
    requirements::check_safety(&address.connect().await?).await?;
    let (path, origin) = settings.audit_key()?;
    let witness = Witnesses::new(settings.audit_checkpoint_file.clone(), settings.audit_witnesses.clone());
    let sequencer = Sequencer::new(address, audit::key::open(path, origin)?, Clock::system());
    Ok(Some(sequencer.with_witnesses(witness)))
}

/// Starts the sequencer if DATABASE_LOG_URL is set.
async fn start_sequencer(settings: &AuditSettings) -> Result<Option<tokio::task::JoinHandle<()>>, BoxedError> {
    let Some(sequencer) = open_sequencer(settings).await? else {
        telemetry::set_sequencer_leader(false);
        tracing::warn!("DATABASE_LOG_URL is not set: this instance runs no sequencer, and audit events wait for one");
        return Ok(None);
    };
    tracing::info!(key = %sequencer.key(), "the sequencer of the audit log runs");
    Ok(Some(sequencer.spawn()))
}

/// Opens a new epoch of the audit log. The first leaf of the epoch stores the reason.
pub async fn open_epoch(settings: &AuditSettings, reason: &str) -> Result<(), BoxedError> {
    let sequencer = open_sequencer(settings).await?.ok_or("DATABASE_LOG_URL is not set")?;
    let mut client = sequencer.connect().await?;
    let epoch = sequencer.open_epoch(&mut client, reason).await?;
    say(format_args!("epoch {epoch} is open, signed by {}", sequencer.key()));
    Ok(())
}

/// Makes a file store the one of this database, whatever its marker says.
pub async fn adopt_files(database: &DatabaseSettings, location: &str) -> Result<(), BoxedError> {
    let address = Address::parse(database.required()?.expose_secret())?;
    let public = address.with_role("section55_public");
    migrate::check_schema(&mut address.connect().await?).await?;
    let db = Db::new(open_pools(&address, 1, false)?, open_pools(&public, 1, true)?);
    let adopted = file_integrity::adopt_store(&db, location, &Clock::system()).await;
    db.close();
    let Adoption { previous, own, found, sought } = adopted?;
    let previous = previous.map_or_else(|| "no marker".to_owned(), |id| format!("the marker of {id}"));
    say(format_args!("{location} had {previous}, and now has the marker of this database, {own}"));
    say(format_args!("{found} of the {sought} files that were stored last are there"));
    Ok(())
}

/// Prints the page that describes the schema of the database.
pub async fn describe_schema(database: &DatabaseSettings) -> Result<(), BoxedError> {
    let client = Address::parse(database.required()?.expose_secret())?.connect().await?;
    say(schema_page(&client).await?.trim_end());
    Ok(())
}

/// Migrates the database, or with `check` fails if its schema is behind.
pub async fn migrate_database(database: &DatabaseSettings, check: bool) -> Result<(), BoxedError> {
    let mut client = Address::parse(database.required()?.expose_secret())?.connect().await?;
    if check {
        migrate::check_schema(&mut client).await?;
        say(format_args!("the schema is at version {}", migrate::newest()));
        return Ok(());
    }
    let applied = migrate::migrate(&mut client).await?;
    for name in &applied {
        say(format_args!("applied {name}"));
    }
    say(format_args!("the schema is at version {}", migrate::newest()));
    Ok(())
}

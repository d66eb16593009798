//! `section55 serve`, `migrate`, `schema` and `new-epoch`: the commands that use the operator's database.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::{BoxedError, listen, say, wait_for_stop};
use crate::api::CursorKey;
use crate::audit::{self, Sequencer, Witnesses};
use crate::auth::token::{RefreshIntervals, Verifier, read_issuers};
use crate::changes::FeedCursorKey;
use crate::clock::Clock;
use crate::config::{AuditSettings, DatabaseSettings, ServeSettings};
use crate::db::{Address, Db, ServerVersion, default_pool_sizes, migrate, open_pools, requirements, schema_page};
use crate::files::{Scanner, Store};
use crate::imports::table::WorkbookReader;
use crate::server::{self, Limits, Origins, ServerComponents, worker_threads};
use crate::telemetry;
use crate::webhooks::{self, AddressPolicy};

/// Serves until the process receives a stop signal. Refuses an unsafe database, schema or role.
pub async fn serve(settings: ServeSettings) -> Result<(), BoxedError> {
    let secret = settings.secret()?;
    let address = Address::parse(settings.database.required()?.expose_secret())?;
    let public = match settings.public_url()? {
        Some(url) => Address::parse(url.expose_secret())?,
        None => address.with_role("section55_public"),
    };
    let mut client = address.connect().await?;
    log_version(&requirements::check_version(&client).await?);
    migrate::check_schema(&mut client).await?;
    requirements::check_safety(&client).await?;
    requirements::check_public(&public.connect().await?).await?;
    let verifier = Arc::new(Verifier::new(read_issuers(&settings.issuers()?)?)?);
    let key_refresh = verifier.spawn_refresh(RefreshIntervals::default());
    let (own_size, public_size) = default_pool_sizes(worker_threads(settings.workers)?.get());
    let (own_size, public_size) = (settings.pool.unwrap_or(own_size), settings.public_pool.unwrap_or(public_size));
    let db = Db::new(open_pools(&address, own_size, false)?, open_pools(&public, public_size, true)?);
    if let Some(listen) = settings.metrics_listen {
        telemetry::serve(listen)?;
    }
    let exports = Db::new(open_pools(&address, settings.exports, false)?, open_pools(&public, settings.exports, true)?);
    let sequencer_task = start_sequencer(&settings.audit).await?;
    let listener = listen(settings.listen)?;
    let address_policy = AddressPolicy::new(settings.webhook_http, settings.webhook_allow);
    let mut webhooks = webhooks::Settings::new(secret.expose_secret().as_bytes(), address_policy);
    if let Some(path) = &settings.webhook_ca_file {
        webhooks = webhooks.with_certificate_authorities(&std::fs::read(path)?)?;
    }
    let parts = ServerComponents {
        db: db.clone(),
        exports_db: exports.clone(),
        verifier,
        clock: Clock::system(),
        cursor_key: CursorKey::new(secret.expose_secret().as_bytes()),
        feed_cursor_key: FeedCursorKey::new(secret.expose_secret().as_bytes()),
        webhooks,
        files: Store::open(&settings.files)?,
        workbook_reader: WorkbookReader::with_current_program()?,
        scanner: Scanner::new(settings.clamd_address),
        security_contact: settings.security_contact,
        limits: Limits {
            signed_in: NonZeroU32::new(settings.rate_signed_in),
            public: NonZeroU32::new(settings.rate_public),
            proxies: settings.proxies,
        },
        origins: Origins::new(settings.cors_origins),
        cache_bytes: settings.cache_mib << 20,
        workers: settings.workers,
    };
    let running = server::start(parts, listener)?;
    tracing::info!(address = %running.address, "listening");
    wait_for_stop().await?;
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

/// Returns the sequencer if DATABASE_LOG_URL is set. Refuses a role with more privileges than it should have.
async fn open_sequencer(settings: &AuditSettings) -> Result<Option<Sequencer>, BoxedError> {
    let Some(url) = settings.log_url()? else { return Ok(None) };
    let address = Address::parse(url.expose_secret())?;
    requirements::check_safety(&address.connect().await?).await?;
    let (path, origin) = settings.audit_key()?;
    let witness = Witnesses::new(settings.audit_checkpoint_file.clone(), settings.audit_witnesses.clone());
    let sequencer = Sequencer::new(address, audit::key::open(path, origin)?, Clock::system());
    Ok(Some(sequencer.with_witnesses(witness)))
}

/// Starts the sequencer if DATABASE_LOG_URL is set.
async fn start_sequencer(settings: &AuditSettings) -> Result<Option<tokio::task::JoinHandle<()>>, BoxedError> {
    let Some(sequencer) = open_sequencer(settings).await? else {
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

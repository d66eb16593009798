//! `section55 serve` and `section55 migrate`: the service on a database of its operator.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::{Fault, listen, say, told_to_stop};
use crate::api::CursorKey;
use crate::audit::{self, Sequencer, Witness};
use crate::auth::token::{Pace, Verifier, read_issuers};
use crate::changes::Places;
use crate::clock::Clock;
use crate::config::{AuditSettings, DatabaseSettings, ServeSettings};
use crate::db::{Address, Db, ServerVersion, migrate, open, requirements, schema_page, suited};
use crate::files::{Scanner, Store};
use crate::imports::table::Sheets;
use crate::server::{self, Limits, Origins, Parts, workers};
use crate::telemetry;
use crate::webhooks::{self, Guard};

/// Serves until it is told to stop; refuses a database or a role that is not safe to serve with.
pub async fn serve(settings: ServeSettings) -> Result<(), Fault> {
    let secret = settings.secret()?;
    let address = Address::read(settings.database.required()?.expose_secret())?;
    let public = match settings.public_url()? {
        Some(url) => Address::read(url.expose_secret())?,
        None => address.acting_as("section55_public"),
    };
    let mut client = address.connect().await?;
    log_version(&requirements::check_version(&client).await?);
    migrate::check_schema(&mut client).await?;
    requirements::check_safety(&client).await?;
    requirements::check_public(&public.connect().await?).await?;
    let verifier = Arc::new(Verifier::new(read_issuers(&settings.issuers()?)?)?);
    let refreshing = verifier.spawn_refresh(Pace::default());
    let (app, everyone) = suited(workers(settings.workers)?.get());
    let (app, everyone) = (settings.pool.unwrap_or(app), settings.public_pool.unwrap_or(everyone));
    let db = Db::new(open(&address, app, false)?, open(&public, everyone, true)?);
    if let Some(listen) = settings.metrics_listen {
        telemetry::serve(listen)?;
    }
    let exports = Db::new(open(&address, settings.exports, false)?, open(&public, settings.exports, true)?);
    let sequencing = sequence(&settings.audit).await?;
    let listener = listen(settings.listen)?;
    let guard = Guard::new(settings.webhook_http, settings.webhook_allow);
    let mut webhooks = webhooks::Settings::new(secret.expose_secret().as_bytes(), guard);
    if let Some(path) = &settings.webhook_ca_file {
        webhooks = webhooks.trusting(&std::fs::read(path)?)?;
    }
    let parts = Parts {
        db: db.clone(),
        exports: exports.clone(),
        verifier,
        clock: Clock::system(),
        cursors: CursorKey::new(secret.expose_secret().as_bytes()),
        places: Places::new(secret.expose_secret().as_bytes()),
        webhooks,
        files: Store::open(&settings.files)?,
        sheets: Sheets::of_this_program()?,
        scanner: Scanner::new(settings.clamd_address),
        security_contact: settings.security_contact,
        limits: Limits {
            signed_in: NonZeroU32::new(settings.rate_signed_in),
            public: NonZeroU32::new(settings.rate_public),
            proxies: settings.proxies,
        },
        origins: Origins::new(settings.cors_origins),
        cache: settings.cache_mib << 20,
        workers: settings.workers,
    };
    let running = server::start(parts, listener)?;
    tracing::info!(address = %running.address, "listening");
    told_to_stop().await?;
    tracing::info!("draining");
    refreshing.abort();
    if let Some(sequencing) = sequencing {
        sequencing.abort();
    }
    running.stop(Duration::from_secs(settings.drain_seconds)).await?;
    exports.close();
    db.close();
    Ok(())
}

/// Says which PostgreSQL the service runs on, and warns when it is newer than those that were tested.
fn log_version(version: &ServerVersion) {
    match version.warning() {
        Some(warning) => tracing::warn!(postgresql = version.text, "{warning}"),
        None => tracing::info!(postgresql = version.text, "connected to PostgreSQL"),
    }
}

/// The sequencer, where this instance is to be one; its role is held to be as weak as it should be.
async fn sequencer(settings: &AuditSettings) -> Result<Option<Sequencer>, Fault> {
    let Some(url) = settings.log_url()? else { return Ok(None) };
    let address = Address::read(url.expose_secret())?;
    requirements::check_safety(&address.connect().await?).await?;
    let (path, origin) = settings.audit_key()?;
    let witness = Witness::new(settings.audit_checkpoint_file.clone(), settings.audit_witnesses.clone());
    let sequencer = Sequencer::new(address, audit::key::open(path, origin)?, Clock::system());
    Ok(Some(sequencer.witness(witness)))
}

async fn sequence(settings: &AuditSettings) -> Result<Option<tokio::task::JoinHandle<()>>, Fault> {
    let Some(sequencer) = sequencer(settings).await? else {
        tracing::warn!("DATABASE_LOG_URL is not set: this instance signs nothing, and events wait for one that does");
        return Ok(None);
    };
    tracing::info!(key = %sequencer.key(), "sequencing");
    Ok(Some(sequencer.spawn()))
}

/// Opens a new epoch of the audit log, for a reason that its first leaf keeps.
pub async fn open_epoch(settings: &AuditSettings, reason: &str) -> Result<(), Fault> {
    let sequencer = sequencer(settings).await?.ok_or("DATABASE_LOG_URL is not set")?;
    let mut client = sequencer.connect().await?;
    let epoch = sequencer.open_epoch(&mut client, reason).await?;
    say(format_args!("epoch {epoch} is open, signed by {}", sequencer.key()));
    Ok(())
}

/// Prints the page that describes the schema of the database.
pub async fn describe_schema(database: &DatabaseSettings) -> Result<(), Fault> {
    let client = Address::read(database.required()?.expose_secret())?.connect().await?;
    say(schema_page(&client).await?.trim_end());
    Ok(())
}

/// Brings the schema up to date, or says whether it is behind.
pub async fn bring_up(database: &DatabaseSettings, check: bool) -> Result<(), Fault> {
    let mut client = Address::read(database.required()?.expose_secret())?.connect().await?;
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

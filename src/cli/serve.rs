//! `section55 serve` and `section55 migrate`: the service on a database of its operator.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::{Fault, listen, say, told_to_stop};
use crate::api::CursorKey;
use crate::auth::token::{Pace, Verifier, read_issuers};
use crate::clock::Clock;
use crate::config::{DatabaseSettings, ServeSettings};
use crate::db::{Address, Db, migrate, open};
use crate::files::{Scanner, Store};
use crate::imports::table::Sheets;
use crate::server::{self, Limits, Origins, Parts};
use crate::telemetry;

/// Serves until it is told to stop; refuses a database or a role that is not safe to serve with.
pub async fn serve(settings: ServeSettings) -> Result<(), Fault> {
    let secret = settings.secret()?;
    let address = Address::read(settings.database.required()?.expose_secret())?;
    let public = match settings.public_url()? {
        Some(url) => Address::read(url.expose_secret())?,
        None => address.acting_as("section55_public"),
    };
    let client = address.connect().await?;
    migrate::check_schema(&client).await?;
    migrate::check_safety(&client).await?;
    migrate::check_public(&public.connect().await?).await?;
    let verifier = Arc::new(Verifier::new(read_issuers(&settings.issuers()?)?)?);
    let refreshing = verifier.spawn_refresh(Pace::default());
    let db = Db::new(open(&address, settings.pool, false)?, open(&public, settings.public_pool, true)?);
    if let Some(listen) = settings.metrics_listen {
        telemetry::serve(listen)?;
    }
    let exports = Db::new(open(&address, settings.exports, false)?, open(&public, settings.exports, true)?);
    let listener = listen(settings.listen)?;
    let parts = Parts {
        db: db.clone(),
        exports: exports.clone(),
        verifier,
        clock: Clock::system(),
        cursors: CursorKey::new(secret.expose_secret().as_bytes()),
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
        workers: settings.workers,
    };
    let running = server::start(parts, listener)?;
    tracing::info!(address = %running.address, "listening");
    told_to_stop().await?;
    tracing::info!("draining");
    refreshing.abort();
    running.stop(Duration::from_secs(settings.drain_seconds)).await?;
    exports.close();
    db.close();
    Ok(())
}

/// Brings the schema up to date, or says whether it is behind.
pub async fn bring_up(database: &DatabaseSettings, check: bool) -> Result<(), Fault> {
    let mut client = Address::read(database.required()?.expose_secret())?.connect().await?;
    if check {
        migrate::check_schema(&client).await?;
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

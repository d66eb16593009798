//! `section55 dev`: everything on this machine, private, kept between runs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;

use super::{Fault, say, told_to_stop};
use crate::api::CursorKey;
use crate::auth::token::{Pace, Verifier};
use crate::changes::Places;
use crate::clock::Clock;
use crate::dev::postgres::Durability;
use crate::dev::{self, Data, DataFolder};
use crate::files::{Scanner, Store};
use crate::imports::table::Sheets;
use crate::server::{self, Limits, Origins, Parts};
use crate::webhooks::{self, Guard};

/// The settings of `section55 dev`.
#[derive(Args, Clone, Debug)]
pub struct DevSettings {
    /// Where to listen
    #[arg(long, env = "SECTION55_LISTEN", default_value = "127.0.0.1:8055")]
    pub listen: SocketAddr,
    /// Where data is kept between runs
    #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = super::data_dir())]
    pub data_dir: PathBuf,
    /// Load no demo data
    #[arg(long)]
    pub no_demo: bool,
    /// Remove all data of earlier runs, and begin again with the demo data
    #[arg(long)]
    pub reset: bool,
    /// Listen beyond this machine although anyone who has the development key can be anybody
    #[arg(long)]
    pub allow_remote: bool,
    /// clamd's host:port or the path of its socket; files are not scanned without it
    #[arg(long, env = "CLAMD_ADDRESS")]
    pub clamd_address: Option<String>,
}

/// This machine's own addresses: where receivers of webhooks are tried out.
fn loopback() -> Result<Vec<IpNet>, Fault> {
    Ok(vec!["127.0.0.0/8".parse()?, "::1/128".parse()?])
}

/// Runs until it is told to stop.
pub async fn develop(settings: DevSettings) -> Result<(), Fault> {
    let DevSettings { listen, data_dir: dir, no_demo, reset, allow_remote, clamd_address } = settings;
    if !listen.ip().is_loopback() && !allow_remote {
        let why = "anyone who reaches it could be anybody, for the development key is no secret kept well";
        return Err(format!("dev listens on this machine alone: {why}; --allow-remote says that you mean it").into());
    }
    let listener = super::listen(listen)?;
    say(format_args!("section55 dev: data in {}", dir.display()));
    // Heard from the first moment on: a stop while things are made ready must not be lost.
    let mut stop = tokio::spawn(told_to_stop());
    let data = if reset { Data::Removed } else { Data::Kept };
    let opening = DataFolder::open(&dir, Durability::Kept, data, |said| say(format_args!("  {said}")));
    let house = tokio::select! { house = opening => house?, _ = &mut stop => return Ok(()) };
    if reset {
        say("  the data of earlier runs was removed");
    }
    say(format_args!("  PostgreSQL {}", house.version().text));
    if let Some(warning) = house.version().warning() {
        say(format_args!("  warning: {warning}"));
    }
    let clock = Clock::system();
    let files = Store::open(&house.dir.join("files").to_string_lossy())?;
    if !no_demo {
        say("  loading demo data");
        match dev::load_demo(&house.db, &files, &clock).await? {
            true => say("  demo data loaded"),
            false => say("  demo data was there already"),
        }
        if stop.is_finished() {
            house.close().await;
            return Ok(());
        }
    }
    let key = dev::key(&dir)?;
    let verifier = Arc::new(Verifier::new(vec![key.issuer()])?);
    let refreshing = verifier.spawn_refresh(Pace::default());
    let sequencer = house.sequencer(clock.clone())?;
    let log_key = sequencer.key().to_string();
    let sequencing = sequencer.spawn();
    let parts = Parts {
        db: house.db.clone(),
        exports: house.exports.clone(),
        verifier,
        clock: clock.clone(),
        cursors: CursorKey::new(&house.secret),
        places: Places::new(&house.secret),
        webhooks: webhooks::Settings::new(&house.secret, Guard::new(true, loopback()?)),
        files,
        sheets: Sheets::of_this_program()?,
        scanner: Scanner::new(clamd_address),
        security_contact: "mailto:security@section55.example".to_owned(),
        limits: Limits::default(),
        origins: Origins::default(),
        cache: 64 << 20,
        workers: None,
    };
    let running = server::start(parts, listener)?;
    let base = format!("http://{}", running.address);
    say(format_args!("\nReady: {base}/v1   documentation: {base}/docs"));
    say(format_args!("PostgreSQL: psql '{}'\n", house.administrator_url()));
    say(format_args!("Key of the audit log, for section55 verify --key: {log_key}\n"));
    say(format_args!("Tokens for {}, good for 12 hours (more: section55 token --help):\n", dev::AREA));
    for (role, token) in dev::tokens(&key, clock.now()) {
        say(format_args!("export {}={token}", role.to_string().to_uppercase()));
    }
    say("\nCtrl-C stops all of it; the data stays.");
    stop.await??;
    say("\nstopping");
    refreshing.abort();
    sequencing.abort();
    running.stop(Duration::ZERO).await?;
    house.close().await;
    Ok(())
}

//! `section55 dev`: runs the service and a private PostgreSQL on this machine. The data stays between runs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;

use super::{BoxedError, say, wait_for_stop};
use crate::api::CursorKey;
use crate::auth::token::{RefreshIntervals, Verifier};
use crate::changes::FeedCursorKey;
use crate::clock::Clock;
use crate::dev::postgres::Durability;
use crate::dev::{self, DataFolder, ExistingData};
use crate::files::{Scanner, Store};
use crate::imports::table::WorkbookReader;
use crate::server::{self, Limits, Origins, ServerComponents};
use crate::webhooks::{self, AddressPolicy};

/// The settings of `section55 dev`.
#[derive(Args, Clone, Debug)]
pub struct DevSettings {
    /// Address and port to listen on
    #[arg(long, env = "SECTION55_LISTEN", default_value = "127.0.0.1:8055")]
    pub listen: SocketAddr,
    /// Folder that stores the data between runs
    #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = super::arguments::data_dir())]
    pub data_dir: PathBuf,
    /// Do not load the demo data
    #[arg(long)]
    pub no_demo: bool,
    /// Remove all data of earlier runs first, then load the demo data again
    #[arg(long)]
    pub reset: bool,
    /// Allow an address that other machines can reach. Anyone with the development key can act as anyone
    #[arg(long)]
    pub allow_remote: bool,
    /// host:port or socket path of clamd. Without it, uploaded files are not scanned
    #[arg(long, env = "CLAMD_ADDRESS")]
    pub clamd_address: Option<String>,
}

/// Returns the loopback networks, to which `dev` may send webhooks.
fn loopback() -> Result<Vec<IpNet>, BoxedError> {
    Ok(vec!["127.0.0.0/8".parse()?, "::1/128".parse()?])
}

/// Runs until the process receives a stop signal.
pub async fn develop(settings: DevSettings) -> Result<(), BoxedError> {
    let DevSettings { listen, data_dir: dir, no_demo, reset, allow_remote, clamd_address } = settings;
    if !listen.ip().is_loopback() && !allow_remote {
        let reason = "the development key is not well protected, and anyone who has it can act as anyone";
        return Err(format!("dev does not listen on {listen}: {reason}; use --allow-remote to allow it").into());
    }
    let listener = super::listen(listen)?;
    say(format_args!("section55 dev: data in {}", dir.display()));
    // Listen for the signal before the start: a stop during the start must not be lost.
    let mut stop = tokio::spawn(wait_for_stop());
    let existing = if reset { ExistingData::Remove } else { ExistingData::Keep };
    let opening = DataFolder::open(&dir, Durability::Synced, existing, |step| say(format_args!("  {step}")));
    let folder = tokio::select! { folder = opening => folder?, _ = &mut stop => return Ok(()) };
    if reset {
        say("  removed the data of earlier runs");
    }
    say(format_args!("  PostgreSQL {}", folder.version().text));
    if let Some(warning) = folder.version().warning() {
        say(format_args!("  warning: {warning}"));
    }
    let clock = Clock::system();
    let files = Store::open(&folder.dir.join("files").to_string_lossy())?;
    if !no_demo {
        say("  loading demo data");
        match dev::load_demo(&folder.db, &files, &clock).await? {
            true => say("  loaded the demo data"),
            false => say("  the demo data is already there"),
        }
        if stop.is_finished() {
            folder.close().await;
            return Ok(());
        }
    }
    let key = dev::development_key(&dir)?;
    let verifier = Arc::new(Verifier::new(vec![key.issuer()])?);
    let key_refresh = verifier.spawn_refresh(RefreshIntervals::default());
    let sequencer = folder.sequencer(clock.clone())?;
    let log_key = sequencer.key().to_string();
    let sequencer_task = sequencer.spawn();
    let parts = ServerComponents {
        db: folder.db.clone(),
        exports_db: folder.exports.clone(),
        verifier,
        clock: clock.clone(),
        cursor_key: CursorKey::new(&folder.secret),
        feed_cursor_key: FeedCursorKey::new(&folder.secret),
        webhooks: webhooks::Settings::new(&folder.secret, AddressPolicy::new(true, loopback()?)),
        files,
        workbook_reader: WorkbookReader::with_current_program()?,
        scanner: Scanner::new(clamd_address),
        security_contact: "mailto:security@section55.example".to_owned(),
        limits: Limits::default(),
        origins: Origins::default(),
        cache_bytes: 64 << 20,
        workers: None,
    };
    let running = server::start(parts, listener)?;
    let base = format!("http://{}", running.address);
    say(format_args!("\nReady: {base}/v1   documentation: {base}/docs"));
    say(format_args!("PostgreSQL: psql '{}'\n", folder.administrator_url()));
    say(format_args!("Public key of the audit log, for section55 verify --key: {log_key}\n"));
    say(format_args!("Tokens for {}, valid for 12 hours (for others: section55 token --help):\n", dev::AREA));
    for (role, token) in dev::tokens(&key, clock.now()) {
        say(format_args!("export {}={token}", role.to_string().to_uppercase()));
    }
    say("\nCtrl-C stops everything; the data stays.");
    stop.await??;
    say("\nstopping");
    key_refresh.abort();
    sequencer_task.abort();
    running.stop(Duration::ZERO).await?;
    folder.close().await;
    Ok(())
}

//! `section55 dev`: runs the service and a private PostgreSQL on this machine. The data stays between runs.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;
use ipnet::IpNet;

use super::{BoxedError, listening, say, wait_for_stop};
use crate::api::CursorKey;
use crate::auth::token::{RefreshIntervals, Verifier};
use crate::changes::{FeedCursorKey, StreamLimits};
use crate::clock::Clock;
use crate::config::{DEFAULT_RATE_PUBLIC, DEFAULT_RATE_SIGNED_IN, ListenSettings};
use crate::deadlines::CalendarKey;
use crate::dev::postgres::Durability;
use crate::dev::{self, DataFolder, DataFolderError, ExistingData, MailPage};
use crate::file_integrity;
use crate::files::Scanner;
use crate::imports::table::WorkbookReader;
use crate::notifications::{self, MailFolder, Transport};
use crate::people;
use crate::server::{self, Limits, Origins, ServerComponents};
use crate::webhooks::{self, AddressPolicy, AllowedPorts};

/// The settings of `section55 dev`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: section55 dev --port 8143 --data-dir /tmp/section55 --clock 2026-12-20")]
pub struct DevSettings {
    /// Where to listen.
    #[command(flatten)]
    pub listen: ListenSettings,
    /// Folder that stores the data between runs
    #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = super::arguments::data_dir())]
    pub data_dir: PathBuf,
    /// Do not load the demo data
    #[arg(long)]
    pub no_demo: bool,
    /// Remove all data of earlier runs first, then load the demo data again
    #[arg(long)]
    pub reset: bool,
    /// Day that the service takes for today (2026-12-20), to see what a later day shows. The time of day runs on
    #[arg(long, value_name = "DAY")]
    pub clock: Option<NaiveDate>,
    /// Allow an address that other machines can reach. Anyone with the development key can act as anyone
    #[arg(long)]
    pub allow_remote: bool,
    /// Origins whose pages may send tokens, comma-separated, besides every page of this machine
    #[arg(long, env = "SECTION55_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,
    /// host:port or socket path of clamd. Without it, uploaded files are not scanned
    #[arg(long, env = "CLAMD_ADDRESS")]
    pub clamd_address: Option<String>,
}

/// Returns the loopback networks, to which `dev` may send webhooks.
fn loopback() -> Result<Vec<IpNet>, BoxedError> {
    Ok(vec!["127.0.0.0/8".parse()?, "::1/128".parse()?])
}

/// Prints a step of the start.
fn progress(step: &str) {
    say(format_args!("  {step}"));
}

/// Returns a path, quoted for a shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// Runs until the process receives a stop signal.
pub async fn develop(settings: DevSettings) -> Result<(), BoxedError> {
    let DevSettings { data_dir: dir, no_demo, reset, allow_remote, clamd_address, .. } = settings;
    let listen = settings.listen.address();
    let origins = Origins::new(&settings.cors_origins)?.with_loopback();
    let clock = settings.clock.map_or_else(Clock::system, Clock::from_day);
    if !listen.ip().is_loopback() && !allow_remote {
        let reason = "the development key is not well protected, and anyone who has it can act as anyone";
        return Err(format!("dev does not listen on {listen}: {reason}; use --allow-remote to allow it").into());
    }
    let listener = listening::open(listen)?;
    say(format_args!("section55 dev: data in {}", dir.display()));
    // Listen for the signal before the start: a stop during the start must not be lost.
    let stopped = wait_for_stop()?;
    let mut stop = tokio::spawn(async {
        stopped.await;
        say("\nstopping");
    });
    let existing = if reset { ExistingData::Remove } else { ExistingData::Keep };
    let opening = async {
        let turn = dev::take_turn(&dir, progress).await?;
        Ok::<_, DataFolderError>((turn, DataFolder::open(&dir, Durability::Synced, existing, progress).await?))
    };
    let (turn, folder) = tokio::select! { opened = opening => opened?, _ = &mut stop => return Ok(()) };
    if reset {
        say("  removed the data of earlier runs");
    }
    say(format_args!("  PostgreSQL {}", folder.version().text));
    if let Some(warning) = folder.version().warning() {
        say(format_args!("  warning: {warning}"));
    }
    let files = file_integrity::open_store(&folder.db, &folder.dir.join("files").to_string_lossy(), &clock).await?;
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
    // Another `dev` on this folder finds the database and the demo data complete.
    drop(turn);
    let key = dev::development_key(&dir)?;
    let verifier = Arc::new(Verifier::new(vec![key.issuer()])?);
    let key_refresh = verifier.spawn_refresh(RefreshIntervals::default());
    let sequencer = folder.sequencer(clock.clone())?;
    let log_key = sequencer.key().to_string();
    let sequencer_task = sequencer.spawn();
    let mail = MailFolder::create(folder.dir.join("mail"))?;
    let mail_page = MailPage::start(mail.path().to_owned())?;
    let address_policy = AddressPolicy::new(true, loopback()?).with_ports(AllowedPorts::Any);
    let parts = ServerComponents {
        db: folder.db.clone(),
        exports_db: folder.exports.clone(),
        verifier,
        clock: clock.clone(),
        machine_clock: Clock::system(),
        cursor_key: CursorKey::new(&folder.secret),
        feed_cursor_key: FeedCursorKey::new(&folder.secret),
        calendar_key: CalendarKey::new(&folder.secret),
        webhooks: webhooks::Settings::new(&folder.secret, address_policy),
        notifications: notifications::Settings {
            transport: Some(Transport::Folder(mail.clone())),
            // There is no frontend: a link leads to the record itself.
            frontend: Some(format!("http://{}/v1", listener.local_addr()?)),
            // So that the reminders of the day are there at once.
            reminder_hour: 0,
        },
        files,
        file_check_days: 30,
        workbook_reader: WorkbookReader::with_current_program()?,
        scanner: Scanner::new(clamd_address),
        security_contact: "mailto:security@section55.example".to_owned(),
        // The default limits of `serve`, so that a client sees the headers that it must heed.
        limits: Limits {
            signed_in: NonZeroU32::new(DEFAULT_RATE_SIGNED_IN),
            public: NonZeroU32::new(DEFAULT_RATE_PUBLIC),
            ..Limits::default()
        },
        streams: StreamLimits::default(),
        origins,
        cache_bytes: 64 << 20,
        cache_stale: Duration::from_secs(600),
        workers: None,
        sightings_interval: people::SIGHTINGS_INTERVAL,
    };
    let running = server::start(parts, listener)?;
    let base = format!("http://{}", running.address);
    say(format_args!("\nReady: {base}/v1   documentation: {base}/docs"));
    say(format_args!("E-mails: http://{} (only from this machine)", mail_page.address));
    say(format_args!("PostgreSQL: psql '{}'", folder.administrator_url()));
    if let Some(day) = settings.clock {
        say(format_args!("The service takes {day} for today. section55 token needs --clock {day} too."));
    }
    say(format_args!(
        "\nFor the commands of the documentation. The tokens are for {} and valid for 12 hours",
        dev::AREA
    ));
    say("(for others: section55 token --help):\n");
    say(format_args!("export B={base} section55={} AUDIT_KEY={log_key}", quoted(&std::env::current_exe()?)));
    if dir != super::arguments::data_dir() {
        say(format_args!("export SECTION55_DATA_DIR={}", quoted(&std::path::absolute(&dir)?)));
    }
    for (role, token) in dev::tokens(&key, clock.now()) {
        say(format_args!("export {}={token}", role.to_string().to_uppercase()));
    }
    say("\nCtrl-C stops everything; the data stays.");
    stop.await?;
    key_refresh.abort();
    sequencer_task.abort();
    running.stop(Duration::ZERO).await?;
    mail_page.stop().await;
    folder.close().await;
    Ok(())
}

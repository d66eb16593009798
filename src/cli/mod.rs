//! The command line.

mod develop;
mod import;
mod receive;
mod serve;
mod verify;

use std::fmt::Display;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::auth::Role;
use crate::auth::token::Grant;
use crate::clock::Clock;
use crate::config::{AuditSettings, DatabaseSettings, LogSettings, ServeSettings};
use crate::dev;
use crate::dev::postgres::default_dir;
use crate::operations;

/// Whatever went wrong, told once, at the end.
type Fault = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(name = "section55", version, about = "The record of police inspections in England and Wales")]
struct Command {
    #[command(flatten)]
    log: LogSettings,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Find or fetch PostgreSQL, start it privately, migrate, load demo data, print a token per role, serve
    Dev(develop::DevSettings),
    /// Serve against DATABASE_URL
    Serve(Box<ServeSettings>),
    /// Bring the database to this program's schema, as its owner or an administrator
    Migrate {
        #[command(flatten)]
        database: DatabaseSettings,
        /// Only say whether the schema is behind
        #[arg(long)]
        check: bool,
    },
    /// Print the tables of the database as Markdown with entity-relationship diagrams
    Schema {
        #[command(flatten)]
        database: DatabaseSettings,
    },
    /// Sign a token with the development key of a data folder
    Token {
        /// The roles, comma-separated
        #[arg(long, value_delimiter = ',', required = true)]
        role: Vec<Role>,
        /// The areas, comma-separated
        #[arg(long, value_delimiter = ',')]
        area: Vec<String>,
        /// Whom the token speaks for
        #[arg(long)]
        subject: String,
        /// What to call them
        #[arg(long)]
        name: Option<String>,
        /// How long it is good for: 90s, 30m, 1h, 7d
        #[arg(long, default_value = "1h", value_parser = lifetime)]
        ttl: TimeDelta,
        /// The data folder
        #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = data_dir())]
        data_dir: PathBuf,
    },
    /// Import a published response document, or recommendations as CSV, JSON or XLSX
    Import {
        /// Whose document it is
        #[arg(long)]
        area: String,
        /// Check everything, write nothing
        #[arg(long)]
        dry_run: bool,
        /// Leave a document's inspection a draft; a table's always is one
        #[arg(long)]
        draft: bool,
        /// The draft inspection that takes a table's recommendations
        #[arg(long)]
        inspection_id: Option<uuid::Uuid>,
        /// The document; its name ends in .csv, .json or .xlsx where it is a table
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseSettings,
        /// The data folder, where DATABASE_URL is not set
        #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = data_dir())]
        data_dir: PathBuf,
    },
    /// Make the workbook on standard input into CSV, within limits: what the service runs for each workbook
    #[command(hide = true)]
    ImportSheet,
    /// Print the OpenAPI document, or compare the generated files with it
    Openapi {
        /// Compare the files in the folder, and fail where one differs
        #[arg(long)]
        check: bool,
        /// Write the files into the folder
        #[arg(long, conflicts_with = "check")]
        write: bool,
        /// The folder of the generated files
        #[arg(long, default_value = "openapi")]
        dir: PathBuf,
    },
    /// Open a new epoch of the audit log: after a restore, or with a new key
    NewEpoch {
        /// Why, for good
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        audit: Box<AuditSettings>,
    },
    /// Check a bundle of the audit log, without a network and without a database
    Verify {
        /// The bundle, as GET /v1/audit/bundle gave it
        bundle: PathBuf,
        /// The key to trust (NAME+ID+KEY); without it, the one that the bundle itself names
        #[arg(long, env = "SECTION55_AUDIT_KEY")]
        key: Option<String>,
        /// An earlier bundle of the same log, which this one must go on from
        #[arg(long)]
        after: Option<PathBuf>,
    },
    /// Receive webhooks on this machine, and print what arrives as lines of JSON
    Receive {
        /// Where to listen
        #[arg(long, default_value = "127.0.0.1:9055")]
        listen: SocketAddr,
    },
    /// Ask a running service whether it is ready
    Healthcheck {
        /// Its address
        #[arg(long, env = "SECTION55_HEALTHCHECK_URL", default_value = "http://127.0.0.1:8055/readyz")]
        url: String,
    },
}

fn data_dir() -> PathBuf {
    default_dir().join("dev")
}

fn lifetime(written: &str) -> Result<TimeDelta, String> {
    let (number, unit) = written.split_at(written.len().saturating_sub(1));
    let number: i64 = number.parse().map_err(|_| "write a number and s, m, h or d, such as 1h".to_owned())?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("write a number and s, m, h or d, such as 1h".to_owned()),
    };
    match number.checked_mul(seconds) {
        Some(seconds @ 1..=31_536_000) => Ok(TimeDelta::seconds(seconds)),
        _ => Err("a token is good for a second to a year".to_owned()),
    }
}

/// Runs the program.
pub fn run() -> ExitCode {
    let command = Command::parse();
    if matches!(command.action, Action::ImportSheet) {
        return crate::imports::table::sheet::run();
    }
    let human = !matches!(command.action, Action::Serve(_));
    crate::auth::token::install_provider();
    // Held to the end, when what was traced last is sent.
    let _traces = match start_log(&command.log, human) {
        Ok(traces) => traces,
        Err(error) => {
            eprintln!("section55: {error}");
            return ExitCode::FAILURE;
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("section55: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(act(command.action)) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("section55: {}", told(fault.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// A fault with its causes.
fn told(fault: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(fault.source(), |fault| fault.source());
    causes.fold(fault.to_string(), |told, cause| {
        let cause = cause.to_string();
        if told.contains(&cause) { told } else { format!("{told}: {cause}") }
    })
}

/// Sets the log up, and traces where the program was built for them and a collector is named; they go on as long as what
/// is given back is held.
fn start_log(settings: &LogSettings, human: bool) -> Result<impl Sized, Fault> {
    let default = if human && settings.log == "info" { "warn" } else { &settings.log };
    let filter = tracing_subscriber::EnvFilter::new(default);
    let text = human || settings.log_format == "text";
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if text { lines.boxed() } else { lines.json().boxed() };
    let log = tracing_subscriber::registry().with(lines.with_filter(filter));
    #[cfg(feature = "otlp")]
    let (log, held) = {
        let (layer, traces) = crate::telemetry::traces::layer()?.unzip();
        (log.with(layer), traces)
    };
    #[cfg(not(feature = "otlp"))]
    let held = ();
    // The log is set up once; a second time there is nothing to do.
    let _ = log.try_init();
    Ok(held)
}

async fn act(action: Action) -> Result<ExitCode, Fault> {
    match action {
        Action::Dev(settings) => develop::develop(settings).await?,
        Action::Serve(settings) => serve::serve(*settings).await?,
        Action::Migrate { database, check } => serve::bring_up(&database, check).await?,
        Action::Schema { database } => serve::describe_schema(&database).await?,
        Action::Token { role, area, subject, name, ttl, data_dir } => {
            let roles = role.iter().map(ToString::to_string).collect();
            let issued_at = Clock::system().now();
            let grant = Grant { subject, name, roles, areas: area, issued_at, lifetime: ttl };
            say(format_args!("{}", dev::key(&data_dir)?.sign(&grant)));
        }
        Action::Import { area, dry_run, draft, inspection_id, file, database, data_dir } => {
            let what = import::What { file: &file, draft, inspection_id };
            return import::import(&area, what, dry_run, &database, &data_dir).await;
        }
        // Reads its limits before there is a runtime.
        Action::ImportSheet => {}
        Action::NewEpoch { reason, audit } => serve::open_epoch(&audit, &reason).await?,
        Action::Verify { bundle, key, after } => return verify::verify(&bundle, key.as_deref(), after.as_deref()),
        Action::Openapi { check, write, dir } => return openapi(check, write, &dir),
        Action::Receive { listen } => receive::receive(listen).await?,
        Action::Healthcheck { url } => {
            let client = reqwest::Client::builder().timeout(Duration::from_secs(3)).build()?;
            let status = client.get(&url).send().await?.status();
            say(format_args!("{url}: {status}"));
            return Ok(if status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says a line; a reader that has gone wants no more of it.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The port to serve on.
fn listen(on: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(on).map_err(|error| format!("cannot listen on {on}: {error}"))
}

/// Waits for Ctrl-C or SIGTERM.
async fn told_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {}, _ = hangup.recv() => {} }
    Ok(())
}

fn openapi(check: bool, write: bool, dir: &Path) -> Result<ExitCode, Fault> {
    let document = ("openapi.json", operations::document_text());
    if !check && !write {
        say(document.1.trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let mut code = ExitCode::SUCCESS;
    for (name, text) in operations::pages().into_iter().chain([document]) {
        let path = dir.join(name);
        if write {
            std::fs::write(&path, text)?;
        } else if std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            eprintln!("{} differs from the program: section55 openapi --write", path.display());
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

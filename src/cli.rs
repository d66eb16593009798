//! The command line.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use secrecy::ExposeSecret;
use tokio::signal::unix::{SignalKind, signal};

use crate::api::{CursorKey, Mode};
use crate::auth::token::{Grant, Pace, Verifier, read_issuers};
use crate::auth::{Actor, Call, RequestId, Role};
use crate::clock::Clock;
use crate::config::{DatabaseSettings, LogSettings, ServeSettings};
use crate::db::{Address, Db, migrate, open};
use crate::dev::postgres::{Durability, default_dir};
use crate::dev::{self, House};
use crate::imports;
use crate::operations;
use crate::server::{self, Parts};

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
    Dev {
        /// Where to listen
        #[arg(long, env = "SECTION55_LISTEN", default_value = "127.0.0.1:8055")]
        listen: SocketAddr,
        /// Where data is kept between runs
        #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = data_dir())]
        data_dir: PathBuf,
        /// Load no demo data
        #[arg(long)]
        no_demo: bool,
        /// Listen beyond this machine although anyone who has the development key can be anybody
        #[arg(long)]
        allow_remote: bool,
    },
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
    /// Import a published response document
    Import {
        /// Whose document it is
        #[arg(long)]
        area: String,
        /// Check everything, write nothing
        #[arg(long)]
        dry_run: bool,
        /// Leave the inspection a draft
        #[arg(long)]
        draft: bool,
        /// The document
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseSettings,
        /// The data folder, where DATABASE_URL is not set
        #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = data_dir())]
        data_dir: PathBuf,
    },
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
    let human = matches!(command.action, Action::Dev { .. });
    start_log(&command.log, human);
    crate::auth::token::install_provider();
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

fn start_log(settings: &LogSettings, human: bool) {
    let default = if human && settings.log == "info" { "warn" } else { &settings.log };
    let filter = tracing_subscriber::EnvFilter::new(default);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // The log is set up once; a second time there is nothing to do.
    let _ = if human || settings.log_format == "text" { log.try_init() } else { log.json().try_init() };
}

async fn act(action: Action) -> Result<ExitCode, Fault> {
    match action {
        Action::Dev { listen, data_dir, no_demo, allow_remote } => {
            develop(listen, data_dir, !no_demo, allow_remote).await?;
        }
        Action::Serve(settings) => serve(*settings).await?,
        Action::Migrate { database, check } => bring_up(&database, check).await?,
        Action::Token { role, area, subject, name, ttl, data_dir } => {
            let roles = role.iter().map(ToString::to_string).collect();
            let issued_at = Clock::system().now();
            let grant = Grant { subject, name, roles, areas: area, issued_at, lifetime: ttl };
            println!("{}", dev::key(&data_dir)?.sign(&grant));
        }
        Action::Import { area, dry_run, draft, file, database, data_dir } => {
            return import(&area, &file, draft, dry_run, &database, &data_dir).await;
        }
        Action::Openapi { check, write, dir } => return openapi(check, write, &dir),
        Action::Healthcheck { url } => {
            let client = reqwest::Client::builder().timeout(Duration::from_secs(3)).build()?;
            let status = client.get(&url).send().await?.status();
            println!("{url}: {status}");
            return Ok(if status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Waits for Ctrl-C or SIGTERM.
async fn told_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {}, _ = hangup.recv() => {} }
    Ok(())
}

async fn develop(listen: SocketAddr, dir: PathBuf, demo: bool, allow_remote: bool) -> Result<(), Fault> {
    if !listen.ip().is_loopback() && !allow_remote {
        let why = "anyone who reaches it could be anybody, for the development key is no secret kept well";
        return Err(format!("dev listens on this machine alone: {why}; --allow-remote says that you mean it").into());
    }
    let listener = TcpListener::bind(listen).map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    println!("section55 dev: data in {}", dir.display());
    let stop = tokio::spawn(told_to_stop());
    let opening = House::open(&dir, Durability::Kept, |said| println!("  {said}"));
    let house = tokio::select! { house = opening => house?, _ = stop => return Ok(()) };
    let clock = Clock::system();
    if demo {
        println!("  loading demo data");
        match dev::load_demo(&house.db, &clock).await? {
            true => println!("  demo data loaded"),
            false => println!("  demo data was there already"),
        }
    }
    let key = dev::key(&dir)?;
    let verifier = Arc::new(Verifier::new(vec![key.issuer()])?);
    let refreshing = verifier.spawn_refresh(Pace::default());
    let parts = Parts {
        db: house.db.clone(),
        verifier,
        clock: clock.clone(),
        cursors: CursorKey::new(&house.secret),
        security_contact: "mailto:security@section55.example".to_owned(),
        workers: None,
    };
    let running = server::start(parts, listener)?;
    let base = format!("http://{}", running.address);
    println!("\nReady: {base}/v1   documentation: {base}/docs");
    println!("PostgreSQL: psql '{}'\n", house.administrator_url());
    println!("Tokens for {}, good for 12 hours (more: section55 token --help):\n", dev::AREA);
    for (role, token) in dev::tokens(&key, clock.now()) {
        println!("export {}={token}", role.to_string().to_uppercase());
    }
    println!("\nCtrl-C stops all of it; the data stays.");
    told_to_stop().await?;
    println!("\nstopping");
    refreshing.abort();
    running.stop(Duration::ZERO).await?;
    house.close().await;
    Ok(())
}

async fn serve(settings: ServeSettings) -> Result<(), Fault> {
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
    let listener = TcpListener::bind(settings.listen)?;
    let parts = Parts {
        db: db.clone(),
        verifier,
        clock: Clock::system(),
        cursors: CursorKey::new(secret.expose_secret().as_bytes()),
        security_contact: settings.security_contact,
        workers: settings.workers,
    };
    let running = server::start(parts, listener)?;
    tracing::info!(address = %running.address, "listening");
    told_to_stop().await?;
    tracing::info!("draining");
    refreshing.abort();
    running.stop(Duration::from_secs(settings.drain_seconds)).await?;
    db.close();
    Ok(())
}

async fn bring_up(database: &DatabaseSettings, check: bool) -> Result<(), Fault> {
    let mut client = Address::read(database.required()?.expose_secret())?.connect().await?;
    if check {
        migrate::check_schema(&client).await?;
        println!("the schema is at version {}", migrate::newest());
        return Ok(());
    }
    let applied = migrate::migrate(&mut client).await?;
    for name in &applied {
        println!("applied {name}");
    }
    println!("the schema is at version {}", migrate::newest());
    Ok(())
}

async fn import(
    area: &str,
    file: &std::path::Path,
    draft: bool,
    dry_run: bool,
    database: &DatabaseSettings,
    data_dir: &std::path::Path,
) -> Result<ExitCode, Fault> {
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let text = String::from_utf8(bytes).map_err(|error| format!("{} is not UTF-8: {error}", file.display()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let actor = Actor::new("section55", "import", Some("section55 import"), &[Role::Opcc], &[area]);
    let request_id = RequestId(uuid::Uuid::now_v7().to_string().into());
    let call = Call { actor, at: Clock::system().now(), request_id };
    let mode = if dry_run { Mode::Validate } else { Mode::Write };
    let (house, db) = match database.url()? {
        Some(url) => {
            let address = Address::read(url.expose_secret())?;
            let public = address.acting_as("section55_public");
            (None, Db::new(open(&address, 2, false)?, open(&public, 2, true)?))
        }
        None => {
            let house = House::open(data_dir, Durability::Kept, |said| eprintln!("  {said}")).await?;
            let db = house.db.clone();
            (Some(house), db)
        }
    };
    let imported = imports::http::run(&db, &call, area, text, draft, mode).await;
    db.close();
    if let Some(house) = house {
        house.close().await;
    }
    match imported {
        Ok(imported) => {
            println!("{}", serde_json::to_string_pretty(&imported)?);
            if dry_run {
                eprintln!("dry run: nothing was written");
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => {
            eprintln!("{}", serde_json::to_string_pretty(&problem.document("", &call.request_id.0))?);
            Ok(ExitCode::FAILURE)
        }
    }
}

fn openapi(check: bool, write: bool, dir: &std::path::Path) -> Result<ExitCode, Fault> {
    let document = ("openapi.json", operations::document_text());
    if !check && !write {
        print!("{}", document.1);
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

//! The command line: starts the log and runs the command that the arguments name.

mod arguments;
mod develop;
mod import;
mod receive;
mod serve;
mod verify;

use std::fmt::Display;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use self::arguments::{Action, Command};
use crate::auth::token::TokenContents;
use crate::clock::Clock;
use crate::config::LogSettings;
use crate::dev;
use crate::imports::document::{MediaHint, process};
use crate::operations;
use crate::telemetry::with_causes;

/// The error of a command. [`run`] prints it.
type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Returns the command line as data: every command with its arguments, for the test of the reference pages.
pub fn command() -> clap::Command {
    Command::command()
}

/// Runs the program and returns its exit code.
pub fn run() -> ExitCode {
    let command = Command::parse();
    if matches!(command.action, Action::ImportSheet) {
        return crate::imports::table::workbook::run_conversion();
    }
    if let Action::ReadDocument { csv } = command.action {
        return process::run(if csv { MediaHint::Csv } else { MediaHint::None });
    }
    let is_interactive = !matches!(command.action, Action::Serve(_));
    crate::auth::token::install_provider();
    // Kept until the end of the program: dropping it sends the last spans.
    let _traces = match start_log(&command.log, is_interactive) {
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
    match runtime.block_on(run_action(command.action)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("section55: {}", with_causes(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// Starts the log, and traces if the program was built with the feature `otlp` and a collector is set. Traces end when
/// the returned value is dropped. Interactive commands log warnings as text.
fn start_log(settings: &LogSettings, is_interactive: bool) -> Result<impl Sized, BoxedError> {
    let default = if is_interactive && settings.log == "info" { "warn" } else { &settings.log };
    let filter = tracing_subscriber::EnvFilter::new(default);
    let text = is_interactive || settings.log_format == "text";
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if text { lines.boxed() } else { lines.json().boxed() };
    let log = tracing_subscriber::registry().with(lines.with_filter(filter));
    #[cfg(feature = "otlp")]
    let (log, guard) = {
        let (layer, traces) = crate::telemetry::traces::layer()?.unzip();
        (log.with(layer), traces)
    };
    #[cfg(not(feature = "otlp"))]
    let guard = ();
    // A process has one log; starting it a second time does nothing.
    let _ = log.try_init();
    Ok(guard)
}

async fn run_action(action: Action) -> Result<ExitCode, BoxedError> {
    match action {
        Action::Dev(settings) => develop::develop(settings).await?,
        Action::Serve(settings) => serve::serve(*settings).await?,
        Action::Migrate { database, check } => serve::migrate_database(&database, check).await?,
        Action::Schema { database } => serve::describe_schema(&database).await?,
        Action::Token { role, area, subject, name, ttl, data_dir } => {
            let roles = role.iter().map(ToString::to_string).collect();
            let issued_at = Clock::system().now();
            let contents = TokenContents { subject, name, roles, areas: area, issued_at, lifetime: ttl };
            say(format_args!("{}", dev::development_key(&data_dir)?.sign(&contents)));
        }
        Action::Import(arguments) => return import::import(*arguments).await,
        // `run` handles these commands, before it starts a runtime.
        Action::ImportSheet | Action::ReadDocument { .. } => {}
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

/// Prints a line. Ignores errors, because the reader of a pipe may have closed it.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Opens the port to serve on.
fn listen(on: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(on).map_err(|error| format!("cannot listen on {on}: {error}"))
}

/// Waits for SIGINT (Ctrl-C), SIGTERM or SIGHUP.
async fn wait_for_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {}, _ = hangup.recv() => {} }
    Ok(())
}

fn openapi(check: bool, write: bool, dir: &Path) -> Result<ExitCode, BoxedError> {
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
            eprintln!("{} is out of date: run section55 openapi --write", path.display());
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

//! The command line: starts the log and runs the command that the arguments name.

mod arguments;
mod develop;
mod import;
mod listening;
mod log_filter;
mod mail;
mod receive;
mod serve;
mod token;
mod verify;

use std::fmt::Display;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use self::arguments::{Action, Command};
use self::log_filter::log_filter;
use crate::config::{LogSettings, with_port};
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
    if matches!(command.action, Action::CheckContent) {
        return crate::files::active_content::run();
    }
    if matches!(command.action, Action::FindFacts) {
        return crate::imports::reading::process::run();
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
    let filter = log_filter(default)?;
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
        Action::Token(arguments) => token::sign(arguments)?,
        Action::Import(arguments) => return import::import(*arguments).await,
        // `run` handles these commands, before it starts a runtime.
        Action::ImportSheet | Action::ReadDocument { .. } | Action::FindFacts | Action::CheckContent => {}
        Action::NewEpoch { reason, audit } => serve::open_epoch(&audit, &reason).await?,
        Action::AdoptFiles { database, files } => serve::adopt_files(&database, &files).await?,
        Action::Verify { bundle, key, after } => return verify::verify(&bundle, key.as_deref(), after.as_deref()),
        Action::Openapi { examples: true, .. } => say(operations::document_text_with_examples().trim_end()),
        Action::Openapi { check, write, dir, .. } => return openapi(check, write, &dir),
        Action::Receive { listen, port } => receive::receive(with_port(listen, port)).await?,
        Action::Completions { shell } => {
            clap_complete::generate(shell, &mut Command::command(), "section55", &mut std::io::stdout());
        }
        Action::Man { dir } => clap_mangen::generate_to(Command::command(), dir)?,
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

/// Returns a future that waits for SIGINT (Ctrl-C), SIGTERM or SIGHUP. Signals that arrive from now on count, also before
/// the future is awaited.
fn wait_for_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {}, _ = hangup.recv() => {} }
    })
}

fn openapi(check: bool, write: bool, dir: &Path) -> Result<ExitCode, BoxedError> {
    let document = ("openapi.json", operations::document_text());
    if !check && !write {
        say(document.1.trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    if !dir.is_dir() {
        let advice = "run this in a checkout of the repository, or name the folder of the generated files with --dir";
        return Err(format!("there is no folder {}: {advice}", dir.display()).into());
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

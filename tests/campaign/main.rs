//! The campaign: breaks the service on purpose while clients write to it, and holds a ledger of every acknowledged write
//! against what the database, the audit log and the change feed then contain.

mod common;
mod figures;
mod ledger;
mod load;
#[path = "../it/support/mail_server.rs"]
#[allow(dead_code, clippy::expect_used, reason = "the tests use more of it")]
mod mail_server;
mod options;
mod programs;
mod random;
mod reconciliation;
mod scenarios;
mod stage;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use common::BoxedError;
use figures::Figures;
use options::{Options, Scenario};
use programs::installation::Installation;

/// What a scenario needs to know.
#[derive(Clone)]
pub struct Context {
    /// The arguments.
    pub options: Options,
    /// What every scenario starts from.
    pub installation: Arc<Installation>,
}

/// Runs the scenarios and prints a line for each. Returns whether every promise was kept.
async fn run(context: &Context) -> bool {
    let scenarios = match context.options.scenario {
        Scenario::All => Scenario::EACH.to_vec(),
        one => vec![one],
    };
    let mut kept = true;
    for scenario in scenarios {
        let began = Instant::now();
        match scenarios::run(scenario, context).await {
            Ok(figures) => {
                let figures = Figures { took: began.elapsed(), ..figures };
                figures.print_faults();
                println!("{figures}");
                kept &= figures.faults.is_empty();
            }
            Err(error) => {
                println!("{scenario:?}: failed after {:.1} s: {error}", began.elapsed().as_secs_f64());
                kept = false;
            }
        }
    }
    kept
}

async fn campaign(options: Options) -> Result<bool, BoxedError> {
    let installation = Arc::new(Installation::create(options.folder.as_deref(), options.program.clone()).await?);
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let keep = options.keep;
    let context = Context { options, installation: installation.clone() };
    // Dropping the run ends the programs that it started.
    let kept = tokio::select! {
        kept = run(&context) => kept,
        _ = interrupt.recv() => false,
        _ = terminate.recv() => false,
    };
    if keep || !kept {
        eprintln!("data and logs: {}", installation.folder.display());
    } else {
        installation.remove();
    }
    Ok(kept)
}

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let done = runtime.map_err(BoxedError::from).and_then(|runtime| runtime.block_on(campaign(options)));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("campaign: {error}");
            ExitCode::FAILURE
        }
    }
}

//! `cargo bench`: the service measured against PostgreSQL itself, against bare actix, and against what one would write in
//! its place, all on this machine and in one run, so that the ratios hold where the figures do not.

mod audit;
mod figures;
mod fixed;
mod house;
mod load;
mod measure;
mod options;
mod peers;
mod prepare;
mod programs;
mod report;
mod rows;
mod statements;
mod unaudited;

use std::process::ExitCode;

use clap::Parser;
use options::{Options, Part};
use section55::clock::Clock;
use tokio::signal::unix::{SignalKind, signal};

/// Whatever went wrong.
type Fault = Box<dyn std::error::Error + Send + Sync>;

async fn measure(options: Options) -> Result<(), Fault> {
    if load::find("wrk").is_none() || load::find("curl").is_none() {
        return Err("wrk and curl are needed on PATH (Debian: apt-get install wrk curl)".into());
    }
    let clock = Clock::system();
    let began = clock.now();
    let prepared = prepare::Prepared::make(options, began).await?;
    let mut measured = measure::Measured::default();
    measured.rounds(&prepared).await;
    let took = (clock.now() - began).num_seconds();
    let text = report::write(&prepared, &measured, began, took).await?;
    println!("{text}");
    if prepared.options.is_whole() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md"), text)?;
        eprintln!("written to benches/RESULTS.md");
    }
    if measured.faults.is_empty() { Ok(()) } else { Err("not all was answered or recorded: see above".into()) }
}

async fn act(options: Options) -> Result<(), Fault> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let work = async {
        match options.part.clone() {
            Some(Part::Fixed { listen, body }) => fixed::serve(listen, &body).await,
            Some(Part::Unaudited { listen, database, keys }) => unaudited::serve(listen, &database, &keys).await,
            None => measure(options.settled()).await,
        }
    };
    // What was started ends when the work is dropped.
    tokio::select! {
        done = work => done,
        _ = interrupt.recv() => Err("stopped".into()),
        _ = terminate.recv() => Err("stopped".into()),
    }
}

#[actix_web::main]
async fn main() -> ExitCode {
    match act(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let causes = std::iter::successors(fault.source(), |cause| cause.source());
            let why: Vec<String> = causes.map(ToString::to_string).collect();
            eprintln!("cargo bench: {}", [vec![fault.to_string()], why].concat().join(": "));
            ExitCode::FAILURE
        }
    }
}

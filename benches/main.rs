//! `cargo bench`: measures the service against PostgreSQL alone, bare actix, and the same API in two other frameworks.
//! All run on this machine in one go, so that the ratios hold where the figures do not.

mod audit_check;
mod cache_memory;
mod common;
mod connection;
mod data_folder;
mod databases;
mod fixed_body_server;
mod load_generators;
mod measurements;
mod options;
mod peers;
mod pgbench_scripts;
mod programs;
mod report;
mod runs;
mod setup;
mod statistics;
mod unaudited_server;

use std::process::ExitCode;

use clap::Parser;
use common::BoxedError;
use options::{Options, Server};
use section55::clock::Clock;
use tokio::signal::unix::{SignalKind, signal};

async fn measure(options: Options) -> Result<(), BoxedError> {
    if load_generators::find("wrk").is_none() || load_generators::find("curl").is_none() {
        return Err("wrk and curl must be on PATH (Debian: apt-get install wrk curl)".into());
    }
    let clock = Clock::system();
    let began = clock.now();
    let setup = setup::Setup::new(options, began).await?;
    let mut measurements = measurements::Measurements::default();
    measurements.run_rounds(&setup).await;
    if setup.options.only.is_empty() {
        measurements.cache_memory = cache_memory::measure(&setup.folder, setup::SMALL, setup.options.requests).await?;
    }
    let took = (clock.now() - began).num_seconds();
    let text = report::write(&setup, &measurements, began, took).await?;
    println!("{text}");
    if setup.options.is_complete() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md"), text)?;
        eprintln!("wrote benches/RESULTS.md");
    }
    if measurements.failures.is_empty() {
        Ok(())
    } else {
        Err("some requests failed or were not recorded: see above".into())
    }
}

/// Measures only the memory of the public cache, and prints the section of the report.
async fn measure_cache_memory(options: Options) -> Result<(), BoxedError> {
    let folder = data_folder::DataFolder::open(options.data_dir.clone()).await?;
    programs::write_service_files(&folder.dir)?;
    folder.create_database(setup::SMALL, options.inspections / 10).await?;
    let results = cache_memory::measure(&folder, setup::SMALL, options.requests).await?;
    let mut text = String::new();
    cache_memory::write(&mut text, &results)?;
    println!("{text}");
    Ok(())
}

async fn run(options: Options) -> Result<(), BoxedError> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let work = async {
        match options.server.clone() {
            Some(Server::FixedBody { listen, body }) => fixed_body_server::serve(listen, &body).await,
            Some(Server::Unaudited { listen, database, keys }) => {
                unaudited_server::serve(listen, &database, &keys).await
            }
            None if options.memory => measure_cache_memory(options.with_quick_applied()).await,
            None => measure(options.with_quick_applied()).await,
        }
    };
    // Dropping `work` ends the programs that it started.
    tokio::select! {
        done = work => done,
        _ = interrupt.recv() => Err("stopped".into()),
        _ = terminate.recv() => Err("stopped".into()),
    }
}

#[actix_web::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes = std::iter::successors(error.source(), |cause| cause.source());
            let causes: Vec<String> = causes.map(ToString::to_string).collect();
            eprintln!("cargo bench: {}", [vec![error.to_string()], causes].concat().join(": "));
            ExitCode::FAILURE
        }
    }
}

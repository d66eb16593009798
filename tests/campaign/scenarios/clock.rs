//! Runs the service with a wrong clock (libfaketime): three minutes slow, an hour fast, and one second fast, which is
//! near enough.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::programs::service::status_of;
use crate::stage::{START_TIMEOUT, Stage};

/// How long an instance with a wrong clock may claim to be ready after its start.
const NOTICE_LIMIT: Duration = Duration::from_secs(5);

/// Returns the library for programs with threads, where Debian and Fedora install it.
fn find_library() -> Option<PathBuf> {
    let folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from);
    let below = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let all = below.map(|entry| entry.path()).chain(folders.clone());
    all.flat_map(|folder| [folder.join("faketime/libfaketimeMT.so.1"), folder.join("libfaketimeMT.so.1")])
        .find(|library| library.is_file())
}

/// Waits until the instance is not ready although it runs. Returns false when it still is at the end of the limit.
async fn notices(stage: &Stage) -> bool {
    let (address, second) = (stage.service.address, Duration::from_secs(1));
    let started = Instant::now();
    while started.elapsed() < START_TIMEOUT && status_of(address, "/livez", second).await != Some(200) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let began = Instant::now();
    while began.elapsed() < NOTICE_LIMIT {
        if status_of(address, "/readyz", second).await == Some(503) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let Some(library) = find_library() else {
        return Ok(Figures::skipped("clock", "libfaketime is not installed (Debian: apt-get install libfaketime)"));
    };
    let mut figures = Figures::new("clock");
    let mut stage = Stage::create(context, "clock")?;
    stage.postgres.start().await?;
    let environment = &mut stage.service.environment;
    environment.insert("LD_PRELOAD", library.display().to_string());
    environment.insert("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned());
    for (offset, description) in [("-180", "three minutes slow"), ("+3600", "an hour fast")] {
        stage.service.environment.insert("FAKETIME", offset.to_owned());
        stage.service.start()?;
        let noticed = notices(&stage).await;
        figures.promise(noticed, format!("an instance whose clock is {description} is ready"));
        stage.service.kill().await;
    }
    stage.service.environment.insert("FAKETIME", "+1".to_owned());
    stage.service.start()?;
    stage.service.wait_until_ready(START_TIMEOUT).await?;
    let mut running = stage.begin().await?;
    running.load.wait_for_writes(context.options.count_or(60, 500), Duration::from_secs(120)).await?;
    stage.end(running, &mut figures).await?;
    let database = stage.postgres.administrator().await?;
    let future = "select count(*) from record.events where at > clock_timestamp() + interval '2 seconds'";
    let future: i64 = database.query_one(future, &[]).await?.get(0);
    figures.promise(future == 0, format!("{future} events are more than two seconds in the future"));
    figures.did("clocks", 3);
    Ok(figures)
}

//! Restarts two instances behind HAProxy in turn with SIGTERM. No request may fail.

use std::time::{Duration, Instant};

use crate::Context;
use crate::common::BoxedError;
use crate::figures::{FaultKind, Figures};
use crate::programs::haproxy::{self, Haproxy};
use crate::programs::service::Service;
use crate::stage::{START_TIMEOUT, Stage};

/// More than HAProxy needs here to notice: 3 × 0.2 s.
const DRAIN_SECONDS: &str = "2";
/// More than HAProxy needs here to take an instance back.
const BACK: Duration = Duration::from_millis(700);

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let Some(program) = haproxy::find() else {
        return Ok(Figures::skipped("rolling", "HAProxy is not installed (Debian: apt-get install haproxy)"));
    };
    let mut figures = Figures::new("rolling");
    let mut stage = Stage::create(context, "rolling")?;
    let url = |role: &str| stage.postgres.url(role);
    let mut other = Service::new(&context.installation, &stage.folder, "other", url)?;
    stage.service.environment.insert("SECTION55_DRAIN_SECONDS", DRAIN_SECONDS.to_owned());
    other.environment.insert("SECTION55_DRAIN_SECONDS", DRAIN_SECONDS.to_owned());
    stage.start().await?;
    other.start()?;
    other.wait_until_ready(START_TIMEOUT).await?;
    let proxy = Haproxy::start(&program, &stage.folder, &[stage.service.address, other.address])?;
    tokio::time::sleep(BACK).await;

    let mut running = stage.begin_with(format!("http://{}", proxy.address), |_| {}).await?;
    stage.ledger.take_availability();
    let (count, mut slowest) = (context.options.count_or(2, 20), Duration::ZERO);
    for n in 0..count {
        let instance = if n % 2 == 0 { &mut stage.service } else { &mut other };
        let began = Instant::now();
        instance.terminate().await?;
        slowest = slowest.max(began.elapsed());
        instance.start()?;
        instance.wait_until_ready(START_TIMEOUT).await?;
        tokio::time::sleep(BACK).await;
        running.load.wait_for_writes(10, Duration::from_secs(20)).await?;
    }
    let availability = stage.ledger.take_availability();
    for (failure, count) in &availability.failures {
        figures.fault(FaultKind::Other, format!("{count} of {} requests failed: {failure}", availability.requests));
    }
    stage.end(running, &mut figures).await?;
    figures.did("requests", availability.requests);
    figures.did("failed", availability.failures.values().sum());
    figures.did("restarts", count);
    figures.did("ms from SIGTERM to the end at most", usize::try_from(slowest.as_millis())?);
    Ok(figures)
}

//! Stops every process of PostgreSQL with SIGSTOP for some seconds while clients write. No connection breaks; nothing
//! answers.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::programs::service::status_of;
use crate::stage::Stage;

/// The longest time until any answer: the service's own limit is 4.5 s at the database.
const ANSWER_LIMIT: Duration = Duration::from_millis(5_500);
/// The longest time until `/readyz` answers.
const READINESS_LIMIT: Duration = Duration::from_millis(1_500);
/// How long cached pages are kept for certain. A write whose commit is in doubt after 4.5 s may have withdrawn a page, so
/// it removes them all.
const KEPT_FOR_CERTAIN: Duration = Duration::from_secs(4);
/// The longest time from the end of the freeze until a write is acknowledged.
const RECOVERY_LIMIT: Duration = Duration::from_secs(3);

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("freeze");
    let mut stage = Stage::open(context, "freeze").await?;
    // A publication removes all cached pages, so clients that publish would leave none to serve.
    let mut running = stage.begin_with(stage.service.base(), |settings| settings.publishes = false).await?;
    let database = stage.postgres.administrator().await?;
    let published = "select id::text from published.inspections order by id limit 1";
    let page = format!("/v1/inspections/{}", database.query_one(published, &[]).await?.get::<_, String>(0));
    drop(database);
    let address = stage.service.address;
    let second = Duration::from_secs(1);
    figures.promise(status_of(address, &page, second).await == Some(200), "a public page is not 200 before the freeze");

    let seconds = context.options.seconds_or(5, 30);
    stage.ledger.take_availability();
    stage.postgres.signal_all(Signal::SIGSTOP);
    let frozen = Instant::now();
    let (mut slow_readiness, mut lost_pages) = (0, 0);
    while frozen.elapsed() < Duration::from_secs(seconds) {
        let began = Instant::now();
        let readiness = status_of(address, "/readyz", Duration::from_secs(8)).await;
        slow_readiness += usize::from(readiness.is_none() || began.elapsed() > READINESS_LIMIT);
        let asked = frozen.elapsed();
        let is_public = status_of(address, &page, Duration::from_secs(8)).await == Some(200);
        lost_pages += usize::from(!is_public && asked < KEPT_FOR_CERTAIN);
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    stage.postgres.signal_all(Signal::SIGCONT);
    let thawed = Instant::now();
    let recovered = running.load.wait_for_writes(1, Duration::from_secs(20)).await?;
    let recovery = thawed.elapsed();
    figures.promise(
        recovered && recovery <= RECOVERY_LIMIT,
        format!("the first write took {recovery:?} after the freeze"),
    );
    let slowest = stage.ledger.take_availability().slowest;
    figures.promise(slowest <= ANSWER_LIMIT, format!("an answer took {slowest:?}"));
    figures
        .promise(slow_readiness == 0, format!("/readyz took longer than {READINESS_LIMIT:?} {slow_readiness} times"));
    figures.promise(lost_pages == 0, format!("a public page that was read before was not 200 {lost_pages} times"));
    running.load.wait_for_writes(60, Duration::from_secs(20)).await?;
    stage.end(running, &mut figures).await?;
    figures.did("s frozen", usize::try_from(seconds)?);
    figures.did("ms until recovery", usize::try_from(recovery.as_millis())?);
    Ok(figures)
}

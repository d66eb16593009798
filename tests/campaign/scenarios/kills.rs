//! Kills the service with SIGKILL while clients write, and starts it again.

use std::time::{Duration, Instant};

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::stage::Stage;

/// How long clients may wait after a kill until the next write is acknowledged.
const RECOVERY_LIMIT: Duration = Duration::from_secs(20);

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("kills");
    let mut stage = Stage::open(context, "kills").await?;
    let mut running = stage.begin().await?;
    let count = context.options.count_or(8, 100);
    let mut slowest = Duration::ZERO;
    for _ in 0..count {
        tokio::time::sleep(stage.random.milliseconds(0, 120)).await;
        stage.service.kill().await;
        let killed = Instant::now();
        stage.service.start()?;
        if !running.load.wait_for_writes(1, RECOVERY_LIMIT).await? {
            return Err(format!("no write within {RECOVERY_LIMIT:?} of a kill: {}", stage.service.log_tail()).into());
        }
        slowest = slowest.max(killed.elapsed());
        running.load.wait_for_writes(5, RECOVERY_LIMIT).await?;
    }
    stage.end(running, &mut figures).await?;
    figures.did("kills", count);
    figures.did("ms until the first write at most", usize::try_from(slowest.as_millis())?);
    Ok(figures)
}

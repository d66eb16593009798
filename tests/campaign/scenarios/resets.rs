//! Clients send a part of a request and reset the connection, then repeat the request with its key.

use std::time::{Duration, Instant};

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::ledger::Outcome;
use crate::stage::Stage;

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("resets");
    let mut stage = Stage::open(context, "resets").await?;
    let mut running = stage.begin_with(stage.service.base(), |settings| settings.resets = true).await?;
    let count = context.options.count_or(200, 2000);
    let (mut progress, mut seen) = (Instant::now(), 0);
    while seen < count {
        running.load.wait_for_writes(5, Duration::from_secs(20)).await?;
        let now = stage.ledger.count(Outcome::Doubtful);
        if now > seen {
            (progress, seen) = (Instant::now(), now);
        } else if progress.elapsed() > Duration::from_secs(20) {
            return Err("the clients stand still".into());
        }
    }
    stage.end(running, &mut figures).await?;
    figures.did("resets", seen);
    Ok(figures)
}

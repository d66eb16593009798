//! What every outbox shares: the loop that claims what is due and sends it, and the times between the attempts. Webhooks
//! and e-mails have an outbox each: rows in the database, which one instance at a time claims.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::api::Problem;

/// The time between two attempts to claim what is due.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// The time to wait after each failed attempt. There are five attempts: at once, and 1 minute, 16 minutes, 3 hours 16
/// minutes and 24 hours later.
const BACKOFF: [TimeDelta; 4] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(15),
    TimeDelta::hours(3),
    TimeDelta::minutes(24 * 60 - (1 + 15 + 3 * 60)),
];

/// Returns the time to wait after a failed attempt, or `None` if it was the last. `failed` is the number of attempts that
/// failed before it.
pub fn wait_after(failed: i32) -> Option<TimeDelta> {
    usize::try_from(failed).ok().and_then(|failed| BACKOFF.get(failed).copied())
}

/// Claims what is due and sends it, at most `concurrency` at the same time, until `stop` is cancelled. Then finishes the
/// attempts that are under way and returns. `claim` receives the largest number that it may claim.
pub async fn run<T, F: Future<Output = ()>>(
    outbox: &'static str,
    concurrency: usize,
    stop: &CancellationToken,
    claim: impl AsyncFn(i32) -> Result<Vec<T>, Problem>,
    send: impl Fn(T) -> F,
) {
    let mut running = FuturesUnordered::new();
    let mut ticks = tokio::time::interval(POLL_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick(), if !stop.is_cancelled() => {
                let free = i32::try_from(concurrency - running.len()).unwrap_or(i32::MAX);
                if free == 0 {
                    continue;
                }
                // What is being sent goes on meanwhile: it can hold the connection that the claim waits for.
                let mut claiming = Box::pin(claim(free));
                let claimed = loop {
                    tokio::select! {
                        claimed = &mut claiming => break claimed,
                        Some(()) = running.next() => {}
                    }
                };
                match claimed {
                    Ok(claimed) => running.extend(claimed.into_iter().map(&send)),
                    Err(problem) => tracing::warn!(outbox, %problem, "what is due in an outbox cannot be claimed"),
                }
            }
            Some(()) = running.next() => {}
            else => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_attempt_is_a_day_after_the_first() {
        let waits: Vec<TimeDelta> = (0..).map_while(wait_after).collect();
        assert_eq!((waits.len(), waits.iter().sum::<TimeDelta>()), (4, TimeDelta::hours(24)));
        assert_eq!(wait_after(-1), None);
    }
}

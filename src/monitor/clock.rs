//! Compares the machine's clock with the database's. A wrong clock refuses good tokens, and writes wrong times.

use std::time::Duration;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::db::{ClockOffset, Db};
use crate::service::{Check, CheckOutcome, Readiness};
use crate::telemetry;

/// The time between two comparisons while the clock is right.
const INTERVAL: Duration = Duration::from_secs(60);
/// The time between two comparisons while the clock is wrong, or while the database does not answer.
const SHORT_INTERVAL: Duration = Duration::from_secs(5);
/// Above this difference, the service is degraded.
const WARNING: TimeDelta = TimeDelta::seconds(2);
/// Above this difference, the instance is not ready. Tokens are accepted up to 30 seconds before and after their time.
const LIMIT: TimeDelta = TimeDelta::seconds(30);

/// Compares at intervals. Never returns.
pub async fn watch(db: &Db, machine_clock: &Clock, readiness: &Readiness) {
    loop {
        let interval = match db.compare_clock(|| machine_clock.now()).await {
            Ok(offset) => {
                telemetry::set_clock_offset(offset.offset);
                let outcome = assess(offset);
                let interval = if outcome == CheckOutcome::Passed { INTERVAL } else { SHORT_INTERVAL };
                report(readiness, offset, outcome);
                interval
            }
            // What was found last stays: without the database the instance is not ready anyway.
            Err(problem) => {
                tracing::debug!(%problem, "the clock cannot be compared with the database's");
                SHORT_INTERVAL
            }
        };
        tokio::time::sleep(interval).await;
    }
}

/// Returns the outcome of one comparison.
fn assess(offset: ClockOffset) -> CheckOutcome {
    let difference = offset.least_difference();
    if difference <= WARNING {
        return CheckOutcome::Passed;
    }
    let direction = if offset.offset > TimeDelta::zero() { "ahead of" } else { "behind" };
    let found = format!(
        "The clock of this machine is {:.1} seconds {direction} the database's.",
        offset.offset.abs().as_seconds_f64()
    );
    if difference <= LIMIT {
        return CheckOutcome::Degraded(found);
    }
    CheckOutcome::Failed(format!("{found} At most {} seconds are accepted.", LIMIT.num_seconds()))
}

fn report(readiness: &Readiness, offset: ClockOffset, outcome: CheckOutcome) {
    use CheckOutcome::{Degraded, Failed, Passed};
    let seconds = offset.offset.as_seconds_f64();
    match (readiness.set(Check::Clock, outcome.clone()), outcome) {
        (Passed | Degraded(_), Failed(_)) => {
            tracing::error!(seconds, "not ready: the machine's clock differs from the database's");
        }
        (Passed | Failed(_), Degraded(_)) => tracing::warn!(seconds, "the machine's clock differs from the database's"),
        (Degraded(_) | Failed(_), Passed) => tracing::info!(seconds, "the machine's clock is right again"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assess_seconds(offset: f64, uncertainty: f64) -> CheckOutcome {
        let delta = |seconds: f64| TimeDelta::milliseconds((seconds * 1000.0) as i64);
        assess(ClockOffset { offset: delta(offset), uncertainty: delta(uncertainty) })
    }

    #[test]
    fn two_seconds_are_a_warning_and_thirty_are_not_ready() {
        for offset in [0.0, 2.0, -2.0] {
            assert_eq!(assess_seconds(offset, 0.0), CheckOutcome::Passed, "{offset}");
        }
        for offset in [2.1, -2.1, 30.0, -30.0] {
            assert!(matches!(assess_seconds(offset, 0.0), CheckOutcome::Degraded(_)), "{offset}");
        }
        for offset in [30.1, -30.1, 3600.0] {
            assert!(matches!(assess_seconds(offset, 0.0), CheckOutcome::Failed(_)), "{offset}");
        }
    }

    #[test]
    fn a_slow_answer_of_the_database_is_no_wrong_clock() {
        assert_eq!(assess_seconds(3.0, 2.0), CheckOutcome::Passed);
        assert!(matches!(assess_seconds(31.0, 2.0), CheckOutcome::Degraded(_)));
    }

    #[test]
    fn the_text_states_the_direction() {
        let CheckOutcome::Failed(text) = assess_seconds(-61.0, 0.0) else { panic!("not failed") };
        let expected =
            "The clock of this machine is 61.0 seconds behind the database's. At most 30 seconds are accepted.";
        assert_eq!(text, expected);
    }
}

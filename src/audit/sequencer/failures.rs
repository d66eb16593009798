//! Failures of the sequencer in a row: when to try again, and when to write a line to the log.

use std::time::{Duration, Instant};

/// The delay after the first failure. It doubles with each further failure.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// The longest delay.
const MAX_DELAY: Duration = Duration::from_secs(15);
/// The time between the first line in the log and the second. It doubles with each further line.
const FIRST_SILENCE: Duration = Duration::from_secs(60);
/// The longest time between two lines.
const MAX_SILENCE: Duration = Duration::from_secs(3600);

/// The failures since the sequencer last worked.
#[derive(Debug)]
pub struct Failures {
    count: u32,
    began_at: Instant,
    next_line_at: Instant,
    silence: Duration,
}

impl Failures {
    /// Returns the first failure, at this moment. It is always logged.
    pub fn first(now: Instant) -> Self {
        Self { count: 1, began_at: now, next_line_at: now + FIRST_SILENCE, silence: FIRST_SILENCE }
    }

    /// Counts another failure, and returns true if it is to be logged.
    pub fn add(&mut self, now: Instant) -> bool {
        self.count += 1;
        if now < self.next_line_at {
            return false;
        }
        self.silence = (2 * self.silence).min(MAX_SILENCE);
        self.next_line_at = now + self.silence;
        true
    }

    /// Returns the number of failures.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Returns the time since the first failure, in whole seconds.
    pub fn seconds(&self, now: Instant) -> u64 {
        now.duration_since(self.began_at).as_secs()
    }

    /// Returns how long to wait before the next attempt.
    pub fn delay(&self) -> Duration {
        let doublings = (self.count - 1).min(10);
        (FIRST_DELAY * 2_u32.pow(doublings)).min(MAX_DELAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_failures_writes_a_line_an_hour_and_tries_every_15_seconds() {
        let began = Instant::now();
        let mut failures = Failures::first(began);
        let (mut now, mut lines) = (began, vec![0]);
        while now < began + Duration::from_secs(86_400) {
            now += failures.delay();
            if failures.add(now) {
                lines.push(failures.seconds(now) / 60);
            }
        }
        assert_eq!(lines[..7], [0, 1, 3, 7, 15, 31, 63], "minutes");
        assert_eq!(lines.len(), 7 + 22, "then one an hour");
        assert_eq!(failures.delay(), MAX_DELAY);
        assert!(failures.count() > 86_400 / 15);
    }

    #[test]
    fn the_first_delays_double() {
        let now = Instant::now();
        let mut failures = Failures::first(now);
        let mut delays = vec![failures.delay().as_secs()];
        for _ in 0..5 {
            failures.add(now);
            delays.push(failures.delay().as_secs());
        }
        assert_eq!(delays, [1, 2, 4, 8, 15, 15]);
    }
}

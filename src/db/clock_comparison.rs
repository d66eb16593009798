//! The comparison of a machine's clock with the clock of the database server.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::database::Db;
use crate::api::Problem;
use crate::auth::Actor;

/// The number of times that the database is asked. The answer with the shortest round trip counts.
const QUESTIONS: u32 = 3;

/// How far a machine's clock is from the database's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockOffset {
    /// The machine's time minus the database's: positive when the machine's clock is ahead.
    pub offset: TimeDelta,
    /// The largest error of `offset`: half of the round trip.
    pub uncertainty: TimeDelta,
}

impl ClockOffset {
    /// Returns the offset from one answer of the database. `sent_at` is the machine's time when the question was sent.
    /// The database is taken to have answered in the middle of the round trip.
    pub fn from_answer(sent_at: DateTime<Utc>, database: DateTime<Utc>, round_trip: Duration) -> Self {
        let uncertainty = TimeDelta::from_std(round_trip / 2).unwrap_or(TimeDelta::MAX);
        Self { offset: sent_at + uncertainty - database, uncertainty }
    }

    /// Returns by how much the clocks differ at least, whatever part of the round trip came before the answer.
    pub fn least_difference(&self) -> TimeDelta {
        (self.offset.abs() - self.uncertainty).max(TimeDelta::zero())
    }
}

impl Db {
    /// Compares the machine's time, which `machine_time` returns, with the clock of the database server.
    ///
    /// # Errors
    /// 503 when the database cannot be reached.
    pub async fn compare_clock(&self, machine_time: impl Fn() -> DateTime<Utc>) -> Result<ClockOffset, Problem> {
        let anonymous = Actor::new("", "", None, &[], &[]);
        let compare = async || {
            self.read(&anonymous, async |db| {
                let (sent_at, began) = (machine_time(), Instant::now());
                let row = db.query_opt("select clock_timestamp()", &[]).await?;
                let round_trip = began.elapsed();
                let row = row.ok_or_else(|| Problem::internal("clock_timestamp() returned no row"))?;
                Ok(ClockOffset::from_answer(sent_at, row.get(0), round_trip))
            })
            .await
        };
        let mut best = compare().await?;
        for _ in 1..QUESTIONS {
            let next = compare().await?;
            if next.uncertainty < best.uncertainty {
                best = next;
            }
        }
        Ok(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(ahead: f64, round_trip: f64) -> ClockOffset {
        let database: DateTime<Utc> = "2022-03-22T12:00:00Z".parse().expect("an instant");
        // The question was sent half of the round trip before the database read its clock.
        let milliseconds = (ahead - round_trip / 2.0) * 1000.0;
        let sent_at = database + TimeDelta::milliseconds(milliseconds as i64);
        ClockOffset::from_answer(sent_at, database, Duration::from_secs_f64(round_trip))
    }

    #[test]
    fn the_round_trip_is_no_part_of_the_difference() {
        let exact = offset(0.0, 3.0);
        assert_eq!(exact.offset, TimeDelta::zero());
        assert_eq!(offset(40.0, 0.0).least_difference(), TimeDelta::seconds(40));
        assert_eq!(offset(-40.0, 2.0).offset, TimeDelta::seconds(-40));
        assert_eq!(offset(-40.0, 2.0).least_difference(), TimeDelta::seconds(39));
        assert_eq!(offset(1.0, 4.0).least_difference(), TimeDelta::zero(), "the round trip may be all of it");
    }
}

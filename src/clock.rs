//! The clock. No other module may read the machine's clock.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::calendar::{london_date, to_microseconds};

/// A source of the present time.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    /// The machine's clock.
    #[default]
    Machine,
    /// The machine's clock and a number of days.
    Shifted(TimeDelta),
    /// A time that stands still, for tests.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// Returns the machine's clock.
    pub fn system() -> Self {
        Self(Source::Machine)
    }

    /// Returns a clock that starts on `day` at the machine's time of day, and runs on from there.
    pub fn from_day(day: NaiveDate) -> Self {
        Self(Source::Shifted(day - Self::system().today()))
    }

    /// Returns a clock that stands at `at` until [`Clock::set`] sets another time.
    pub fn fixed_at(at: DateTime<Utc>) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(at))))
    }

    /// Sets the time of a fixed clock. Does nothing on any other clock.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Source::Fixed(fixed) = &self.0 {
            *fixed.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// Returns the present instant, in whole microseconds.
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Source::Machine => Utc::now(),
            Source::Shifted(days) => Utc::now() + *days,
            Source::Fixed(fixed) => *fixed.lock().unwrap_or_else(PoisonError::into_inner),
        };
        to_microseconds(now)
    }

    /// Returns the present date in London.
    pub fn today(&self) -> NaiveDate {
        london_date(self.now())
    }
}

//! The clock. No other module may read the machine's clock.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::{london_date, to_microseconds};

/// A source of the present time: the machine's clock, or a fixed time for tests.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// Returns the machine's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// Returns a clock that stands at `at` until [`Clock::set`] sets another time.
    pub fn fixed_at(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(at))))
    }

    /// Sets the time of a fixed clock. Does nothing on the machine's clock.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.0 {
            *fixed.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// Returns the present instant, in whole microseconds.
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            None => Utc::now(),
            Some(fixed) => *fixed.lock().unwrap_or_else(PoisonError::into_inner),
        };
        to_microseconds(now)
    }

    /// Returns the present date in London.
    pub fn today(&self) -> NaiveDate {
        london_date(self.now())
    }
}

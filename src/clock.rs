//! Where the time comes from: the one place that may read the machine's clock.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::{london_date, to_microseconds};

/// The present, handed in at the edge; a set clock stands still until it is moved.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `at` until [`Clock::set`] moves it.
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(at))))
    }

    /// Moves a standing clock; the machine's own is not ours to move.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(stands) = &self.0 {
            *stands.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// The present instant, in whole microseconds.
    #[expect(clippy::disallowed_methods, reason = "the one reading of the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            None => Utc::now(),
            Some(stands) => *stands.lock().unwrap_or_else(PoisonError::into_inner),
        };
        to_microseconds(now)
    }

    /// The present day in London.
    pub fn today(&self) -> NaiveDate {
        london_date(self.now())
    }
}

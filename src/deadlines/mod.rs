//! Deadlines: the last days of all records of an area in one list, also as a calendar, with a token or at a secret address.

mod calendar;
pub mod http;
mod model;
mod secret_calendars;
mod store;

pub use model::{Deadline, DeadlineKind};
pub use secret_calendars::CalendarKey;
pub use store::{is_due, list_between};

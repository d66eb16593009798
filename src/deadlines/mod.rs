//! Deadlines: the last days of all records of an area in one list, also as a calendar.

mod calendar;
pub mod http;
mod model;
mod store;

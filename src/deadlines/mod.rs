//! The days that an area must not miss, of all its records in one list; and the same as a calendar.

mod calendar;
pub mod http;
mod model;
mod store;

//! Calendars with a secret address: a person makes one, and a calendar program such as Outlook, which cannot send a token,
//! subscribes to it. Each shows the deadlines of areas and kinds that are fixed when it is made.

mod events;
pub mod http;
mod model;
mod requests;
mod secret;
mod service;
mod store;
mod views;

pub use secret::CalendarKey;

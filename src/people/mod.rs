//! The people of each area: an entry for each side, made from the tokens that the service sees and by the area itself.
//! Only callers of the area read them. An entry is never deleted: a person who has left is inactive.

pub mod assignees;
pub mod http;
mod model;
mod requests;
mod service;
mod sightings;
mod store;
mod views;

pub use model::Person;
pub use service::erasure_event;
pub use sightings::{SIGHTINGS_INTERVAL, record_pending, run};

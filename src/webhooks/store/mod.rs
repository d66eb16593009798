//! Webhooks and their deliveries in the database; row security leaves each caller its own area's and side's.

mod deliveries;
mod progress;
mod webhooks;

pub use deliveries::{Deliveries, Made, Sent, find_delivery, insert_delivery, page_of_deliveries, pending};
pub use progress::{Claimed, claim, heads_of, oldest_unsent, passed, put_off, released, renewed, settle, sweep};
pub use webhooks::{Webhooks, count, delete, find, insert, lock, page, update};

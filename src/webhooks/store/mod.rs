//! The statements on webhooks and deliveries. Row security limits each caller to those of its own areas and sides.

mod claims;
mod deliveries;
mod webhooks;

pub use claims::{
    ClaimedWebhook, advance_position, claim, delete_settled, find_feed_head, oldest_unsent, record_outcome,
    release_claim, renew_claim, reschedule,
};
pub use deliveries::{
    Deliveries, NewDelivery, StoredDelivery, find_delivery, find_pending, insert_delivery, list_deliveries,
};
pub use webhooks::{Webhooks, count, delete, find, insert, list_webhooks, lock, update};

//! The statements on webhooks and deliveries. Row security limits each caller to the webhooks
//! and deliveries of its own areas and sides.

mod deliveries;
mod leases;
mod webhooks;

pub use deliveries::{
    Deliveries, NewDelivery, StoredDelivery, find_delivery, find_pending, insert_delivery, list_deliveries,
};
pub use leases::{
    ClaimedWebhook, advance_position, claim, delete_settled, find_feed_head, is_delivered, oldest_unsent,
    record_outcome, release_lease, renew_lease, reschedule, restart,
};
pub use webhooks::{Webhooks, count, delete, find, insert, list_webhooks, lock, update};

//! Webhooks: signed messages about changes to a side of an area, in the order of the change feed. The service sends
//! each message until the receiver accepts it, and only to addresses that the address policy allows.

mod address_policy;
mod context;
mod deliveries;
mod dispatch;
pub mod http;
mod message;
mod model;
mod requests;
mod secret;
mod sender;
mod service;
mod store;
mod views;

pub use address_policy::{AddressPolicy, AllowedPorts};
pub use context::{Settings, WebhookContext};
pub use dispatch::{delete_old_deliveries, oldest_unsent};

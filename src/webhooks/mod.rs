//! Webhooks: a side of an area is told of changes as they are placed in the feed, in their order, signed, again until it has
//! taken them; never at an address that it was not meant to reach.

mod context;
mod deliveries;
mod dispatch;
mod guard;
pub mod http;
mod message;
mod model;
mod record;
mod secret;
mod sender;
mod snapshot;
mod store;

pub use context::{Settings, WebhookContext};
pub use dispatch::{let_go, oldest_unsent};
pub use guard::Guard;

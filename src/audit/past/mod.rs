//! What the service knew at an instant, out of the log alone: `?as_of=`, and the states of records then.

mod parameter;
mod store;

pub use parameter::AsOf;
pub use store::{below, record, settings};

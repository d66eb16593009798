//! Operations about the service itself: its index, the caller, health probes and documentation.

mod docs;
pub mod http;
mod index;
mod readiness;

pub use docs::Description;
pub use readiness::{Check, CheckOutcome, Degradation, Readiness};

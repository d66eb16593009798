//! Legal holds. A record under a hold, and every record below it, cannot be disposed of or erased until the hold is
//! lifted.

pub mod http;
mod model;
mod requests;
mod service;
mod store;
mod workflow;

pub use model::{HeldResource, LegalHold};
pub use requests::LegalHoldTransition;
pub use workflow::{Action, HoldState, Need, WORKFLOW};

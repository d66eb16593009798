//! Legal holds: what is held is neither disposed of nor erased, whatever its day, until the hold is lifted.

pub mod http;
mod model;
mod store;
mod workflow;

pub use model::{HeldResource, HoldMove, LegalHold};
pub use workflow::{Action, HoldState, Need, WORKFLOW};

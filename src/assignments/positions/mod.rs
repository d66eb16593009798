//! The positions that others than the force take on a line. Each is recorded by its own side, and none overwrites
//! another; every one that was ever taken is kept.

pub mod http;
mod model;
mod record;
pub mod store;
mod workflow;

pub use model::{AssuranceOpinion, BodyView, InspectorateStatus, Position, PositionTaken, Recorded};
pub use record::record;
pub use workflow::{Decision, Need, WORKFLOW};

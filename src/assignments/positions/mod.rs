//! The positions that others than the force take on an assignment: the policing body's view, an auditor's opinion and
//! the inspectorate's decision. Each has its own column and history, and no position changes another.

pub mod http;
mod model;
mod requests;
mod service;
pub mod store;
mod workflow;

pub use model::{AssuranceOpinion, BodyView, InspectorateStatus, Position, PositionEntry};
pub use service::{NewPosition, record};
pub use workflow::{Decision, Need, WORKFLOW};

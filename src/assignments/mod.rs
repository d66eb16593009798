//! Assignments: one recommendation in one police area. Four positions stay apart: the force's status, the policing
//! body's view, an auditor's opinion and the inspectorate's decision.

pub mod http;
pub mod imported;
mod model;
pub mod positions;
mod requests;
mod service;
pub mod store;
pub mod updates;
mod views;
mod workflow;

pub use model::{Assignment, Headline, Marking};
pub use requests::AssignmentTransition;
pub use service::{erasure_event, open, readdress, transition};
pub use store::Assignments;
pub use views::{list_item, require_not_withdrawn, view_for_area};
pub use workflow::{Action, ForceStatus, Need, WORKFLOW};

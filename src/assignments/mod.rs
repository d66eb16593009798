//! Assignments: one line per recommendation and area, with four positions kept apart: the force's claim, the policing
//! body's view, an auditor's opinion, the inspectorate's decision.

mod amend;
pub mod http;
mod model;
mod moves;
mod needs;
pub mod positions;
mod snapshot;
pub mod store;
mod transition;
pub mod updates;
mod view;
mod workflow;

pub use model::{Assignment, AssignmentAmended, Headline, Marking};
pub use moves::AssignmentMove;
pub use store::Assignments;
pub use transition::{advance, kept_anew, open};
pub use view::{listed, own, require_standing};
pub use workflow::{Action, ForceStatus, Need, WORKFLOW};

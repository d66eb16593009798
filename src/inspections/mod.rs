//! Inspections: the record of one report of an inspectorate, shared by all areas that the report is about.

pub mod http;
mod model;
mod requests;
mod service;
pub mod store;
mod views;
mod workflow;

pub use model::{Correction, Inspection, InspectionKind, InspectionScope, State, Subjects};
pub use requests::{CORRECTABLE, InspectionRegistration, InspectionTransition};
pub use service::{DEFAULT_SOURCE, amend, find_writable, new_draft, register, require_draft};
pub use views::{RECOMMENDATIONS_PART, allowed_actions, find_with_allowed_actions, snapshot, with_allowed_actions};
pub use workflow::{Action, InspectionContext, Need, WORKFLOW, may_write, unmet};

//! Inspections: a report of the inspectorate, shared by all areas it is about.

pub mod http;
mod model;
mod sent;
pub mod store;
mod workflow;

pub use http::already_registered;
pub use model::{Correction, Inspection, InspectionKind, InspectionScope, Subjects};
pub use sent::Registration;
pub use workflow::{Action, InspectionMove, Need, State, WORKFLOW, unmet};

/// The source of an inspection that does not say.
pub const DEFAULT_SOURCE: &str = "hmicfrs";

//! Inspections: a report of the inspectorate, shared by all areas it is about.

pub mod http;
mod model;
mod needs;
mod register;
mod request;
mod snapshot;
pub mod store;
mod workflow;

pub use model::{Correction, Inspection, InspectionKind, InspectionScope, Subjects};
pub use needs::{InspectionContext, is_own, unmet};
pub use register::{
    DEFAULT_SOURCE, acted_on, allowed, already_registered, find_acted_on, find_own, insert, register, require_draft,
};
pub use request::{InspectionMove, Registration};
pub use snapshot::{RECOMMENDATIONS, snapshot};
pub use workflow::{Action, Need, State, WORKFLOW};

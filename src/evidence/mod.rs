//! Evidence that a recommendation was met: items of an assignment, the versions of each item's file, the policing
//! body's reviews, and the protective marking. Each reading of OFFICIAL-SENSITIVE evidence is recorded before the
//! response is sent.

pub mod file_maintenance;
pub mod files;
pub mod http;
pub mod marking;
mod model;
mod requests;
mod service;
pub mod store;
mod views;
mod workflow;

pub use model::{Evidence, EvidenceKind};
pub use requests::{EvidenceCreation, EvidenceTransition};
pub use service::{add_version, create, erasure_event, transition};
pub use workflow::{Action, Need, State, WORKFLOW};

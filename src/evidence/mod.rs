//! Evidence that a recommendation was met: items of an assignment with their file versions, the policing body's reviews,
//! and their protective marking. Whoever reads what is OFFICIAL-SENSITIVE is recorded before the answer leaves.

pub mod files;
pub mod http;
pub mod keeping;
pub mod marking;
mod model;
mod moves;
mod needs;
mod snapshot;
pub mod store;
mod transition;
mod view;
mod workflow;
mod write;

pub use model::{Evidence, EvidenceAdded, EvidenceKind};
pub use moves::EvidenceMove;
pub use transition::advance;
pub use workflow::{Action, Need, State, WORKFLOW};
pub use write::{add, add_version, kept_anew};

//! Imported positions: what an office's tracker states about the area's recommendations. A person of the side whose
//! position it is confirms each one, and only then it is written to the assignment, marked with its file and day.

pub mod http;
mod model;
mod needs;
mod requests;
mod service;
mod store;
mod views;
mod workflow;

pub use model::{ImportReference, ImportedPosition, PositionSide};
pub use service::{propose, withdraw};
pub use workflow::{Action, Need, State, WORKFLOW};

//! The protective marking of an item (Government Security Classifications). One person can raise it; two people must
//! lower it.

pub mod http;
mod requests;
mod service;
mod workflow;

pub use requests::MarkingTransition;
pub use workflow::{Action, MarkingState, Need, WORKFLOW, state, unmet};

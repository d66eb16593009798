//! The protective marking of an item (Government Security Classifications): one person raises it, two lower it.

pub mod http;
mod moves;
mod workflow;

pub use moves::{MarkingMove, unmet};
pub use workflow::{Action, MarkingState, Need, WORKFLOW, state};

//! Parses a policing body's published response in its text template, and infers what the text implies. It depends on
//! neither the database nor HTTP. Text that cannot be parsed is a fault with its line; nothing is guessed.

mod date;
mod fault;
mod heading;
mod inference;
mod reader;
mod recommendation;
mod reference;
mod target;

pub use fault::LineFault;
pub use inference::{infer_kind, infer_scope};
pub use reader::{MAX_BYTES, PolicingBodyDocument, parse};
pub use recommendation::PrintedRecommendation;
pub use target::{InferredTarget, infer_target};

//! The office's published response, read from its text template: what is printed, and what follows from it.
//! Knows nothing of the database or of HTTP. What cannot be read is a fault with its line; nothing is guessed.

mod date;
mod fault;
mod heading;
mod inference;
mod reader;
mod recommendation;
mod reference;
mod target;

pub use fault::LineFault;
pub use inference::{kind, scope};
pub use reader::{LONGEST, OfficeDocument, read};
pub use recommendation::PrintedRecommendation;
pub use target::{Target, target};

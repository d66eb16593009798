//! Parsing an office's document: the parsed members, the inferred values and the faults.

mod faults;
mod inference;
mod parsing;
mod properties;

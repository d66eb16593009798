//! Invalid request bodies: every kind of fault in every string of every body, and bodies that are not valid JSON objects.

mod bodies;
mod fields;
mod memory;

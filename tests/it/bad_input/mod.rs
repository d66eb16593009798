//! What should not be sent, sent: every fault of every string of every body, and bodies that are none.

mod bodies;
mod fields;

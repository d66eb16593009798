//! What goes wrong around the service: writers at once, clients that hang up, a database that dies, freezes or is full.

mod away;
mod draining;
mod frozen;
mod races;
mod resets;

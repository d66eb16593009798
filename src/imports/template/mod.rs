//! The template of a table, to be filled in and imported.

pub mod http;

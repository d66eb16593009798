//! The labels of enum values, in English and in Welsh, as pages show them to people.

pub mod http;
mod model;
mod table;

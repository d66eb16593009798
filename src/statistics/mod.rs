//! Statistics: how many responses were in time, and how many assignments are in each headline state.

pub mod http;
mod model;
mod store;

//! What the records come to: whether areas answer in time, and how what they were asked stands.

pub mod http;
mod model;
mod store;

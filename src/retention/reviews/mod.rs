//! Retention reviews: an area reviews a finished record, and states until when and why it must be retained.

pub mod http;
mod model;
mod requests;
mod service;
mod store;

pub use model::RetentionReview;

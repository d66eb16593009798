//! Updates: what each side reports on an assignment as the work proceeds. Updates are added and never changed.

pub mod http;
mod model;
mod service;
pub mod store;

pub(super) use service::{ImportedUpdate, record_imported};

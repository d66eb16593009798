//! The log read back: each record's history, and the area's audit events. Written by `db::change` alone.

pub mod http;
mod model;
mod store;

pub use model::{AuditEvent, By, History, HistoryItem};
pub use store::{AuditEvents, history, page};

//! Remarks: what the people of one side say to each other about a response while they work on it. They are threaded,
//! resolved, never published, and never shown to the other side. "Comments" are the statutory texts (Police Act 1996 s.55).

pub mod http;
mod model;
mod passage;
mod requests;
mod service;
mod store;
mod views;
mod workflow;

pub use service::{erasure_event, erasure_events};
pub use workflow::{Action, Need, RemarkState, WORKFLOW};

//! Responses: a policing body's statutory response to an inspection report (Police Act 1996 s.55), one for each
//! inspection and police area. The record runs from the receipt of the report until both copies are sent.

mod content;
pub mod http;
mod model;
mod printed;
mod requests;
mod service;
pub mod store;
mod views;
mod workflow;

pub use content::{Branch, ChiefOfficerComments, Content, Edition, Explanation};
pub use model::{Copy, InspectionSummary, Recipient, Response};
pub use printed::{PrintedRecommendation, PrintedReport};
pub use requests::ResponseTransition;
pub use service::{
    ImportedTexts, discard_pending_texts, erasure_event, open_pending_texts, remove_imported_texts,
    store_imported_texts, transition,
};
pub use store::{ResponseTextKind, Responses, readable_text_kinds};
pub use views::{ResponseSnapshot, list_item, snapshot, view_for_area};
pub use workflow::{Action, Need, State, WORKFLOW};

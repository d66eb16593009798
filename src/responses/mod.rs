//! Responses: the statutory file, one per inspection and area, from the report's receipt to both copies sent.

mod batch;
mod content;
pub mod http;
mod model;
mod moves;
mod needs;
mod snapshot;
pub mod store;
mod transition;
mod view;
mod workflow;

pub use content::{Branch, ChiefOfficerComments, Content, Edition, Explanation};
pub use model::{Copy, InspectionSummary, Recipient, Response};
pub use moves::ResponseMove;
pub use snapshot::{Stored, snapshot};
pub use store::{Part, Responses, readable_parts};
pub use transition::{advance, import_text, kept_anew};
pub use view::listed;
pub use workflow::{Action, Need, State, WORKFLOW};

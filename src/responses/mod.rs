//! Responses: the statutory file, one per inspection and area, from the report's receipt to both copies sent.

mod content;
pub mod http;
mod model;
mod moves;
pub mod store;
mod view;
mod workflow;

pub use http::import_text;
pub use content::{Branch, Content, Edition, Explanation};
pub use model::{ChiefOfficerComments, Copy, InspectionSummary, Recipient, Response};
pub use moves::ResponseMove;
pub use view::public as public_view;
pub use workflow::{Action, Need, State, WORKFLOW};

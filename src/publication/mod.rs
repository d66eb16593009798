//! Publication: the transitions of an inspection, of which `publish` opens the response of every subject area; and the
//! published editions of a response, as versions and as the document that a policing body publishes.

mod corrections;
mod document;
pub mod http;
mod inspection_transition;
mod recommendation_update;
mod response_version;

pub use inspection_transition::{publish, transition};
pub use recommendation_update::update as update_recommendation;

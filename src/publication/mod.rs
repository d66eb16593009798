//! What becomes public, and how: publishing an inspection, which opens every subject area's response; and the published
//! editions of a response, as versions and as the document that an office publishes.

mod document;
pub mod http;
mod inspection;
mod version;

pub use inspection::publish;

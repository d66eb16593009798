//! The service about itself: where to begin, who the caller is, whether it is well, its documentation.

mod docs;
pub mod http;
mod readiness;

pub use docs::Description;
pub use readiness::Readiness;

//! Police areas: each one local policing body and one force, as shared reference data with each area's own settings.

pub mod http;
mod model;
mod snapshot;
mod store;

pub use model::{Area, PolicingBodyKind};
pub use store::{Areas, Settings, Titles, codes, in_force, page, page_public, settings, titles};

//! Recommendations, areas for improvement and causes of concern: what a report asks, verbatim.

mod add;
pub mod http;
mod model;
pub mod past;
mod snapshot;
pub mod store;

pub use add::add;
pub use model::{
    Addressee, Erratum, Recommendation, RecommendationAdded, RecommendationKind, RecommendationTarget, TargetKind,
};
pub use snapshot::stored;

//! Recommendations, areas for improvement and causes of concern: what a report asks, verbatim.

pub mod http;
mod model;
pub mod store;

pub use model::{
    Addressee, Erratum, Recommendation, RecommendationAdded, RecommendationKind, RecommendationTarget, TargetKind,
};

//! Recommendations, areas for improvement and causes of concern of a report, with the report's exact text.

pub mod http;
mod model;
mod requests;
mod service;
pub mod store;
mod target_date;
mod views;

pub use model::{
    Addressee, Erratum, Recommendation, RecommendationKind, RecommendationTarget, TargetBasis, TargetKind,
};
pub use requests::{RecommendationAmendment, RecommendationCreation, RecommendationRow};
pub use service::{RecommendationBatch, UpdatedRecommendation, create, lock_draft, set_target_dates, update};
pub use target_date::{end_of_period, parse_number};
pub use views::stored_members;

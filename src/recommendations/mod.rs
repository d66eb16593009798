//! Recommendations, areas for improvement and causes of concern: what a report asks, verbatim.

mod add;
mod bulk;
pub mod http;
mod model;
mod snapshot;
pub mod store;
mod target;

pub use add::{add, draft};
pub use bulk::{Bulk, RecommendationRow};
pub use model::{
    Addressee, Erratum, Recommendation, RecommendationAdded, RecommendationKind, RecommendationTarget, TargetBasis,
    TargetKind,
};
pub use snapshot::stored;
pub use target::{number, set_dates};

//! What an import answers.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::recommendations::Recommendation;

/// What an import brought in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Imported {
    /// The inspection.
    pub inspection_id: Uuid,
    /// The area's response, left in `received` for the officer; null for a draft, which opens none.
    pub response_id: Option<Uuid>,
    /// Whether this import registered the inspection; false where it was there and only the text was added.
    pub registered: bool,
    /// The inspection's recommendations, in the report's order.
    pub recommendations: Vec<ImportedRecommendation>,
    /// What the document does not say but implies: to be checked by the officer.
    pub inferred: Vec<Inferred>,
}

/// One recommendation of an imported document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportedRecommendation {
    /// Its id.
    pub id: Uuid,
    /// Its reference.
    #[schema(example = "21912")]
    pub reference: String,
    /// Its number in the report.
    pub number: String,
}

impl From<Recommendation> for ImportedRecommendation {
    fn from(of: Recommendation) -> Self {
        Self { id: of.id, reference: of.reference, number: of.number }
    }
}

/// One thing that was inferred.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Inferred {
    /// Which member.
    #[schema(example = "scope")]
    pub member: String,
    /// What was inferred.
    pub value: Value,
    /// The printed words it was inferred from.
    pub from: String,
}

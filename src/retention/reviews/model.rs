//! A retention review as its area sees it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::retention::schedule::RetainedResource;

/// A review of a record. It states until when the record must be retained, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RetentionReview {
    /// The review's id.
    pub id: Uuid,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The kind of record that was reviewed.
    pub resource: RetainedResource,
    /// The id of the record that was reviewed.
    pub resource_id: Uuid,
    /// The record's new review date.
    pub review_on: NaiveDate,
    /// The reason why the record is retained until then.
    pub reason: String,
    /// The name of the reviewer.
    pub by: String,
    /// When the review was recorded.
    pub created_at: DateTime<Utc>,
    /// Addresses of the review and of the record's reviews.
    pub links: BTreeMap<&'static str, String>,
}

impl RetentionReview {
    /// Returns the links of a review.
    pub fn links(id: Uuid, resource_id: Uuid) -> BTreeMap<&'static str, String> {
        [
            ("self", format!("/v1/retention-reviews/{id}")),
            ("reviews", format!("/v1/retention-reviews?resource_id={resource_id}")),
        ]
        .into()
    }
}

//! What the schedule of reviews and a review look like.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::text::Prose;

crate::vocabulary! {
    /// What has a review date, once it has come to its end.
    pub enum RetainedResource {
        /// A response that was published, or is not required.
        Response = "response",
        /// An item of evidence that was accepted, rejected or withdrawn.
        Evidence = "evidence",
    }
}

/// A record and the day on which it is reviewed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RetentionEntry {
    /// The record.
    pub id: Uuid,
    /// What kind it is.
    pub resource: RetainedResource,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The day on which it is reviewed: kept longer, or disposed of.
    pub review_on: NaiveDate,
    /// Whether a review named that day; else it is the area's `retention_years` after the record was last written.
    pub reviewed: bool,
    /// Whether a legal hold keeps it whatever the day.
    pub held: bool,
    /// The disposal of it that is under way.
    pub disposal_id: Option<Uuid>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

/// A review: somebody looked, and said until when the record is still needed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RetentionReview {
    /// Its id.
    pub id: Uuid,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// What kind of record.
    pub resource: RetainedResource,
    /// Which.
    pub resource_id: Uuid,
    /// The day of its next review.
    pub review_on: NaiveDate,
    /// Why it is kept until then.
    pub reason: String,
    /// Who reviewed it.
    pub by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl RetentionReview {
    /// Where to go from a review.
    pub fn links(id: Uuid, resource_id: Uuid) -> BTreeMap<&'static str, String> {
        [
            ("self", format!("/v1/retention-reviews/{id}")),
            ("reviews", format!("/v1/retention-reviews?resource_id={resource_id}")),
        ]
        .into()
    }
}

/// A review as it is recorded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionReviewed {
    /// What kind of record.
    pub resource: RetainedResource,
    /// Which.
    pub resource_id: Uuid,
    /// The day of its next review, today or later.
    pub review_on: NaiveDate,
    /// Why it is kept until then.
    pub reason: Prose,
}

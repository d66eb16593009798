//! The request body that records a retention review.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::text::LongText;
use crate::retention::schedule::RetainedResource;

/// The body that records a retention review.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionReviewCreation {
    /// The kind of record that was reviewed.
    pub resource: RetainedResource,
    /// The id of the record that was reviewed.
    pub resource_id: Uuid,
    /// The record's new review date, which is today or later.
    pub review_on: NaiveDate,
    /// The reason why the record is retained until then.
    pub reason: LongText,
}

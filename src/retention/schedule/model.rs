//! A finished record with its review date, as its area sees it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

crate::vocabulary! {
    /// A kind of record that has a review date once it is finished.
    pub enum RetainedResource {
        /// A response that was published, or is not required.
        Response = "response",
        /// An item of evidence that was accepted, rejected or withdrawn.
        Evidence = "evidence",
    }
}

/// A finished record and its review date.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RetentionEntry {
    /// The record's id.
    pub id: Uuid,
    /// The kind of record.
    pub resource: RetainedResource,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The day on which the area should review the record: retain it for longer, or dispose of it.
    pub review_on: NaiveDate,
    /// True if a review set this date. False if it is the area's `retention_years` after the record was last changed.
    pub reviewed: bool,
    /// True if the record is under a legal hold, which applies whatever the date.
    pub held: bool,
    /// The id of the open disposal of the record: proposed, or confirmed and not performed yet.
    pub disposal_id: Option<Uuid>,
    /// Addresses of the record and of its reviews.
    pub links: BTreeMap<&'static str, String>,
}

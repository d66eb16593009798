//! An update on an assignment as callers see it, and the request that adds one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::text::LongText;
use crate::auth::Side;

/// An update on an assignment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssignmentUpdate {
    /// The update's id.
    pub id: Uuid,
    /// The id of the assignment.
    pub assignment_id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// The day that the update reports on.
    pub date: NaiveDate,
    /// The report.
    pub text: String,
    /// The side that reports.
    pub side: Side,
    /// The name of the person who added the update.
    pub by: String,
    /// The file that the update was imported from, and the day for which the file states it; null if a person wrote the
    /// update here.
    pub source: Option<String>,
    /// When the update was added.
    pub created_at: DateTime<Utc>,
    /// Addresses of related resources.
    pub links: BTreeMap<&'static str, String>,
}

impl AssignmentUpdate {
    /// Returns the addresses of the resources related to an update.
    pub fn links(assignment_id: Uuid) -> BTreeMap<&'static str, String> {
        [("assignment", format!("/v1/assignments/{assignment_id}"))].into()
    }
}

/// A new update on an assignment.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentUpdateCreation {
    /// The report.
    pub text: LongText,
    /// The day that the update reports on, today or earlier. If absent, today.
    #[serde(default)]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
}

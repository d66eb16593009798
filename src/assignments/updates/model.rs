//! An update of a line, as it is written and read.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::text::Prose;
use crate::auth::Side;

/// One update.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AssignmentUpdate)]
pub struct Update {
    /// Its id.
    pub id: Uuid,
    /// The line.
    pub assignment_id: Uuid,
    /// The police area.
    pub area: String,
    /// The day it tells of.
    pub date: NaiveDate,
    /// What it tells.
    pub text: String,
    /// The side that tells it.
    pub side: Side,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Update {
    /// Where to go from an update.
    pub fn links(assignment_id: Uuid) -> BTreeMap<&'static str, String> {
        [("assignment", format!("/v1/assignments/{assignment_id}"))].into()
    }
}

/// An update as it is added.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = AssignmentUpdateAdded)]
#[serde(deny_unknown_fields)]
pub struct UpdateAdded {
    /// What it tells.
    pub text: Prose,
    /// The day it tells of, today or earlier; today where it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
}

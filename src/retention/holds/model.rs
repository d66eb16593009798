//! What a legal hold looks like to its area, and what may be sent of one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::workflow::{Action, HoldState};
use crate::api::Versioned;
use crate::api::text::Prose;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// What can be held, with all that lies below it: a response's lines, a line's evidence.
    pub enum HeldResource {
        /// A response, the area's file on a report.
        Response = "response",
        /// A line.
        Assignment = "assignment",
        /// An item of evidence.
        Evidence = "evidence",
    }
}

/// A hold on a record and all that lies below it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LegalHold {
    /// Its id.
    pub id: Uuid,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// What kind of record is held.
    pub resource: HeldResource,
    /// Which.
    pub resource_id: Uuid,
    /// Why.
    pub reason: String,
    /// Whether it is in force.
    pub state: HoldState,
    /// Who set it.
    pub set_by: String,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// When.
    pub lifted_at: Option<DateTime<Utc>>,
    /// Why.
    pub lifted_reason: Option<String>,
    /// What this caller can do with it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// Counts its changes.
    pub version: i64,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for LegalHold {
    fn version(&self) -> i64 {
        self.version
    }
}

impl LegalHold {
    /// Where to go from a hold.
    pub fn links(id: Uuid) -> BTreeMap<&'static str, String> {
        [("self", format!("/v1/legal-holds/{id}")), ("transitions", format!("/v1/legal-holds/{id}/transitions"))].into()
    }
}

/// A hold as it is set.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalHoldSet {
    /// What kind of record is held.
    pub resource: HeldResource,
    /// Which.
    pub resource_id: Uuid,
    /// Why: the claim, inquiry or order it is kept for.
    pub reason: Prose,
}

/// One move of a legal hold.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = LegalHoldMove)]
#[serde(deny_unknown_fields)]
pub struct HoldMove {
    /// What is done to it.
    pub action: Action,
    /// Why.
    pub reason: Prose,
}

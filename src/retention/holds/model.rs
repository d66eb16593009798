//! A legal hold as its area sees it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::workflow::HoldState;
use crate::api::Versioned;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// A kind of record that can be held. A hold on a response covers its assignments, and a hold on an assignment
    /// covers its evidence.
    pub enum HeldResource {
        /// A response.
        Response = "response",
        /// An assignment.
        Assignment = "assignment",
        /// An item of evidence.
        Evidence = "evidence",
    }
}

/// A legal hold on a record and on every record below it. The service refuses to dispose of these records.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LegalHold {
    /// The hold's id.
    pub id: Uuid,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The kind of record that is held.
    pub resource: HeldResource,
    /// The id of the record that is held.
    pub resource_id: Uuid,
    /// The reason for the hold.
    pub reason: String,
    /// The hold's state.
    pub state: HoldState,
    /// The name of the person who set the hold.
    pub set_by: String,
    /// The name of the person who lifted the hold.
    pub lifted_by: Option<String>,
    /// When the hold was lifted.
    pub lifted_at: Option<DateTime<Utc>>,
    /// The reason for lifting the hold.
    pub lifted_reason: Option<String>,
    /// The actions that this caller may perform on the hold now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// The hold's version, which increases with each write.
    pub version: i64,
    /// When the hold was set.
    pub created_at: DateTime<Utc>,
    /// When the hold was last changed.
    pub updated_at: DateTime<Utc>,
    /// Addresses of the hold and of its transitions.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for LegalHold {
    fn version(&self) -> i64 {
        self.version
    }
}

impl LegalHold {
    /// Returns the links of a hold.
    pub fn links(id: Uuid) -> BTreeMap<&'static str, String> {
        [("self", format!("/v1/legal-holds/{id}")), ("transitions", format!("/v1/legal-holds/{id}/transitions"))].into()
    }
}

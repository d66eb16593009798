//! The request bodies for a legal hold: its creation and its transitions.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::HeldResource;
use super::workflow::Action;
use crate::api::text::LongText;

/// The body that sets a legal hold.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalHoldCreation {
    /// The kind of record to hold.
    pub resource: HeldResource,
    /// The id of the record to hold.
    pub resource_id: Uuid,
    /// The reason for the hold: the claim, inquiry or order that requires the record.
    pub reason: LongText,
}

/// A requested transition of a legal hold.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalHoldTransition {
    /// The action.
    pub action: Action,
    /// The reason for the action.
    pub reason: LongText,
}

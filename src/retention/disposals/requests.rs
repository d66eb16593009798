//! The request bodies for a disposal: its proposal and its transitions.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{DisposedResource, Ground};
use super::workflow::Action;
use crate::api::text::LongText;

/// The body that proposes a disposal.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisposalProposal {
    /// The ground, which decides what is removed.
    pub ground: Ground,
    /// The kind of record to dispose of. The ground `retention` is only for responses and evidence.
    pub resource: DisposedResource,
    /// The id of the record or audit event to dispose of.
    pub resource_id: Uuid,
    /// The reason for the disposal.
    pub reason: LongText,
}

/// A requested transition of a disposal.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum DisposalTransition {
    /// Confirm the disposal, so that the service performs it.
    Confirm {},
    /// Refuse the disposal, or cancel it before the service performs it.
    Refuse {
        /// The reason for the refusal.
        reason: LongText,
    },
}

impl DisposalTransition {
    /// Returns the action.
    pub fn action(&self) -> Action {
        match self {
            Self::Confirm {} => Action::Confirm,
            Self::Refuse { .. } => Action::Refuse,
        }
    }

    /// Returns the caller's reason, for the history.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Confirm {} => None,
            Self::Refuse { reason } => Some(reason),
        }
    }
}

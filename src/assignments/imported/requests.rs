//! The request bodies of imported positions: a transition of one, and the confirmation of many.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::workflow::Action;
use crate::api::text::LongText;

/// A requested transition of an imported position.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum ImportedPositionTransition {
    /// Confirm the position, which writes it to the assignment.
    Confirm {},
    /// Reject the position. The assignment stays as it is.
    Reject {
        /// The reason for the rejection.
        reason: LongText,
    },
}

impl ImportedPositionTransition {
    /// Returns the action in the workflow.
    pub fn action(&self) -> Action {
        match self {
            Self::Confirm {} => Action::Confirm,
            Self::Reject { .. } => Action::Reject,
        }
    }
}

/// The imported positions to confirm: either those of one import, or those with these ids.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedPositionsConfirmation {
    /// The id of an import. All its proposed positions that the caller's side may confirm are confirmed.
    #[serde(default)]
    #[schema(nullable = false)]
    pub import_id: Option<Uuid>,
    /// The ids of imported positions.
    #[serde(default)]
    #[schema(nullable = false, min_items = 1, max_items = 500)]
    pub ids: Option<Vec<Uuid>>,
}

//! The request body for a transition of an item's marking.

use serde::Deserialize;
use utoipa::ToSchema;

use super::workflow::Action;
use crate::api::text::LongText;

/// A requested transition of an item's marking.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum MarkingTransition {
    /// Raise the marking to OFFICIAL-SENSITIVE.
    Raise {
        /// The reason for the higher marking.
        #[serde(default)]
        #[schema(nullable = false)]
        reason: Option<LongText>,
    },
    /// Request that the marking is lowered to OFFICIAL.
    RequestLowering {
        /// The reason for the lower marking.
        reason: LongText,
    },
    /// Confirm the request, which lowers the marking to OFFICIAL.
    ConfirmLowering {},
    /// Refuse the request, so that the marking stays OFFICIAL-SENSITIVE.
    RefuseLowering {
        /// The reason for the refusal.
        reason: LongText,
    },
}

impl MarkingTransition {
    /// Returns the action.
    pub fn action(&self) -> Action {
        match self {
            Self::Raise { .. } => Action::Raise,
            Self::RequestLowering { .. } => Action::RequestLowering,
            Self::ConfirmLowering {} => Action::ConfirmLowering,
            Self::RefuseLowering { .. } => Action::RefuseLowering,
        }
    }

    /// Returns the caller's reason, for the history.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Raise { reason } => reason.as_deref(),
            Self::RequestLowering { reason } | Self::RefuseLowering { reason } => Some(reason),
            Self::ConfirmLowering {} => None,
        }
    }
}

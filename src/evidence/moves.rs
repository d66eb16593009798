//! One move of an item of evidence: what is sent.

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::ReviewDecision;
use super::workflow::Action;
use crate::api::text::Prose;

/// One move of an item of evidence.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum EvidenceMove {
    /// Put it before the policing body.
    Submit {
        /// A word to the reviewer.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<Prose>,
    },
    /// Accept it.
    Accept {
        /// What the review found.
        note: Prose,
        /// The version of the file that was reviewed; the newest where it is left out.
        #[serde(default)]
        #[schema(nullable = false, minimum = 1)]
        file_version: Option<i32>,
    },
    /// Reject it.
    Reject {
        /// What the review found.
        note: Prose,
        /// The version of the file that was reviewed; the newest where it is left out.
        #[serde(default)]
        #[schema(nullable = false, minimum = 1)]
        file_version: Option<i32>,
    },
    /// Ask for changes.
    RequestChanges {
        /// What should change.
        note: Prose,
        /// The version of the file that was reviewed; the newest where it is left out.
        #[serde(default)]
        #[schema(nullable = false, minimum = 1)]
        file_version: Option<i32>,
    },
    /// Take it back.
    Withdraw {
        /// Why.
        reason: Prose,
    },
}

impl EvidenceMove {
    /// Its action.
    pub fn action(&self) -> Action {
        match self {
            Self::Submit { .. } => Action::Submit,
            Self::Accept { .. } => Action::Accept,
            Self::Reject { .. } => Action::Reject,
            Self::RequestChanges { .. } => Action::RequestChanges,
            Self::Withdraw { .. } => Action::Withdraw,
        }
    }

    /// What the caller says of it, for the history.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Submit { note } => note.as_deref(),
            Self::Accept { note, .. } | Self::Reject { note, .. } | Self::RequestChanges { note, .. } => Some(note),
            Self::Withdraw { reason } => Some(reason),
        }
    }

    /// The review it is, with its note and the version it names; none where it is no review.
    pub fn review(&self) -> Option<(ReviewDecision, &str, Option<i32>)> {
        match self {
            Self::Accept { note, file_version } => Some((ReviewDecision::Accepted, note, *file_version)),
            Self::Reject { note, file_version } => Some((ReviewDecision::Rejected, note, *file_version)),
            Self::RequestChanges { note, file_version } => {
                Some((ReviewDecision::ChangesRequested, note, *file_version))
            }
            Self::Submit { .. } | Self::Withdraw { .. } => None,
        }
    }
}

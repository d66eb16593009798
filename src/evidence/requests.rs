//! The request bodies for an item of evidence: its creation, amendment and transitions.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{EvidenceKind, EvidenceRow, ReviewDecision};
use super::workflow::Action;
use crate::api::text::{LongText, SingleLineText};
use crate::assignments::Marking;

/// The body that adds an item of evidence.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceCreation {
    /// The item's title.
    pub title: SingleLineText,
    /// The item's kind.
    pub kind: EvidenceKind,
    /// A description of the item.
    #[serde(default)]
    pub description: Option<LongText>,
    /// The first day on which the evidence was true.
    #[serde(default)]
    pub effective_from: Option<NaiveDate>,
    /// The last day on which the evidence was true.
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
    /// The day from which nobody should rely on the evidence.
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
    /// The item's protective marking; the default is OFFICIAL. The service refuses SECRET and above, which it must not
    /// store.
    #[serde(default)]
    #[schema(nullable = false)]
    pub marking: Option<Marking>,
}

crate::amendment! {
    /// The members of an item that the force may change while the item is not under review, and the person whom a side
    /// assigns (RFC 7396).
    pub struct EvidenceAmendment for EvidenceRow {
        /// The item's title.
        title: SingleLineText = |it, value| it.title = value.into_string(),
        /// The item's kind.
        kind: EvidenceKind = |it, value| it.kind = value,
        /// A description of the item.
        description: Option<LongText> = |it, value| it.description = value.map(LongText::into_string),
        /// The first day on which the evidence was true.
        effective_from: Option<NaiveDate> = |it, value| it.effective_from = value,
        /// The last day on which the evidence was true.
        effective_to: Option<NaiveDate> = |it, value| it.effective_to = value,
        /// The day from which nobody should rely on the evidence.
        expires_on: Option<NaiveDate> = |it, value| it.expires_on = value,
        /// A higher marking. Lowering a marking takes two people: use the marking's own transitions.
        marking: Marking = |it, value| it.marking = value,
        ;
        /// The id of the person of the caller's own side who is to work on the item; null for nobody. Each side assigns a
        /// person of its own, in every state.
        assigned_to: Option<Uuid>,
    }
}

impl EvidenceAmendment {
    /// Returns true if the amendment has members that only the force may change.
    pub fn is_of_force(&self) -> bool {
        let Self { title, kind, description, effective_from, effective_to, expires_on, marking, assigned_to: _ } = self;
        title.is_some()
            || kind.is_some()
            || description.is_some()
            || effective_from.is_some()
            || effective_to.is_some()
            || expires_on.is_some()
            || marking.is_some()
    }
}

/// A requested transition of an item of evidence.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum EvidenceTransition {
    /// Submit the item to the policing body for review.
    Submit {
        /// A note for the reviewer.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<LongText>,
    },
    /// Accept the item.
    Accept {
        /// The reviewer's note.
        note: LongText,
        /// The version of the file that was reviewed; the default is the newest.
        #[serde(default)]
        #[schema(nullable = false, minimum = 1)]
        file_version: Option<i32>,
    },
    /// Reject the item.
    Reject {
        /// The reviewer's note.
        note: LongText,
        /// The version of the file that was reviewed; the default is the newest.
        #[serde(default)]
        #[schema(nullable = false, minimum = 1)]
        file_version: Option<i32>,
    },
    /// Request changes of the item.
    RequestChanges {
        /// The changes that the reviewer requests.
        note: LongText,
        /// The version of the file that was reviewed; the default is the newest.
        #[serde(default)]
        #[schema(nullable = false, minimum = 1)]
        file_version: Option<i32>,
    },
    /// Withdraw the item.
    Withdraw {
        /// The reason for the withdrawal.
        reason: LongText,
    },
}

impl EvidenceTransition {
    /// Returns the action.
    pub fn action(&self) -> Action {
        match self {
            Self::Submit { .. } => Action::Submit,
            Self::Accept { .. } => Action::Accept,
            Self::Reject { .. } => Action::Reject,
            Self::RequestChanges { .. } => Action::RequestChanges,
            Self::Withdraw { .. } => Action::Withdraw,
        }
    }

    /// Returns the caller's note or reason, for the history.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Submit { note } => note.as_deref(),
            Self::Accept { note, .. } | Self::Reject { note, .. } | Self::RequestChanges { note, .. } => Some(note),
            Self::Withdraw { reason } => Some(reason),
        }
    }

    /// Returns the decision, the note and the stated file version of a review, or `None` for any other action.
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

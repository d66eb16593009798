//! The request bodies for assignments: transitions of the force's status, and amendments.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::workflow::Action;
use crate::api::amendment::given;
use crate::api::text::{LongText, SingleLineText};

/// A transition of an assignment's `force_status`: the action, and the details that the action takes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum AssignmentTransition {
    /// Allocate the work to an owner.
    Allocate {
        /// The person in the force who owns the work. If absent, the assignment's present owner.
        #[serde(default)]
        #[schema(nullable = false)]
        owner: Option<SingleLineText>,
    },
    /// Start the work.
    Start {},
    /// State that the work is done and is becoming normal practice.
    Embed {},
    /// Submit the assignment to the chief officer for sign-off.
    SubmitForSignOff {
        /// A note to the chief officer.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<LongText>,
    },
    /// Sign off the assignment as complete.
    SignOff {
        /// A note on the sign-off.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<LongText>,
    },
    /// Return the assignment to the force for more work.
    SendBack {
        /// The reason for returning it.
        reason: LongText,
    },
    /// State that the work depends on another body.
    Depend {
        /// The body that the work depends on. If absent, the assignment's present dependency.
        #[serde(default)]
        #[schema(nullable = false)]
        dependency: Option<SingleLineText>,
        /// The reason for waiting.
        #[serde(default)]
        #[schema(nullable = false)]
        reason: Option<LongText>,
    },
    /// Resume the work after waiting for another body.
    Resume {
        /// A note on the resumption.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<LongText>,
    },
    /// Decline the recommendation.
    Decline {
        /// The reason for declining it.
        rationale: LongText,
    },
    /// State that the recommendation does not apply to this force.
    MarkNotApplicable {
        /// The reason why it does not apply.
        reason: LongText,
    },
    /// Record that a newer recommendation supersedes this one.
    Supersede {
        /// The id of the newer recommendation. It must have an assignment in this area.
        superseded_by: Uuid,
        /// A note on the replacement.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<LongText>,
    },
    /// Reopen the assignment.
    Reopen {
        /// The reason for reopening it.
        reason: LongText,
    },
}

impl AssignmentTransition {
    /// Returns the action in the workflow.
    pub fn action(&self) -> Action {
        match self {
            Self::Allocate { .. } => Action::Allocate,
            Self::Start {} => Action::Start,
            Self::Embed {} => Action::Embed,
            Self::SubmitForSignOff { .. } => Action::SubmitForSignOff,
            Self::SignOff { .. } => Action::SignOff,
            Self::SendBack { .. } => Action::SendBack,
            Self::Depend { .. } => Action::Depend,
            Self::Resume { .. } => Action::Resume,
            Self::Decline { .. } => Action::Decline,
            Self::MarkNotApplicable { .. } => Action::MarkNotApplicable,
            Self::Supersede { .. } => Action::Supersede,
            Self::Reopen { .. } => Action::Reopen,
        }
    }

    /// Returns the note or reason that the caller sent, for the history.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::SubmitForSignOff { note }
            | Self::SignOff { note }
            | Self::Resume { note }
            | Self::Supersede { note, .. } => note.as_deref(),
            Self::Depend { reason, .. } => reason.as_deref(),
            Self::SendBack { reason } | Self::MarkNotApplicable { reason } | Self::Reopen { reason } => Some(reason),
            Self::Decline { rationale } => Some(rationale),
            Self::Allocate { .. } | Self::Start {} | Self::Embed {} => None,
        }
    }
}

/// An amendment of an open assignment (RFC 7396): an absent member stays as it is, null clears it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentAmendment {
    /// The person in the force who owns the work. Once the assignment is allocated, it cannot be null.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<SingleLineText>)]
    pub owner: Option<Option<SingleLineText>>,
    /// The id of the person of the caller's own side who is to work on the assignment; null for nobody. Each side assigns
    /// a person of its own, in every status.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    pub assigned_to: Option<Option<Uuid>>,
    /// The area's own target date. A change of it requires `reason`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    pub local_target_on: Option<Option<NaiveDate>>,
    /// The reason for changing `local_target_on`. Allowed only together with it.
    #[schema(nullable = false)]
    pub reason: Option<LongText>,
    /// The other body that the work depends on. While the assignment waits for that body, it cannot be null.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<SingleLineText>)]
    pub dependency: Option<Option<SingleLineText>>,
}

impl AssignmentAmendment {
    /// Returns true if the amendment has members that only the force may change.
    pub fn is_of_force(&self) -> bool {
        let Self { owner, assigned_to: _, local_target_on, reason, dependency } = self;
        owner.is_some() || local_target_on.is_some() || reason.is_some() || dependency.is_some()
    }
}

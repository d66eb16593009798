//! One move of a line: what is sent, and what it does to the record.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::Record;
use super::workflow::Action;
use crate::api::text::{Line, Prose};
use crate::auth::Call;

/// One move of a line.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum AssignmentMove {
    /// Give it an owner.
    Allocate {
        /// Who in the force owns it; where it is left out, the owner written before.
        #[serde(default)]
        #[schema(nullable = false)]
        owner: Option<Line>,
    },
    /// Begin the work.
    Start {},
    /// Say that it is done and is being made the usual way.
    Embed {},
    /// Put it before the chief officer.
    SubmitForSignOff {
        /// A word to the chief officer.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<Prose>,
    },
    /// Sign it off.
    SignOff {
        /// A word with it.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<Prose>,
    },
    /// Send it back to be worked on.
    SendBack {
        /// Why.
        reason: Prose,
    },
    /// Say on whom it waits.
    Depend {
        /// The body it waits on; where it is left out, the one written before.
        #[serde(default)]
        #[schema(nullable = false)]
        dependency: Option<Line>,
        /// Why.
        #[serde(default)]
        #[schema(nullable = false)]
        reason: Option<Prose>,
    },
    /// Go on, the waiting being over.
    Resume {
        /// A word with it.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<Prose>,
    },
    /// Decline it.
    Decline {
        /// Why not.
        rationale: Prose,
    },
    /// Say that it does not apply to this force.
    MarkNotApplicable {
        /// Why.
        reason: Prose,
    },
    /// Name the newer recommendation that took its place.
    Supersede {
        /// The newer recommendation; it binds this area.
        superseded_by: Uuid,
        /// A word with it.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<Prose>,
    },
    /// Take it up again.
    Reopen {
        /// Why.
        reason: Prose,
    },
}

impl AssignmentMove {
    /// Its action.
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

    /// What the caller says of it, for the history.
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

    /// What the record becomes; the state apart, which only a step of the table gives.
    pub fn apply(&self, to: &mut Record, call: &Call) {
        match self {
            Self::Allocate { owner: Some(owner) } => to.owner = Some(owner.to_string()),
            Self::Depend { dependency: Some(dependency), .. } => to.dependency = Some(dependency.to_string()),
            Self::Supersede { superseded_by, .. } => to.superseded_by = Some(*superseded_by),
            Self::SubmitForSignOff { .. } => {
                to.submitted_issuer = Some(call.actor.issuer.clone());
                to.submitted_subject = Some(call.actor.subject.clone());
            }
            Self::Reopen { .. } => {
                to.superseded_by = None;
                to.submitted_issuer = None;
                to.submitted_subject = None;
            }
            Self::Resume { .. } => to.dependency = None,
            _ => {}
        }
    }
}

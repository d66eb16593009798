//! One move of a response: what is sent, whether its needs are met, and what it does to the record.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::content::{CommentsStatus, Content};
use super::model::{NotRequiredReason, Recipient};
use super::store::Record;
use super::workflow::Action;
use crate::api::text::{Line, Prose};
use crate::auth::Call;

/// One move of a response.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum ResponseMove {
    /// Invite the chief officer to comment.
    Invite {
        /// By which day; where it is left out, as many days from today as the area's settings give, within the time
        /// for the response.
        #[serde(default)]
        #[schema(nullable = false)]
        comments_due_on: Option<NaiveDate>,
    },
    /// Submit the chief officer's comments.
    SubmitComments {
        /// The comments; where they are left out, the force's draft.
        #[serde(default)]
        #[schema(nullable = false)]
        text: Option<Prose>,
        /// Who signs; the caller where it is left out.
        #[serde(default)]
        #[schema(nullable = false)]
        signed_by: Option<Line>,
    },
    /// Say that the chief officer has no comment.
    NilReturn {
        /// Who signs; the caller where it is left out.
        #[serde(default)]
        #[schema(nullable = false)]
        signed_by: Option<Line>,
    },
    /// Go on without comments, their day having passed.
    Proceed {},
    /// Put it before the approver.
    Submit {
        /// A word to the approver.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<Prose>,
    },
    /// Send it back to be changed.
    Return {
        /// Why.
        reason: Prose,
    },
    /// Approve it.
    Approve {},
    /// Take it up again; the approval is void.
    Reopen {
        /// Why.
        reason: Prose,
    },
    /// Publish it.
    Publish {
        /// Where the body publishes it.
        #[serde(default)]
        #[schema(nullable = false, format = "uri", max_length = 2000, pattern = "^https?://")]
        url: Option<String>,
        /// The day it was published, where that was before this service kept the record; today where it is left out.
        #[serde(default)]
        #[schema(nullable = false)]
        published_on: Option<NaiveDate>,
    },
    /// Record a copy that was sent.
    RecordCopy {
        /// To whom.
        recipient: Recipient,
        /// On which day.
        sent_on: NaiveDate,
        /// How, such as `email`.
        channel: Line,
        /// The sender's or the recipient's reference.
        #[serde(default)]
        reference: Option<Line>,
    },
    /// Begin a new edition; the old one stays public until then.
    Correct {
        /// Why.
        reason: Prose,
    },
    /// Record that no response is required.
    MarkNotRequired {
        /// The reason.
        reason: NotRequiredReason,
        /// The inspection whose response answers it; with `duplicated_by` only.
        #[serde(default)]
        duplicate_of: Option<Uuid>,
        /// More about it.
        #[serde(default)]
        note: Option<Prose>,
    },
    /// Require it again.
    Reinstate {
        /// Why.
        reason: Prose,
    },
}

impl ResponseMove {
    /// Its action.
    pub fn action(&self) -> Action {
        match self {
            Self::Invite { .. } => Action::Invite,
            Self::SubmitComments { .. } => Action::SubmitComments,
            Self::NilReturn { .. } => Action::NilReturn,
            Self::Proceed {} => Action::Proceed,
            Self::Submit { .. } => Action::Submit,
            Self::Return { .. } => Action::Return,
            Self::Approve {} => Action::Approve,
            Self::Reopen { .. } => Action::Reopen,
            Self::Publish { .. } => Action::Publish,
            Self::RecordCopy { .. } => Action::RecordCopy,
            Self::Correct { .. } => Action::Correct,
            Self::MarkNotRequired { .. } => Action::MarkNotRequired,
            Self::Reinstate { .. } => Action::Reinstate,
        }
    }

    /// What the caller says of it, for the history.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Submit { note } | Self::MarkNotRequired { note, .. } => note.as_deref(),
            Self::Return { reason }
            | Self::Reopen { reason }
            | Self::Correct { reason }
            | Self::Reinstate { reason } => Some(reason),
            _ => None,
        }
    }

    /// What the record becomes; the state apart, which only a step of the table gives.
    pub fn apply(&self, to: &mut Record, content: &Content, call: &Call) -> Result<(), crate::api::Problem> {
        let signatory = |given: &Option<Line>| given.as_deref().unwrap_or(call.actor.called()).to_owned();
        match self {
            Self::Invite { comments_due_on } => {
                to.invited_on = Some(call.today());
                to.comments_due_on = *comments_due_on;
            }
            Self::SubmitComments { signed_by, .. } => {
                to.comments_status = CommentsStatus::Submitted;
                to.comments_late = to.comments_due_on.is_some_and(|due| call.today() > due);
                to.signed_by = Some(signatory(signed_by));
                to.signed_at = Some(call.at);
            }
            Self::NilReturn { signed_by } => {
                to.comments_status = CommentsStatus::NilReturn;
                to.comments_late = to.comments_due_on.is_some_and(|due| call.today() > due);
                to.signed_by = Some(signatory(signed_by));
                to.signed_at = Some(call.at);
            }
            Self::Submit { .. } => {
                to.submitted_issuer = Some(call.actor.issuer.clone());
                to.submitted_subject = Some(call.actor.subject.clone());
            }
            Self::Approve {} => {
                to.approved_issuer = Some(call.actor.issuer.clone());
                to.approved_subject = Some(call.actor.subject.clone());
                to.approved_by = Some(call.actor.called().to_owned());
                to.approved_at = Some(call.at);
                to.approved_sha256 = Some(content.sha256()?);
            }
            Self::Return { .. } | Self::Reopen { .. } => to.void_approval(),
            Self::Correct { .. } => {
                to.void_approval();
                to.edition += 1;
            }
            Self::MarkNotRequired { reason, duplicate_of, note } => {
                to.not_required_reason = Some(*reason);
                to.duplicate_of = *duplicate_of;
                to.not_required_note = note.as_deref().map(str::to_owned);
            }
            Self::Reinstate { .. } => {
                to.not_required_reason = None;
                to.duplicate_of = None;
                to.not_required_note = None;
                to.invited_on = None;
                to.comments_due_on = None;
            }
            Self::Proceed {} | Self::Publish { .. } | Self::RecordCopy { .. } => {}
        }
        Ok(())
    }
}

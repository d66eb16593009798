//! The request body for a transition of a response, and its parts.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::text::{LongText, SingleLineText};
use crate::responses::content::Branch;
use crate::responses::model::{NotRequiredReason, Recipient};
use crate::responses::workflow::Action;

/// A transition of a response: the action, and the details that the action takes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum ResponseTransition {
    /// Invite the chief officer to comment.
    Invite {
        /// The last day for comments. If absent, the service adds the area's `comments_days` to today, but goes no
        /// further than the response's own `due_on`.
        #[serde(default)]
        #[schema(nullable = false)]
        comments_due_on: Option<NaiveDate>,
    },
    /// Submit the chief officer's comments.
    SubmitComments {
        /// The comments. If absent, the force's draft is submitted.
        #[serde(default)]
        #[schema(nullable = false)]
        text: Option<LongText>,
        /// The name of the person who signs. If absent, the caller's name.
        #[serde(default)]
        #[schema(nullable = false)]
        signed_by: Option<SingleLineText>,
    },
    /// State that the chief officer has no comments.
    NilReturn {
        /// The name of the person who signs. If absent, the caller's name.
        #[serde(default)]
        #[schema(nullable = false)]
        signed_by: Option<SingleLineText>,
    },
    /// Continue without the chief officer's comments after the last day for them has passed.
    Proceed {},
    /// Submit the response for approval.
    Submit {
        /// A note to the approver.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<LongText>,
    },
    /// Return the response to drafting.
    Return {
        /// The reason for returning it.
        reason: LongText,
    },
    /// Approve the response.
    Approve {},
    /// Reopen an approved response. This voids the approval.
    Reopen {
        /// The reason for reopening it.
        reason: LongText,
    },
    /// Publish the approved response.
    Publish {
        /// The address at which the policing body publishes the response.
        #[serde(default)]
        #[schema(nullable = false, format = "uri", max_length = 2000, pattern = "^https?://")]
        url: Option<String>,
        /// The day of publication. Send a day in the past only if the response was published before this service held
        /// its record. If absent, the response is published now.
        #[serde(default)]
        #[schema(nullable = false)]
        published_on: Option<NaiveDate>,
    },
    /// Record a response that was published elsewhere, before this service held its record. A text that is absent is
    /// taken from the response as it is.
    RecordPublished {
        /// The day of publication.
        published_on: NaiveDate,
        /// The address at which the policing body publishes the response.
        #[serde(default)]
        #[schema(nullable = false, format = "uri", max_length = 2000, pattern = "^https?://")]
        url: Option<String>,
        /// The local policing body's comments, as published.
        #[serde(default)]
        #[schema(nullable = false)]
        policing_body_comments: Option<LongText>,
        /// The chief officer's comments, as published. If absent, the published response has none, unless the chief
        /// officer submitted comments here.
        #[serde(default)]
        #[schema(nullable = false)]
        chief_officer_comments: Option<PublishedComments>,
        /// The policing body's reply to the chief officer, as published.
        #[serde(default)]
        #[schema(nullable = false)]
        reply_to_chief_officer: Option<LongText>,
        /// The name of the person who signed the published response.
        #[serde(default)]
        #[schema(nullable = false)]
        signed_by: Option<SingleLineText>,
        /// The explanations, as published. An explanation that the response already has of another recommendation stays.
        #[serde(default)]
        #[schema(max_items = 1000)]
        explanations: Vec<PublishedExplanation>,
        /// True if the response was published without the explanation of a recommendation. The published record then
        /// names these recommendations.
        #[serde(default)]
        explanations_incomplete: bool,
        /// The copies that were sent. With both recipients, the response is complete.
        #[serde(default)]
        #[schema(max_items = 100)]
        copies: Vec<SentCopy>,
        /// A note, such as where the published response was found.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<LongText>,
    },
    /// Record that a copy of the published response was sent.
    RecordCopy {
        /// The recipient of the copy.
        recipient: Recipient,
        /// The day on which the copy was sent.
        sent_on: NaiveDate,
        /// The means of sending, such as `email`.
        channel: SingleLineText,
        /// The sender's or the recipient's reference for the copy.
        #[serde(default)]
        reference: Option<SingleLineText>,
    },
    /// Begin a new edition. The published edition stays public until the new one is published.
    Correct {
        /// The reason for the correction.
        reason: LongText,
    },
    /// Record that no response is required.
    MarkNotRequired {
        /// The reason why no response is required.
        reason: NotRequiredReason,
        /// The inspection whose response covers this one. Required with `duplicated_by`, and allowed only then.
        #[serde(default)]
        duplicate_of: Option<Uuid>,
        /// Further explanation of the decision.
        #[serde(default)]
        note: Option<LongText>,
    },
    /// Require a response again after `mark_not_required`.
    Reinstate {
        /// The reason for requiring it.
        reason: LongText,
    },
}

impl ResponseTransition {
    /// Returns the action in the workflow.
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
            Self::RecordPublished { .. } => Action::RecordPublished,
            Self::RecordCopy { .. } => Action::RecordCopy,
            Self::Correct { .. } => Action::Correct,
            Self::MarkNotRequired { .. } => Action::MarkNotRequired,
            Self::Reinstate { .. } => Action::Reinstate,
        }
    }

    /// Returns the note or reason that the caller sent, for the history.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Submit { note } | Self::RecordPublished { note, .. } | Self::MarkNotRequired { note, .. } => {
                note.as_deref()
            }
            Self::Return { reason }
            | Self::Reopen { reason }
            | Self::Correct { reason }
            | Self::Reinstate { reason } => Some(reason),
            _ => None,
        }
    }
}

/// The chief officer's comments in a response that was published elsewhere.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedComments {
    /// The comments, as published.
    pub text: LongText,
    /// The name of the person who signed the comments. Absent if the published response does not state it.
    #[serde(default)]
    #[schema(nullable = false)]
    pub signed_by: Option<SingleLineText>,
    /// The day on which the comments were signed. Absent if the published response does not state it.
    #[serde(default)]
    #[schema(nullable = false)]
    pub dated: Option<NaiveDate>,
}

/// The explanation of one recommendation in a response that was published elsewhere.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedExplanation {
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// The action taken or proposed, or the reason why there is none.
    pub text: LongText,
}

/// A copy of a response that was published elsewhere.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SentCopy {
    /// The recipient of the copy.
    pub recipient: Recipient,
    /// The day on which the copy was sent.
    pub sent_on: NaiveDate,
    /// The means of sending, such as `email`.
    pub channel: SingleLineText,
    /// The sender's or the recipient's reference for the copy.
    #[serde(default)]
    pub reference: Option<SingleLineText>,
}

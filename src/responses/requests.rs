//! The request bodies for responses: transitions, amendments of texts, and explanations of recommendations.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::content::Branch;
use super::model::{NotRequiredReason, Recipient};
use super::workflow::Action;
use crate::api::amendment::given;
use crate::api::text::{LongText, SingleLineText};

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
            Self::RecordCopy { .. } => Action::RecordCopy,
            Self::Correct { .. } => Action::Correct,
            Self::MarkNotRequired { .. } => Action::MarkNotRequired,
            Self::Reinstate { .. } => Action::Reinstate,
        }
    }

    /// Returns the note or reason that the caller sent, for the history.
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
}

/// An amendment of a response's texts (RFC 7396): an absent member stays as it is, null deletes its text. Each side may amend
/// only its own texts.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseAmendment {
    /// The local policing body's comments. Only the policing body's side may write them.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<LongText>)]
    pub policing_body_comments: Option<Option<LongText>>,
    /// The policing body's reply to the chief officer. Only the policing body's side may write it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<LongText>)]
    pub reply_to_chief_officer: Option<Option<LongText>>,
    /// A draft of the chief officer's comments, as text or as an object with `text`. Only the force's side may write
    /// it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<CommentsDraft>)]
    pub chief_officer_comments: Option<Option<CommentsDraft>>,
}

/// A draft of the chief officer's comments: the text, or an object that holds it as the response does.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CommentsDraft {
    /// The draft's text.
    Text(LongText),
    /// An object that holds the draft's text.
    Member {
        /// The draft's text. Null deletes the draft.
        text: Option<LongText>,
    },
}

impl CommentsDraft {
    /// Returns the draft's text, or `None` where the draft is to be deleted.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Member { text } => text.as_deref(),
        }
    }
}

/// An explanation of one recommendation: Police Act 1996 s.55(5B).
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplanationRequest {
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// The action taken or proposed, or the reason why there is none.
    pub text: LongText,
}

/// Explanations of recommendations, of one or more responses, to write together.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplanationBatch {
    /// The explanations. Each pair of response and recommendation may appear once.
    #[schema(min_items = 1, max_items = 500)]
    pub explanations: Vec<BatchExplanation>,
}

/// One explanation in a batch.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchExplanation {
    /// The id of the response.
    pub response_id: Uuid,
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// The action taken or proposed, or the reason why there is none.
    pub text: LongText,
    /// The version of the response that the caller last read. If absent, the version is not checked.
    #[serde(default)]
    #[schema(nullable = false, minimum = 1)]
    pub version: Option<i64>,
}

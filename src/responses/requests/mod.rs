//! The request bodies for responses: transitions, amendments of texts, and explanations of recommendations.

mod transition;

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::content::Branch;
use crate::api::amendment::given;
use crate::api::text::LongText;

pub use transition::{PublishedComments, PublishedExplanation, ResponseTransition, SentCopy};

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
    /// The id of the person of the caller's own side who is to work on the response; null for nobody. Each side assigns a
    /// person of its own, in every state.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    pub assigned_to: Option<Option<Uuid>>,
}

/// A draft of the chief officer's comments: the text, or an object that holds it as the response does.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CommentsDraft {
    /// The draft's text.
    Text(LongText),
    /// An object that holds the draft's text.
    #[schema(title = "CommentsDraftObject")]
    Member {
        /// The draft's text. Null deletes the draft; without this member, the draft stays as it is.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<LongText>, required = false)]
        text: Option<Option<LongText>>,
    },
}

impl CommentsDraft {
    /// Returns the draft's text if it is given: none of it where the draft is to be deleted.
    pub fn text(&self) -> Option<Option<&str>> {
        match self {
            Self::Text(text) => Some(Some(text)),
            Self::Member { text } => text.as_ref().map(|text| text.as_deref()),
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

//! The request bodies for remarks: a new remark, its amendment and its transitions.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{RemarkPassage, RemarkRow};
use super::workflow::Action;
use crate::api::text::{LongText, SingleLineText};

/// A new remark on a response.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkCreation {
    /// The remark.
    pub text: LongText,
    /// The id of the remark that this one answers. An answer has no `member` and no `passage`: it is on what its thread is
    /// on.
    #[serde(default)]
    #[schema(nullable = false)]
    pub answers: Option<Uuid>,
    /// A JSON Pointer to a member of the response as you read it, such as `/policing_body_comments` or
    /// `/explanations/0/text`. If absent, the remark is on the whole response.
    #[serde(default)]
    #[schema(nullable = false)]
    pub member: Option<SingleLineText>,
    /// A passage of the member's text. Its `quotation` must be what the text has between `start` and `end`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub passage: Option<RemarkPassage>,
}

crate::amendment! {
    /// The member of a remark that its author may change while the thread is open (RFC 7396).
    pub struct RemarkAmendment for RemarkRow {
        /// The remark.
        text: LongText = |it, value| it.text = value.into_string(),
    }
}

/// A requested transition of a remark.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkTransition {
    /// The action.
    pub action: Action,
}

//! A remark as callers of its side see it, and as it is stored.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::workflow::RemarkState;
use crate::api::Versioned;
use crate::api::text::LongText;
use crate::auth::Side;
use crate::workflow::AllowedAction;

/// A passage of a member's text. Characters are Unicode code points, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkPassage {
    /// The words of the passage, as the member had them when the remark was made.
    #[schema(value_type = LongText)]
    pub quotation: String,
    /// The first character of the passage.
    #[schema(minimum = 0)]
    pub start: i32,
    /// The character after the last one of the passage.
    #[schema(minimum = 1)]
    pub end: i32,
}

/// Where the passage of a remark is in the response as the caller reads it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PassagePlace {
    /// A JSON Pointer to the member that has the passage. An explanation is found by its recommendation.
    #[schema(example = "/explanations/0/text")]
    pub member: String,
    /// The first character of the passage.
    pub start: i32,
    /// The character after the last one of the passage.
    pub end: i32,
}

/// A remark on a response by a person of one side. Only that side and auditors of the area read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Remark {
    /// The remark's id.
    pub id: Uuid,
    /// The id of the response.
    pub response_id: Uuid,
    /// The code of the police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The side that reads the remark.
    pub side: Side,
    /// The id of the remark that begins the thread. It is the remark's own id if it begins one.
    pub thread_id: Uuid,
    /// The id of the remark that this one answers; null if it begins a thread.
    pub answers: Option<Uuid>,
    /// A JSON Pointer to the member of the response that the remark is on, such as `/policing_body_comments`. Null if the
    /// remark is on the whole response, and for answers.
    #[schema(example = "/explanations/0/text")]
    pub member: Option<String>,
    /// The id of the recommendation, if `member` is in an explanation. The place of an explanation in the list can change.
    pub recommendation_id: Option<Uuid>,
    /// The passage of the member that the remark is on; null if it is on the whole member.
    pub passage: Option<RemarkPassage>,
    /// Whether the text still has the words of `passage`; null without a passage.
    pub passage_found: Option<bool>,
    /// Where the words of `passage` are now: the place nearest to the former one. Null if the text no longer has them.
    pub passage_place: Option<PassagePlace>,
    /// The remark.
    pub text: String,
    /// The name of the person who made the remark.
    pub by: String,
    /// True if the caller made the remark, and may change it.
    pub own: bool,
    /// The remark's state. An answer has the state of its thread.
    pub state: RemarkState,
    /// The name of the person who resolved the thread.
    pub resolved_by: Option<String>,
    /// When the thread was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// The actions that this caller may perform on the remark now.
    pub allowed_actions: Vec<AllowedAction>,
    /// The version of the record: 1 at first, one more with each change. The state of an answer is no part of it.
    pub version: i64,
    /// When the remark was made.
    pub created_at: DateTime<Utc>,
    /// When the remark was last changed.
    pub updated_at: DateTime<Utc>,
    /// Addresses of the remark and of related resources.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Remark {
    fn version(&self) -> i64 {
        self.version
    }
}

crate::stored_record! {
    /// A row of the table `remarks`.
    #[derive(Clone, Debug, Serialize)]
    pub struct RemarkRow in "remarks" as "m.",
        updated where "id = $1 and version = $2 and in_scope(area, $4) and side = any ($5)" from 6 {
        /// The remark's id.
        key id: Uuid,
        /// The id of the response.
        inserted response_id: Uuid,
        /// The police area.
        inserted area: String,
        /// The side that reads the remark.
        inserted side: Side,
        /// The id of the remark that begins the thread.
        inserted thread_id: Uuid,
        /// The id of the remark that this one answers.
        inserted answers: Option<Uuid>,
        /// A JSON Pointer to a member of the response.
        inserted member: Option<String>,
        /// The id of the recommendation whose explanation the member is in.
        inserted recommendation_id: Option<Uuid>,
        /// The words of the passage.
        inserted quotation: Option<String>,
        /// The first character of the passage.
        inserted quotation_start: Option<i32>,
        /// The character after the last one of the passage.
        inserted quotation_end: Option<i32>,
        /// The issuer of the author's token.
        inserted author_issuer: String,
        /// The subject of the author's token.
        inserted author_subject: String,
        /// The author's name.
        #[serde(skip)]
        inserted author_name: Option<String>,
        /// The remark.
        updated text: String,
        /// The remark's state.
        updated state: RemarkState,
        /// The name of the person who resolved the thread.
        updated resolved_by: Option<String>,
        /// When the thread was resolved.
        updated resolved_at: Option<DateTime<Utc>>,
        /// The version of the record.
        maintained version: i64,
        /// When the remark was made.
        inserted created_at: DateTime<Utc>,
        /// When the remark was last changed.
        inserted updated_at: DateTime<Utc>,
    }
}

impl RemarkRow {
    /// Returns true if the remark begins a thread.
    pub fn begins_thread(&self) -> bool {
        self.answers.is_none()
    }
}

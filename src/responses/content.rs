//! What a response says: three separate texts and an explanation for each recommendation. It is pinned by its digest
//! when approved, and kept for good when published.

use aws_lc_rs::digest;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Problem;

crate::vocabulary! {
    /// What the response says of a recommendation: Police Act 1996 s.55(5B).
    pub enum Branch {
        /// Action was taken.
        ActionTaken = "action_taken",
        /// Action is proposed.
        ActionProposed = "action_proposed",
        /// No action was taken or is proposed, and why.
        NoAction = "no_action",
    }
}

crate::vocabulary! {
    /// Whether the chief officer has commented.
    pub enum CommentsStatus {
        /// Not yet.
        Awaited = "awaited",
        /// Comments were submitted.
        Submitted = "submitted",
        /// The chief officer said that there is no comment, which silence does not say.
        NilReturn = "nil_return",
    }
}

/// The chief officer's comments: Police Act 1996 s.55(5)(b).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChiefOfficerComments {
    /// Whether there are any.
    pub status: CommentsStatus,
    /// The words. To the force, while nothing is submitted, its draft.
    pub text: Option<String>,
    /// Whether they came after the day they were asked for by.
    pub late: bool,
    /// Who signed them.
    pub signed_by: Option<String>,
    /// When they were signed.
    pub signed_at: Option<DateTime<Utc>>,
    /// The force's unsubmitted draft; only the force and audit see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub draft: Option<String>,
}

impl ChiefOfficerComments {
    /// None yet.
    pub fn awaited() -> Self {
        Self { status: CommentsStatus::Awaited, text: None, late: false, signed_by: None, signed_at: None, draft: None }
    }
}

/// The explanation of one recommendation: Police Act 1996 s.55(5B).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Its reference.
    #[schema(example = "21912")]
    pub reference: String,
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// Which action, or why none.
    pub text: String,
}

/// What a response says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The local policing body's comments: s.55(5)(a).
    pub policing_body_comments: Option<String>,
    /// The chief officer's comments: s.55(5)(b).
    pub chief_officer_comments: ChiefOfficerComments,
    /// The body's reply to those: s.55(5)(c).
    pub reply_to_chief_officer: Option<String>,
    /// The explanations, in the report's order: s.55(5B).
    pub explanations: Vec<Explanation>,
}

impl Default for Content {
    fn default() -> Self {
        Self {
            policing_body_comments: None,
            chief_officer_comments: ChiefOfficerComments::awaited(),
            reply_to_chief_officer: None,
            explanations: Vec::new(),
        }
    }
}

impl Content {
    /// Its SHA-256, in lower-case hexadecimal, over its JSON as serde writes it.
    pub fn sha256(&self) -> Result<String, Problem> {
        let bytes = serde_json::to_vec(self).map_err(Problem::internal)?;
        Ok(hex::encode(digest::digest(&digest::SHA256, &bytes)))
    }

    /// Whether the chief officer commented, or said that there is nothing to say.
    pub fn has_heard_chief_officer(&self) -> bool {
        self.chief_officer_comments.status != CommentsStatus::Awaited
    }
}

/// One published edition of a response; never changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Edition {
    /// 1, 2, …
    pub edition: i32,
    /// What it says.
    pub content: Content,
    /// The digest that was approved.
    pub content_sha256: String,
    /// When this edition was published.
    pub published_at: DateTime<Utc>,
    /// The day of that in London.
    pub published_on: NaiveDate,
    /// When the first edition was.
    pub first_published_at: DateTime<Utc>,
    /// The day of that in London.
    pub first_published_on: NaiveDate,
    /// Where the body publishes it.
    pub url: Option<String>,
    /// Whether it was published before this service kept the record.
    pub recorded_afterwards: bool,
    /// When a later edition took its place.
    pub superseded_at: Option<DateTime<Utc>>,
}

//! The content of a response: three separate texts, and an explanation of each recommendation. Approval records the
//! digest of the content; a published edition stores a copy that never changes.

use aws_lc_rs::digest;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Problem;

crate::vocabulary! {
    /// The kind of explanation of a recommendation in a response: Police Act 1996 s.55(5B).
    pub enum Branch as ("ExplanationBranch") {
        /// Action was taken.
        ActionTaken = "action_taken",
        /// Action is proposed.
        ActionProposed = "action_proposed",
        /// No action was taken and none is proposed. The text explains why.
        NoAction = "no_action",
    }
}

crate::vocabulary! {
    /// Whether the chief officer has commented.
    pub enum CommentsStatus {
        /// The chief officer has not commented yet.
        Awaited = "awaited",
        /// The chief officer submitted comments.
        Submitted = "submitted",
        /// The chief officer stated that there are no comments. This differs from silence.
        NilReturn = "nil_return",
    }
}

/// The chief officer's comments on the report: Police Act 1996 s.55(5)(b).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChiefOfficerComments {
    /// Whether the chief officer has commented.
    pub status: CommentsStatus,
    /// The submitted comments. Before submission, callers of the force's side see the force's draft here.
    pub text: Option<String>,
    /// True if the comments were submitted after the invitation's `comments_due_on`.
    pub late: bool,
    /// The name of the person who signed the comments.
    pub signed_by: Option<String>,
    /// When the comments were signed. Noon in London where only the day is known.
    pub signed_at: Option<DateTime<Utc>>,
    /// True if the policing body recorded these comments afterwards, as they were published elsewhere. Absent if the
    /// chief officer submitted them here, or has not commented.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recorded_afterwards: bool,
    /// The force's unsubmitted draft. Only the force's side and auditors see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub draft: Option<String>,
}

impl ChiefOfficerComments {
    /// Returns the comments of a response on which the chief officer has not commented yet.
    pub fn awaited() -> Self {
        Self {
            status: CommentsStatus::Awaited,
            text: None,
            late: false,
            signed_by: None,
            signed_at: None,
            recorded_afterwards: false,
            draft: None,
        }
    }
}

/// The explanation of one recommendation: Police Act 1996 s.55(5B).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// The recommendation's reference.
    #[schema(example = "21912")]
    pub reference: String,
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// The action taken or proposed, or the reason why there is none.
    pub text: String,
}

/// The texts and explanations of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The local policing body's comments: s.55(5)(a).
    pub policing_body_comments: Option<String>,
    /// The chief officer's comments: s.55(5)(b).
    pub chief_officer_comments: ChiefOfficerComments,
    /// The policing body's reply to the chief officer's comments: s.55(5)(c).
    pub reply_to_chief_officer: Option<String>,
    /// The explanations, in the order of the report: s.55(5B).
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
    /// Returns the SHA-256 digest of the content's JSON as serde writes it, in lower-case hexadecimal.
    ///
    /// The digest depends on the order of the members: a change of that order would void every approval.
    pub fn sha256(&self) -> Result<String, Problem> {
        let bytes = serde_json::to_vec(self).map_err(Problem::internal)?;
        Ok(hex::encode(digest::digest(&digest::SHA256, &bytes)))
    }

    /// Returns true if the chief officer commented or stated that there are no comments.
    pub fn has_chief_officer_response(&self) -> bool {
        self.chief_officer_comments.status != CommentsStatus::Awaited
    }

    /// Returns true if the chief officer submitted comments or a nil return in this service.
    pub fn has_submission(&self) -> bool {
        self.has_chief_officer_response() && !self.chief_officer_comments.recorded_afterwards
    }
}

/// One published edition of a response. Its content never changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Edition {
    /// The number of the edition, from 1.
    pub edition: i32,
    /// The published content.
    pub content: Content,
    /// The digest of the content. Where the response was approved here, it is the approved one.
    pub content_sha256: String,
    /// When this edition was published.
    pub published_at: DateTime<Utc>,
    /// The day in London on which this edition was published.
    pub published_on: NaiveDate,
    /// When the first edition was published.
    pub first_published_at: DateTime<Utc>,
    /// The day in London on which the first edition was published.
    pub first_published_on: NaiveDate,
    /// The address at which the policing body publishes the response.
    pub url: Option<String>,
    /// True if the edition was published before this service held its record.
    pub recorded_afterwards: bool,
    /// The name of the person who signed the published response. Known only where the edition was recorded afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// The ids of the recommendations that needed an explanation and have none in this edition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_explanations: Vec<Uuid>,
    /// When a later edition superseded this one.
    pub superseded_at: Option<DateTime<Utc>>,
}

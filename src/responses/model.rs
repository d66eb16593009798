//! What a response looks like to those who may read it, and what may be sent of one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::content::{Branch, ChiefOfficerComments, Explanation};
use super::workflow::State;
use crate::api::Versioned;
use crate::api::text::{Prose, amendment};
use crate::inspections;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// To whom a copy goes: Police Act 1996 s.55(6).
    pub enum Recipient {
        /// The inspectors of constabulary.
        Inspectors = "inspectors",
        /// The Secretary of State.
        SecretaryOfState = "secretary_of_state",
    }
}

crate::vocabulary! {
    /// Why an area need not respond.
    pub enum NotRequiredReason {
        /// The inspection is not about this area.
        NotTheSubject = "not_the_subject",
        /// Another inspection's response answers it.
        DuplicatedBy = "duplicated_by",
        /// Section 55 lays no duty on the body.
        NoSection55Duty = "no_section_55_duty",
    }
}

/// The inspection a response answers, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InspectionSummary {
    /// Its reference.
    #[schema(example = "21866")]
    pub reference: String,
    /// Its title.
    pub title: Option<String>,
    /// The day its report was published.
    pub published_on: Option<NaiveDate>,
    /// Where it stands.
    pub state: inspections::State,
}

/// The chief officer's invitation to comment: Police Act 1996 s.55(4).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// The day it was made.
    pub invited_on: NaiveDate,
    /// The day by which comments are asked for.
    pub comments_due_on: NaiveDate,
}

/// The approval of a response, which pins what it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Approval {
    /// Who approved it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The digest of what was approved.
    pub content_sha256: String,
}

/// The publication of a response.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Publication {
    /// When this edition was published. Where only the day is known, noon in London.
    pub published_at: DateTime<Utc>,
    /// The day of that in London.
    pub published_on: NaiveDate,
    /// When the first edition was published, by which the law's time is kept.
    pub first_published_at: DateTime<Utc>,
    /// Where the body publishes it.
    pub url: Option<String>,
    /// Whether the first edition was in time; null where no date is laid down.
    pub on_time: Option<bool>,
    /// Whether it was published before this service kept the record.
    pub recorded_afterwards: bool,
}

/// A copy that was sent: Police Act 1996 s.55(6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Copy {
    /// To whom.
    pub recipient: Recipient,
    /// On which day.
    pub sent_on: NaiveDate,
    /// How, such as `email`.
    pub channel: String,
    /// The sender's or the recipient's reference.
    pub reference: Option<String>,
}

/// Why an area need not respond.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotRequired {
    /// The reason.
    pub reason: NotRequiredReason,
    /// The inspection whose response answers it.
    pub duplicate_of: Option<Uuid>,
    /// More about it.
    pub note: Option<String>,
}

/// A response, as the caller may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Response {
    /// Its id.
    pub id: Uuid,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The inspection it answers.
    pub inspection_id: Uuid,
    /// That inspection in short.
    pub inspection: InspectionSummary,
    /// Where it stands; to the public, the state of what is published.
    pub state: State,
    /// 1, and one more for each correction.
    pub edition: i32,
    /// The last day for publication: Police Act 1996 s.55(5A); null where none is laid down.
    pub due_on: Option<NaiveDate>,
    /// Days from today to that day: 0 on the day itself, negative after it; null once published or not required.
    pub days_left: Option<i64>,
    /// Whether the day has passed and nothing was published.
    pub overdue: bool,
    /// Whether the first edition was published in time; null until then, or where no date is laid down.
    pub on_time: Option<bool>,
    /// The chief officer's invitation.
    pub invitation: Option<Invitation>,
    /// The chief officer's comments.
    pub chief_officer_comments: ChiefOfficerComments,
    /// The local policing body's comments.
    pub policing_body_comments: Option<String>,
    /// The body's reply to the chief officer.
    pub reply_to_chief_officer: Option<String>,
    /// The explanations, in the report's order.
    pub explanations: Vec<Explanation>,
    /// The recommendations still without one; null where the caller may not see drafts.
    pub missing_explanations: Option<Vec<Uuid>>,
    /// The approval that pins it; null before publication where the caller may not see drafts.
    pub approval: Option<Approval>,
    /// The publication of the newest published edition.
    pub publication: Option<Publication>,
    /// The copies sent of it.
    pub copies: Vec<Copy>,
    /// Why no response is required.
    pub not_required: Option<NotRequired>,
    /// What the caller may do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// Counts its changes.
    pub version: i64,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Response {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Response {
    /// Where to go from a response.
    pub fn links(id: Uuid, inspection_id: Uuid, area: &str) -> BTreeMap<&'static str, String> {
        [
            ("self", format!("/v1/responses/{id}")),
            ("inspection", format!("/v1/inspections/{inspection_id}")),
            ("area", format!("/v1/areas/{area}")),
            ("document", format!("/v1/responses/{id}/document")),
            ("versions", format!("/v1/responses/{id}/versions")),
            ("transitions", format!("/v1/responses/{id}/transitions")),
            ("history", format!("/v1/responses/{id}/history")),
        ]
        .into()
    }
}

/// The texts to change (RFC 7396): absent stays, null is taken away. Each side writes its own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseAmended {
    /// The local policing body's comments; for the policing body.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Prose>)]
    pub policing_body_comments: Option<Option<Prose>>,
    /// The reply to the chief officer; for the policing body.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Prose>)]
    pub reply_to_chief_officer: Option<Option<Prose>>,
    /// A draft of the chief officer's comments, as text or as the member of the response it will be; for the force.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<CommentsDrafted>)]
    pub chief_officer_comments: Option<Option<CommentsDrafted>>,
}

/// A draft of the chief officer's comments.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CommentsDrafted {
    /// The words.
    Text(Prose),
    /// The words, as in the response.
    Member {
        /// The words.
        text: Option<Prose>,
    },
}

impl CommentsDrafted {
    /// The words, if any are left.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Member { text } => text.as_deref(),
        }
    }
}

/// The explanation of one recommendation, as it is written.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplanationWritten {
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// Which action, or why none.
    pub text: Prose,
}

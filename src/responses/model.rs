//! A response as callers see it, and the parts it consists of.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::content::{ChiefOfficerComments, Explanation};
use super::workflow::State;
use crate::api::Versioned;
use crate::inspections;
use crate::people::assignees::Assignee;
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// A person or body that must receive a copy of a published response: Police Act 1996 s.55(6).
    pub enum Recipient as ("CopyRecipient") {
        /// The inspectors of constabulary.
        Inspectors = "inspectors",
        /// The Secretary of State.
        SecretaryOfState = "secretary_of_state",
    }
}

impl Recipient {
    /// Returns true if each recipient is the recipient of one of these copies.
    pub fn are_all_in(copies: &[Copy]) -> bool {
        Self::ALL.iter().all(|each| copies.iter().any(|copy| copy.recipient == *each))
    }
}

crate::vocabulary! {
    /// The reason why a police area need not respond to an inspection.
    pub enum NotRequiredReason {
        /// The inspection is not about this area.
        NotTheSubject = "not_the_subject",
        /// The response to another inspection covers this one.
        DuplicatedBy = "duplicated_by",
        /// Section 55 of the Police Act 1996 does not require a response.
        NoSection55Duty = "no_section_55_duty",
    }
}

/// A summary of the inspection that a response is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InspectionSummary {
    /// The inspection's reference.
    #[schema(example = "21866")]
    pub reference: String,
    /// The inspection's title.
    pub title: Option<String>,
    /// The day on which the inspection report was published.
    pub published_on: Option<NaiveDate>,
    /// The inspection's state.
    pub state: inspections::State,
}

/// The policing body's invitation to the chief officer to comment: Police Act 1996 s.55(4).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// The day on which the policing body invited comments.
    pub invited_on: NaiveDate,
    /// The last day for the chief officer's comments.
    pub comments_due_on: NaiveDate,
}

/// The approval of a response. It records the digest of the approved content, so that any later edit voids it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Approval {
    /// The name of the person who approved the response.
    pub by: String,
    /// When the response was approved.
    pub at: DateTime<Utc>,
    /// The SHA-256 digest of the approved content, in lower-case hexadecimal.
    pub content_sha256: String,
}

/// The publication of a response.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Publication {
    /// When this edition was published. Noon in London where only the day is known.
    pub published_at: DateTime<Utc>,
    /// The day in London on which this edition was published.
    pub published_on: NaiveDate,
    /// When the first edition was published. The statutory deadline applies to the first edition.
    pub first_published_at: DateTime<Utc>,
    /// The address at which the policing body publishes the response.
    pub url: Option<String>,
    /// True if the first edition was published in time. Null if there is no statutory deadline.
    pub on_time: Option<bool>,
    /// True if the response was published before this service held its record.
    pub recorded_afterwards: bool,
    /// The name of the person who signed the published response. Known only where it was recorded afterwards.
    pub signed_by: Option<String>,
    /// True if the response was published without the explanation of a recommendation. This can be only where it was
    /// recorded afterwards. `missing_explanations` names the recommendations.
    pub explanations_incomplete: bool,
}

/// A copy of the published response that the policing body sent: Police Act 1996 s.55(6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ResponseCopy)]
pub struct Copy {
    /// The recipient of the copy.
    pub recipient: Recipient,
    /// The day on which the copy was sent.
    pub sent_on: NaiveDate,
    /// The means of sending, such as `email`.
    pub channel: String,
    /// The sender's or the recipient's reference for the copy.
    pub reference: Option<String>,
}

/// A decision that no response is required.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotRequired {
    /// The reason why no response is required.
    pub reason: NotRequiredReason,
    /// The inspection whose response covers this one. Set only where `reason` is `duplicated_by`.
    pub duplicate_of: Option<Uuid>,
    /// Further explanation of the decision.
    pub note: Option<String>,
}

/// A policing body's response to one inspection. A caller of the same police area sees the record and its own side's
/// drafts. Every other caller sees the published edition.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatutoryResponse)]
pub struct Response {
    /// The response's id.
    pub id: Uuid,
    /// The code of the police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The id of the inspection that the response is about.
    pub inspection_id: Uuid,
    /// A summary of that inspection.
    pub inspection: InspectionSummary,
    /// The response's state. Callers outside the area see the state of the published edition.
    pub state: State,
    /// The person to whom your side has assigned the response. Each side assigns a person of its own, and does not see whom
    /// the other has assigned. Null for auditors, for callers outside the area, and in reads with `as_of`.
    pub assigned_to: Option<Assignee>,
    /// The number of the edition: 1, and one more for each correction.
    pub edition: i32,
    /// The last day for publication: Police Act 1996 s.55(5A). Null if there is no statutory deadline.
    pub due_on: Option<NaiveDate>,
    /// False if `due_on` is on a weekend or a bank holiday. Null outside the area.
    pub working_day: Option<bool>,
    /// The last working day on or before it.
    pub last_working_day: Option<NaiveDate>,
    /// Days from today until `due_on`: 0 on that day, negative after it. Null once the response is published, and while
    /// it is not required or not yet recorded.
    pub days_left: Option<i64>,
    /// True if `due_on` has passed and the response is not published. False while `not_yet_recorded` is true.
    pub overdue: bool,
    /// True if the inspection was registered here after `due_on` had passed, and the area has recorded nothing in the
    /// response yet. Any change of the response by the area ends this.
    pub not_yet_recorded: bool,
    /// True if the first edition was published in time. Null before publication, or if there is no statutory deadline.
    pub on_time: Option<bool>,
    /// The invitation to the chief officer to comment.
    pub invitation: Option<Invitation>,
    /// The chief officer's comments on the report.
    pub chief_officer_comments: ChiefOfficerComments,
    /// The local policing body's comments on the report.
    pub policing_body_comments: Option<String>,
    /// The policing body's reply to the chief officer's comments.
    pub reply_to_chief_officer: Option<String>,
    /// The explanations of the recommendations, in the order of the report.
    pub explanations: Vec<Explanation>,
    /// The ids of the recommendations that still need an explanation. In a published edition, those that were published
    /// without one. Null for the force's side, which may not see the policing body's drafts.
    pub missing_explanations: Option<Vec<Uuid>>,
    /// The approval of the content. Before publication it is null for callers who may not see the policing body's
    /// drafts.
    pub approval: Option<Approval>,
    /// The publication of the current published edition.
    pub publication: Option<Publication>,
    /// The copies sent of the current published edition.
    pub copies: Vec<Copy>,
    /// The decision that no response is required.
    pub not_required: Option<NotRequired>,
    /// The actions that the caller may take now. Absent for callers outside the area, and in reads with `as_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// The version of the record. Every change increases it by 1.
    pub version: i64,
    /// When the record was opened.
    pub created_at: DateTime<Utc>,
    /// When the record last changed.
    pub updated_at: DateTime<Utc>,
    /// Addresses of related resources.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Response {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Response {
    /// Returns the addresses of the resources related to a response.
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

/// The responses that a batch of explanations names, as they are after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationBatchResult {
    /// The responses, in the order of their first explanation in the batch.
    pub responses: Vec<Response>,
}

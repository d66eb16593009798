//! One row of a response: its own columns, and the columns joined from its inspection, its area and its published
//! edition.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use crate::calendar::{days_until, london_date};
use crate::db::FromRow;
use crate::inspections;
use crate::responses::content::{ChiefOfficerComments, CommentsStatus, Edition};
use crate::responses::model::{Copy, InspectionSummary, NotRequiredReason};
use crate::responses::workflow::State;

/// One row of a response, without the texts and explanations that only some sides may read.
#[derive(Clone, Debug)]
pub struct ResponseRow {
    /// The response's id.
    pub id: Uuid,
    /// The id of the inspection.
    pub inspection_id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// The response's state.
    pub state: State,
    /// The number of the edition, from 1.
    pub edition: i32,
    /// The day on which the policing body invited the chief officer to comment.
    pub invited_on: Option<NaiveDate>,
    /// The last day for the chief officer's comments.
    pub comments_due_on: Option<NaiveDate>,
    /// Whether the chief officer has commented.
    pub comments_status: CommentsStatus,
    /// True if the comments were submitted late.
    pub comments_late: bool,
    /// The name of the person who signed the comments.
    pub signed_by: Option<String>,
    /// When the comments were signed.
    pub signed_at: Option<DateTime<Utc>>,
    /// The token issuer of the person who submitted the response.
    pub submitted_issuer: Option<String>,
    /// The token subject of the person who submitted the response.
    pub submitted_subject: Option<String>,
    /// The token issuer of the person who approved the response.
    pub approved_issuer: Option<String>,
    /// The token subject of the person who approved the response.
    pub approved_subject: Option<String>,
    /// The name of the person who approved the response.
    pub approved_by: Option<String>,
    /// When the response was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// The digest of the approved content.
    pub approved_sha256: Option<String>,
    /// The reason why no response is required.
    pub not_required_reason: Option<NotRequiredReason>,
    /// The inspection whose response covers this one.
    pub duplicate_of: Option<Uuid>,
    /// Further explanation why no response is required.
    pub not_required_note: Option<String>,
    /// True if the policing body recorded the chief officer's comments, as they were published elsewhere.
    pub comments_recorded_afterwards: bool,
    /// The version that an import of texts wrote. `None` if none did, or if the import was undone.
    pub imported_version: Option<i64>,
    /// The version at which nothing is recorded in the response: that of its opening, or of an undone import.
    pub blank_version: i64,
    /// The version of the record. Every change increases it by 1.
    pub version: i64,
    /// When the record was opened.
    pub created_at: DateTime<Utc>,
    /// When the record last changed.
    pub updated_at: DateTime<Utc>,
    /// A summary of the inspection.
    pub inspection: InspectionSummary,
    /// The day on which the inspection report was published.
    pub inspection_published_on: Option<NaiveDate>,
    /// The last day for publication of the response. `None` if there is no statutory deadline.
    pub due_on: Option<NaiveDate>,
    /// True if the area requires an explanation of each area for improvement too.
    pub afi_explanation_required: bool,
    /// The number of days that the area allows for comments.
    pub comments_days: i32,
    /// The current published edition.
    pub published: Option<Edition>,
    /// The copies sent of the current published edition.
    pub copies: Vec<Copy>,
    /// The force's unsubmitted draft of the chief officer's comments, if the caller may read it.
    pub draft: Option<String>,
}

impl ResponseRow {
    /// Returns the row for a write that records nothing of the response itself, such as whom a side assigns: a response that
    /// is not yet recorded, or unchanged since its import, stays so.
    pub fn with_records_kept(&self) -> Self {
        let next = |version: i64| if version == self.version { version + 1 } else { version };
        let (blank_version, imported_version) = (next(self.blank_version), self.imported_version.map(next));
        Self { blank_version, imported_version, ..self.clone() }
    }

    /// Returns the chief officer's comments without their text, which is stored apart from the row.
    pub fn comments(&self) -> ChiefOfficerComments {
        ChiefOfficerComments {
            status: self.comments_status,
            text: None,
            late: self.comments_late,
            signed_by: self.signed_by.clone(),
            signed_at: self.signed_at,
            recorded_afterwards: self.comments_recorded_afterwards,
            draft: None,
        }
    }

    /// Returns true if the inspection was registered after the last day for the response had passed, and the area has
    /// recorded nothing yet. Such a response is not overdue: the area could not know of it in time.
    ///
    /// The SQL function `response_not_yet_recorded` computes the same for lists. A test compares them.
    pub fn is_not_yet_recorded(&self) -> bool {
        self.inspection.state == inspections::State::Published
            && self.state == State::Received
            && self.version == self.blank_version
            && self.due_on.is_some_and(|due| london_date(self.created_at) > due)
    }

    /// Returns the days from a day until `due_on`, negative after it. Returns `None` if there is no deadline, once an
    /// edition is published, and for a response that is not required or not yet recorded.
    pub fn days_left(&self, today: NaiveDate) -> Option<i64> {
        let is_pending = self.published.is_none()
            && self.state != State::NotRequired
            && self.inspection.state == inspections::State::Published
            && !self.is_not_yet_recorded();
        self.due_on.filter(|_| is_pending).map(|due| days_until(due, today))
    }

    /// Voids the submission and the approval, so that the content may change again.
    pub fn void_approval(&mut self) {
        self.submitted_issuer = None;
        self.submitted_subject = None;
        self.approved_issuer = None;
        self.approved_subject = None;
        self.approved_by = None;
        self.approved_at = None;
        self.approved_sha256 = None;
    }
}

impl FromRow for InspectionSummary {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            reference: row.try_get("reference")?,
            title: row.try_get("title")?,
            published_on: row.try_get("published_on")?,
            state: row.try_get("inspection_state")?,
        })
    }
}

impl FromRow for ResponseRow {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let published = row.try_get::<_, Option<i32>>("published_edition")?;
        Ok(Self {
            id: row.try_get("id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            state: row.try_get("state")?,
            edition: row.try_get("edition")?,
            invited_on: row.try_get("invited_on")?,
            comments_due_on: row.try_get("comments_due_on")?,
            comments_status: row.try_get("comments_status")?,
            comments_late: row.try_get("comments_late")?,
            signed_by: row.try_get("signed_by")?,
            signed_at: row.try_get("signed_at")?,
            submitted_issuer: row.try_get("submitted_issuer")?,
            submitted_subject: row.try_get("submitted_subject")?,
            approved_issuer: row.try_get("approved_issuer")?,
            approved_subject: row.try_get("approved_subject")?,
            approved_by: row.try_get("approved_by")?,
            approved_at: row.try_get("approved_at")?,
            approved_sha256: row.try_get("approved_sha256")?,
            not_required_reason: row.try_get("not_required_reason")?,
            duplicate_of: row.try_get("duplicate_of")?,
            not_required_note: row.try_get("not_required_note")?,
            comments_recorded_afterwards: row.try_get("comments_recorded_afterwards")?,
            imported_version: row.try_get("imported_version")?,
            blank_version: row.try_get("blank_version")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            inspection: InspectionSummary::from_row(row)?,
            inspection_published_on: row.try_get("published_on")?,
            due_on: row.try_get("due_on")?,
            afi_explanation_required: row.try_get("afi_explanation_required")?,
            comments_days: row.try_get("comments_days")?,
            published: published.map(|_| Edition::from_row(row)).transpose()?,
            copies: row.try_get::<_, Option<Json<_>>>("copies")?.map(|copies| copies.0).unwrap_or_default(),
            draft: None,
        })
    }
}

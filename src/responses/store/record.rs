//! The record as it is stored, with what its inspection says of time and what was published of it.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::super::content::{ChiefOfficerComments, CommentsStatus, Edition};
use super::super::model::{Copy, InspectionSummary, NotRequiredReason};
use super::super::workflow::State;
use crate::db::FromRow;

/// A response as it is stored, with what its inspection says of time.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// The inspection it answers.
    pub inspection_id: Uuid,
    /// The police area.
    pub area: String,
    /// Where it stands.
    pub state: State,
    /// 1, and one more for each correction.
    pub edition: i32,
    /// When the chief officer was invited.
    pub invited_on: Option<NaiveDate>,
    /// By when comments are asked for.
    pub comments_due_on: Option<NaiveDate>,
    /// Whether the chief officer commented.
    pub comments_status: CommentsStatus,
    /// Whether the comments came late.
    pub comments_late: bool,
    /// Who signed them.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Option<DateTime<Utc>>,
    /// Who submitted the response: the token's issuer.
    pub submitted_issuer: Option<String>,
    /// Who submitted the response: the token's subject.
    pub submitted_subject: Option<String>,
    /// Who approved it: the token's issuer.
    pub approved_issuer: Option<String>,
    /// Who approved it: the token's subject.
    pub approved_subject: Option<String>,
    /// What the approver is called.
    pub approved_by: Option<String>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// The digest of what was approved.
    pub approved_sha256: Option<String>,
    /// Why no response is required.
    pub not_required_reason: Option<NotRequiredReason>,
    /// The inspection whose response answers it.
    pub duplicate_of: Option<Uuid>,
    /// More about it.
    pub not_required_note: Option<String>,
    /// Counts its changes.
    pub version: i64,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The inspection in short.
    pub inspection: InspectionSummary,
    /// The day the report was published.
    pub inspection_published_on: Option<NaiveDate>,
    /// The last day for publication.
    pub due_on: Option<NaiveDate>,
    /// Whether the area wants areas for improvement explained too.
    pub afi_explanation_required: bool,
    /// How many days the area gives for comments.
    pub comments_days: i32,
    /// The current published edition.
    pub published: Option<Edition>,
    /// The copies sent of it.
    pub copies: Vec<Copy>,
    /// The force's unsubmitted draft, where the caller may read it.
    pub draft: Option<String>,
}

impl Record {
    /// What it says itself of the chief officer's comments; their words come from beside it.
    pub fn comments(&self) -> ChiefOfficerComments {
        ChiefOfficerComments {
            status: self.comments_status,
            text: None,
            late: self.comments_late,
            signed_by: self.signed_by.clone(),
            signed_at: self.signed_at,
            draft: None,
        }
    }

    /// Voids the approval: what it pinned may change now.
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

impl FromRow for Record {
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

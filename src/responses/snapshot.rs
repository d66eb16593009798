//! A response as the log keeps it: the part that the whole area reads, and apart from it what each side keeps to itself.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::content::{Branch, CommentsStatus, Edition};
use super::model::{Copy, NotRequiredReason};
use super::store::File;
use super::workflow::State;
use crate::api::Problem;
use crate::auth::{Scope, Side};
use crate::db::Snapshot;

/// What the whole area reads of a response, as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stored {
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
    /// The comments.
    pub chief_officer_comments: Option<String>,
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
    /// Why no response is required.
    pub not_required_reason: Option<NotRequiredReason>,
    /// The inspection whose response answers it.
    pub duplicate_of: Option<Uuid>,
    /// More about it.
    pub not_required_note: Option<String>,
    /// The current published edition.
    pub published: Option<Edition>,
    /// The copies sent of it.
    pub copies: Vec<Copy>,
    /// Counts its changes.
    pub version: i64,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What the policing body keeps to itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BodysOwn {
    /// Its comments.
    pub policing_body_comments: Option<String>,
    /// Its reply to the chief officer.
    pub reply_to_chief_officer: Option<String>,
    /// Its explanations, by recommendation.
    pub explanations: BTreeMap<Uuid, Explained>,
    /// The digest of what was approved, by which one could try out what the draft says.
    pub approved_sha256: Option<String>,
}

/// An explanation of a recommendation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explained {
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// Which action, or why none.
    pub text: String,
}

/// What the force keeps to itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ForcesOwn {
    /// Its draft of the chief officer's comments.
    pub chief_officer_draft: Option<String>,
}

impl Stored {
    /// A response as it is opened.
    pub fn opened(id: Uuid, inspection_id: Uuid, area: &str, at: DateTime<Utc>) -> Self {
        Self {
            id,
            inspection_id,
            area: area.to_owned(),
            state: State::Received,
            edition: 1,
            invited_on: None,
            comments_due_on: None,
            comments_status: CommentsStatus::Awaited,
            comments_late: false,
            chief_officer_comments: None,
            signed_by: None,
            signed_at: None,
            submitted_issuer: None,
            submitted_subject: None,
            approved_issuer: None,
            approved_subject: None,
            approved_by: None,
            approved_at: None,
            not_required_reason: None,
            duplicate_of: None,
            not_required_note: None,
            published: None,
            copies: Vec::new(),
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    fn of(file: &File) -> Self {
        let it = file.record.clone();
        Self {
            id: it.id,
            inspection_id: it.inspection_id,
            area: it.area,
            state: it.state,
            edition: it.edition,
            invited_on: it.invited_on,
            comments_due_on: it.comments_due_on,
            comments_status: it.comments_status,
            comments_late: it.comments_late,
            chief_officer_comments: file.content.chief_officer_comments.text.clone(),
            signed_by: it.signed_by,
            signed_at: it.signed_at,
            submitted_issuer: it.submitted_issuer,
            submitted_subject: it.submitted_subject,
            approved_issuer: it.approved_issuer,
            approved_subject: it.approved_subject,
            approved_by: it.approved_by,
            approved_at: it.approved_at,
            not_required_reason: it.not_required_reason,
            duplicate_of: it.duplicate_of,
            not_required_note: it.not_required_note,
            published: it.published,
            copies: it.copies,
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// A file as the log keeps it, as far as the scope's sides may read it.
pub fn snapshot(file: &File, scope: &Scope) -> Result<Snapshot, Problem> {
    let mut snapshot = Snapshot::of(&Stored::of(file))?;
    if scope.reads(Side::PolicingBody) {
        let explanations = file.content.explanations.iter().map(|explanation| {
            let explained = Explained { branch: explanation.branch, text: explanation.text.clone() };
            (explanation.recommendation_id, explained)
        });
        let own = BodysOwn {
            policing_body_comments: file.content.policing_body_comments.clone(),
            reply_to_chief_officer: file.content.reply_to_chief_officer.clone(),
            explanations: explanations.collect(),
            approved_sha256: file.record.approved_sha256.clone(),
        };
        snapshot = snapshot.side(Side::PolicingBody, &own)?;
    }
    if scope.reads(Side::Force) {
        snapshot = snapshot.side(Side::Force, &ForcesOwn { chief_officer_draft: file.record.draft.clone() })?;
    }
    Ok(snapshot)
}

//! The form in which the audit log stores a response: one part that the whole area may read, and one part for each
//! side.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::api::Problem;
use crate::auth::{Scope, Side};
use crate::db::Snapshot;
use crate::responses::content::{Branch, CommentsStatus, Edition};
use crate::responses::model::{Copy, NotRequiredReason};
use crate::responses::store::{PendingTexts, ResponseRecord};
use crate::responses::workflow::State;

/// The version of a response when it is opened.
const FIRST_VERSION: i64 = 1;

/// The part of a response that every caller of its area may read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResponseSnapshot {
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
    /// The chief officer's submitted comments.
    pub chief_officer_comments: Option<String>,
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
    /// The reason why no response is required.
    pub not_required_reason: Option<NotRequiredReason>,
    /// The inspection whose response covers this one.
    pub duplicate_of: Option<Uuid>,
    /// Further explanation why no response is required.
    pub not_required_note: Option<String>,
    /// True if the policing body recorded the chief officer's comments afterwards. Left out if false, so that the
    /// digests of earlier versions stay the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub comments_recorded_afterwards: bool,
    /// The version at which nothing was recorded in the response. Left out if it is the first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank_version: Option<i64>,
    /// The current published edition.
    pub published: Option<Edition>,
    /// The copies sent of the current published edition.
    pub copies: Vec<Copy>,
    /// The version of the record.
    pub version: i64,
    /// When the record was opened.
    pub created_at: DateTime<Utc>,
    /// When the record last changed.
    pub updated_at: DateTime<Utc>,
}

/// The part of a response that only the policing body's side and auditors may read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PolicingBodySnapshot {
    /// The policing body's comments.
    pub policing_body_comments: Option<String>,
    /// The reply to the chief officer.
    pub reply_to_chief_officer: Option<String>,
    /// The explanations, by the recommendation's id.
    pub explanations: BTreeMap<Uuid, ExplanationSnapshot>,
    /// The digest of the approved content. It would let another side test guesses of the draft.
    pub approved_sha256: Option<String>,
}

/// The explanation of one recommendation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExplanationSnapshot {
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// The action taken or proposed, or the reason why there is none.
    pub text: String,
}

/// The part of a response that only the force's side and auditors may read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ForceSnapshot {
    /// The force's draft of the chief officer's comments.
    pub chief_officer_draft: Option<String>,
}

impl ResponseSnapshot {
    /// Returns the first version of a response. The caller that opens it may have no right to read its row.
    pub fn new(id: Uuid, inspection_id: Uuid, area: &str, at: DateTime<Utc>) -> Self {
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
            comments_recorded_afterwards: false,
            blank_version: None,
            published: None,
            copies: Vec::new(),
            version: FIRST_VERSION,
            created_at: at,
            updated_at: at,
        }
    }

    fn from_record(record: &ResponseRecord) -> Self {
        let row = record.row.clone();
        Self {
            id: row.id,
            inspection_id: row.inspection_id,
            area: row.area,
            state: row.state,
            edition: row.edition,
            invited_on: row.invited_on,
            comments_due_on: row.comments_due_on,
            comments_status: row.comments_status,
            comments_late: row.comments_late,
            chief_officer_comments: record.content.chief_officer_comments.text.clone(),
            signed_by: row.signed_by,
            signed_at: row.signed_at,
            submitted_issuer: row.submitted_issuer,
            submitted_subject: row.submitted_subject,
            approved_issuer: row.approved_issuer,
            approved_subject: row.approved_subject,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            not_required_reason: row.not_required_reason,
            duplicate_of: row.duplicate_of,
            not_required_note: row.not_required_note,
            comments_recorded_afterwards: row.comments_recorded_afterwards,
            blank_version: Some(row.blank_version).filter(|version| *version != FIRST_VERSION),
            published: row.published,
            copies: row.copies,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Returns the snapshot of a response for the audit log, with the parts of the sides that the scope may read.
pub fn snapshot(record: &ResponseRecord, scope: &Scope) -> Result<Snapshot, Problem> {
    let mut snapshot = Snapshot::new(&ResponseSnapshot::from_record(record))?;
    if scope.reads(Side::PolicingBody) {
        let explanations = record.content.explanations.iter().map(|explanation| {
            let stored = ExplanationSnapshot { branch: explanation.branch, text: explanation.text.clone() };
            (explanation.recommendation_id, stored)
        });
        let part = PolicingBodySnapshot {
            policing_body_comments: record.content.policing_body_comments.clone(),
            reply_to_chief_officer: record.content.reply_to_chief_officer.clone(),
            explanations: explanations.collect(),
            approved_sha256: record.row.approved_sha256.clone(),
        };
        snapshot = snapshot.side(Side::PolicingBody, &part)?;
    }
    if scope.reads(Side::Force) {
        let part = ForceSnapshot { chief_officer_draft: record.row.draft.clone() };
        snapshot = snapshot.side(Side::Force, &part)?;
    }
    Ok(snapshot)
}

/// Returns the snapshot of a response that was opened in this transaction, after imported texts were put into it. The
/// caller may have no right to read them back.
pub fn snapshot_of_opened(opened: &ResponseSnapshot, texts: &PendingTexts) -> Result<Snapshot, Problem> {
    let explanations = texts.explanations.iter().map(|explanation| {
        let stored = ExplanationSnapshot { branch: explanation.branch, text: explanation.text.clone() };
        (explanation.recommendation_id, stored)
    });
    let part = PolicingBodySnapshot {
        policing_body_comments: texts.policing_body_comments.clone(),
        reply_to_chief_officer: texts.reply_to_chief_officer.clone(),
        explanations: explanations.collect(),
        approved_sha256: None,
    };
    let record = ResponseSnapshot { version: opened.version + 1, ..opened.clone() };
    Snapshot::new(&record)?.side(Side::PolicingBody, &part)
}

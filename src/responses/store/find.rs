//! SQL that reads and locks responses of the caller's areas, with the texts and explanations that its sides may read.

use uuid::Uuid;

use super::published::edition_columns;
use super::row::ResponseRow;
use crate::api::Problem;
use crate::auth::{Scope, Side};
use crate::bank_holidays;
use crate::calendar::BankHolidays;
use crate::db::{Parameters, Session, Tx};
use crate::people::assignees::{self, Assignee};
use crate::responses::content::{Content, Explanation};

/// Selects the rows of responses in the caller's areas ($1).
macro_rules! response_rows {
    () => {
        concat!(
            "select r.id, r.inspection_id, r.area, r.state, r.edition, r.invited_on, r.comments_due_on, r.comments_status,
                    r.comments_late, r.signed_by, r.signed_at, r.submitted_issuer, r.submitted_subject,
                    r.approved_issuer, r.approved_subject, r.approved_by, r.approved_at, r.approved_sha256,
                    r.not_required_reason, r.duplicate_of, r.not_required_note, r.comments_recorded_afterwards,
                    r.imported_version, r.blank_version, r.version, r.created_at, r.updated_at,
                    i.reference, i.title, i.published_on, i.due_on, i.state as inspection_state,
                    a.afi_explanation_required, a.comments_days, e.copies, ",
            edition_columns!(),
            " from responses r
              join inspections i on i.id = r.inspection_id
              join area_settings a on a.area = r.area
              left join current_editions e on e.response_id = r.id
              where in_scope(r.area, $1)"
        )
    };
}

/// A response with the texts and explanations that the caller may read.
#[derive(Clone, Debug)]
pub struct ResponseRecord {
    /// The row.
    pub row: ResponseRow,
    /// The texts and explanations.
    pub content: Content,
    /// The ids and references of the recommendations that need an explanation, in the order of the report.
    pub required: Vec<(Uuid, String)>,
    /// The person to whom the caller's side has assigned the response.
    pub assigned_to: Option<Assignee>,
    /// The bank holidays.
    pub holidays: BankHolidays,
}

/// Returns the response with this id, if it belongs to one of the caller's areas.
pub async fn find(db: &Session<'_>, scope: &Scope, id: Uuid) -> Result<Option<ResponseRecord>, Problem> {
    Ok(find_many(db, scope, &[id]).await?.pop())
}

/// Returns true if the response belongs to one of the caller's areas.
pub async fn is_of_own_area(db: &Session<'_>, id: Uuid) -> Result<bool, Problem> {
    let sql = "select from responses where id = $2 and in_scope(area, $1)";
    Ok(db.query_opt(sql, &[&db.areas(), &id]).await?.is_some())
}

/// Returns the response as [`find`] does, and locks its row until the transaction ends.
pub async fn lock(tx: &Tx<'_>, scope: &Scope, id: Uuid) -> Result<Option<ResponseRecord>, Problem> {
    // The lock is a statement of its own: a joined row would show the state from before the wait for the lock.
    let sql = "select from responses where id = $2 and in_scope(area, $1) for update";
    let (areas, ids) = (tx.areas(), [id]);
    let parameters: Parameters<'_> = &[&areas, &id];
    let (_, mut found) = tokio::try_join!(biased; tx.query_opt(sql, parameters), find_many(tx, scope, &ids))?;
    Ok(found.pop())
}

/// Returns the responses with these ids as [`find_many`] does, and locks their rows until the transaction ends.
///
/// Every caller locks in the order of the ids. Two transactions that lock several responses cannot deadlock.
pub async fn lock_many(tx: &Tx<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<ResponseRecord>, Problem> {
    let sql = "select from responses where id = any ($2) and in_scope(area, $1) order by id for update";
    tx.query(sql, &[&tx.areas(), &ids]).await?;
    find_many(tx, scope, ids).await
}

/// Returns the response of an area to an inspection, if the area is one of the caller's.
pub async fn find_in_area(
    db: &Session<'_>,
    scope: &Scope,
    inspection: Uuid,
    area: &str,
) -> Result<Option<ResponseRecord>, Problem> {
    let sql = "select id from responses where inspection_id = $2 and area = $3 and in_scope(area, $1)";
    match db.query_opt(sql, &[&db.areas(), &inspection, &area]).await? {
        Some(row) => find(db, scope, row.get(0)).await,
        None => Ok(None),
    }
}

/// Returns the responses with these ids that belong to the caller's areas, in no particular order.
pub async fn find_many(db: &Session<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<ResponseRecord>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (areas, kinds, reads) = (db.areas(), readable_text_kinds(scope), scope.reads(Side::PolicingBody));
    let all_sides: Parameters<'_> = &[&areas, &ids];
    let (by_kind, by_side): (Parameters<'_>, Parameters<'_>) = (&[&areas, &ids, &kinds], &[&areas, &ids, &reads]);
    let (rows, texts, explanations, required, mut assignees, holidays) = tokio::try_join!(
        biased;
        db.find_all::<ResponseRow>(concat!(response_rows!(), " and r.id = any ($2)"), all_sides),
        db.query(
            "select response_id, part, text from response_texts
             where response_id = any ($2) and in_scope(area, $1) and part = any ($3)",
            by_kind,
        ),
        db.query(
            "select x.response_id, x.recommendation_id, r.reference, x.branch, x.text
             from explanations x join recommendations r on r.id = x.recommendation_id
             where x.response_id = any ($2) and in_scope(x.area, $1) and $3
             order by r.ordinal, r.id",
            by_side,
        ),
        db.query(
            "select inspection_id, id, reference, kind from recommendations
             where inspection_id in (select inspection_id from responses where id = any ($2) and in_scope(area, $1))
               and kind <> 'cause_of_concern'
             order by ordinal, id",
            all_sides,
        ),
        assignees::find_of_records(db, ids),
        bank_holidays::find_days(db),
    )?;
    let records = rows.into_iter().map(|row| {
        let mut record = ResponseRecord {
            content: Content { chief_officer_comments: row.comments(), ..Content::default() },
            required: Vec::new(),
            assigned_to: assignees.remove(&row.id),
            holidays: holidays.clone(),
            row,
        };
        for row in texts.iter().filter(|row| row.get::<_, Uuid>("response_id") == record.row.id) {
            let text = Some(row.get("text"));
            match row.get("part") {
                ResponseTextKind::PolicingBodyComments => record.content.policing_body_comments = text,
                ResponseTextKind::ReplyToChiefOfficer => record.content.reply_to_chief_officer = text,
                ResponseTextKind::ChiefOfficerComments => record.content.chief_officer_comments.text = text,
                ResponseTextKind::ChiefOfficerDraft => record.row.draft = text,
            }
        }
        let explanations = explanations.iter().filter(|row| row.get::<_, Uuid>("response_id") == record.row.id);
        record.content.explanations = explanations
            .map(|row| Explanation {
                recommendation_id: row.get("recommendation_id"),
                reference: row.get("reference"),
                branch: row.get("branch"),
                text: row.get("text"),
            })
            .collect();
        let required = required.iter().filter(|row| row.get::<_, Uuid>("inspection_id") == record.row.inspection_id);
        let required = required
            .filter(|row| row.get::<_, &str>("kind") == "recommendation" || record.row.afi_explanation_required);
        record.required = required.map(|row| (row.get("id"), row.get("reference"))).collect();
        record
    });
    Ok(records.collect())
}

crate::vocabulary! {
    /// One of the texts of a response, named as the database column `part` names it.
    pub enum ResponseTextKind {
        /// The policing body's comments.
        PolicingBodyComments = "policing_body_comments",
        /// The policing body's reply to the chief officer.
        ReplyToChiefOfficer = "reply_to_chief_officer",
        /// The chief officer's submitted comments.
        ChiefOfficerComments = "chief_officer_comments",
        /// The force's draft of the chief officer's comments.
        ChiefOfficerDraft = "chief_officer_draft",
    }
}

/// Returns the kinds of text that the scope's sides may read. PostgreSQL's row security enforces the same rule
/// separately.
pub fn readable_text_kinds(scope: &Scope) -> Vec<ResponseTextKind> {
    let mut kinds = Vec::new();
    if scope.reads(Side::PolicingBody) {
        kinds.extend([
            ResponseTextKind::PolicingBodyComments,
            ResponseTextKind::ReplyToChiefOfficer,
            ResponseTextKind::ChiefOfficerComments,
        ]);
    }
    if scope.reads(Side::Force) {
        kinds.extend([ResponseTextKind::ChiefOfficerComments, ResponseTextKind::ChiefOfficerDraft]);
    }
    kinds
}

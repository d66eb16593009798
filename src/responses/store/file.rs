//! The file: the record with its texts and explanations, as far as the caller's sides may read them.

use uuid::Uuid;

use super::super::content::{Content, Explanation};
use super::published::edition_columns;
use super::record::Record;
use crate::api::Problem;
use crate::auth::{Scope, Side};
use crate::db::{Parameters, Session, Tx};

macro_rules! record {
    () => {
        concat!(
            "select r.id, r.inspection_id, r.area, r.state, r.edition, r.invited_on, r.comments_due_on, r.comments_status,
                    r.comments_late, r.signed_by, r.signed_at, r.submitted_issuer, r.submitted_subject,
                    r.approved_issuer, r.approved_subject, r.approved_by, r.approved_at, r.approved_sha256,
                    r.not_required_reason, r.duplicate_of, r.not_required_note, r.version, r.created_at, r.updated_at,
                    i.reference, i.title, i.published_on, i.due_on, i.state as inspection_state,
                    a.afi_explanation_required, a.comments_days, e.copies, ",
            edition_columns!(),
            " from responses r
              join inspections i on i.id = r.inspection_id
              join area_settings a on a.area = r.area
              left join shown_editions e on e.response_id = r.id
              where in_scope(r.area, $1)"
        )
    };
}

/// A response with what stands beside it, as far as the caller may read.
#[derive(Clone, Debug)]
pub struct File {
    /// The record.
    pub record: Record,
    /// What the response says.
    pub content: Content,
    /// The recommendations that need an explanation, in the report's order.
    pub required: Vec<(Uuid, String)>,
}

/// The caller's own file of this id.
pub async fn find(db: &Session<'_>, scope: &Scope, id: Uuid) -> Result<Option<File>, Problem> {
    Ok(files(db, scope, &[id]).await?.pop())
}

/// The same, held until the transaction ends: of two who would move it, the later sees what the earlier made of it.
pub async fn lock(tx: &Tx<'_>, scope: &Scope, id: Uuid) -> Result<Option<File>, Problem> {
    // Apart from the reading: a joined row would be as it was before the wait.
    let sql = "select from responses where id = $2 and in_scope(area, $1) for update";
    let (areas, ids) = (tx.areas(), [id]);
    let held: Parameters<'_> = &[&areas, &id];
    let (_, mut found) = tokio::try_join!(biased; tx.maybe(sql, held), files(tx, scope, &ids))?;
    Ok(found.pop())
}

/// The caller's own files of these ids, in no order.
pub async fn find_all(db: &Session<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<File>, Problem> {
    files(db, scope, ids).await
}

/// The same, held until the transaction ends, always in one order: two who hold several do not wait for each other.
pub async fn lock_all(tx: &Tx<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<File>, Problem> {
    let sql = "select from responses where id = any ($2) and in_scope(area, $1) order by id for update";
    tx.rows(sql, &[&tx.areas(), &ids]).await?;
    files(tx, scope, ids).await
}

/// The area's response to an inspection.
pub async fn find_for(db: &Session<'_>, scope: &Scope, inspection: Uuid, area: &str) -> Result<Option<File>, Problem> {
    let sql = "select id from responses where inspection_id = $2 and area = $3 and in_scope(area, $1)";
    match db.maybe(sql, &[&db.areas(), &inspection, &area]).await? {
        Some(row) => find(db, scope, row.get(0)).await,
        None => Ok(None),
    }
}

/// Files of the areas in scope, with the texts that the scope's sides may read.
pub(super) async fn files(db: &Session<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<File>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (areas, parts, reads) = (db.areas(), readable_parts(scope), scope.reads(Side::PolicingBody));
    let own: Parameters<'_> = &[&areas, &ids];
    let (of_parts, of_sides): (Parameters<'_>, Parameters<'_>) = (&[&areas, &ids, &parts], &[&areas, &ids, &reads]);
    let (records, texts, explanations, required) = tokio::try_join!(
        biased;
        db.all::<Record>(concat!(record!(), " and r.id = any ($2)"), own),
        db.rows(
            "select response_id, part, text from response_texts
             where response_id = any ($2) and in_scope(area, $1) and part = any ($3)",
            of_parts,
        ),
        db.rows(
            "select x.response_id, x.recommendation_id, r.reference, x.branch, x.text
             from explanations x join recommendations r on r.id = x.recommendation_id
             where x.response_id = any ($2) and in_scope(x.area, $1) and $3
             order by r.ordinal, r.id",
            of_sides,
        ),
        db.rows(
            "select inspection_id, id, reference, kind from recommendations
             where inspection_id in (select inspection_id from responses where id = any ($2) and in_scope(area, $1))
               and kind <> 'cause_of_concern'
             order by ordinal, id",
            own,
        ),
    )?;
    let files = records.into_iter().map(|record| {
        let mut file = File {
            content: Content { chief_officer_comments: record.comments(), ..Content::default() },
            required: Vec::new(),
            record,
        };
        for row in texts.iter().filter(|row| row.get::<_, Uuid>("response_id") == file.record.id) {
            let text = Some(row.get("text"));
            match row.get("part") {
                Part::PolicingBodyComments => file.content.policing_body_comments = text,
                Part::ReplyToChiefOfficer => file.content.reply_to_chief_officer = text,
                Part::ChiefOfficerComments => file.content.chief_officer_comments.text = text,
                Part::ChiefOfficerDraft => file.record.draft = text,
            }
        }
        let own = explanations.iter().filter(|row| row.get::<_, Uuid>("response_id") == file.record.id);
        file.content.explanations = own
            .map(|row| Explanation {
                recommendation_id: row.get("recommendation_id"),
                reference: row.get("reference"),
                branch: row.get("branch"),
                text: row.get("text"),
            })
            .collect();
        let asked = required.iter().filter(|row| row.get::<_, Uuid>("inspection_id") == file.record.inspection_id);
        let asked =
            asked.filter(|row| row.get::<_, &str>("kind") == "recommendation" || file.record.afi_explanation_required);
        file.required = asked.map(|row| (row.get("id"), row.get("reference"))).collect();
        file
    });
    Ok(files.collect())
}

crate::vocabulary! {
    /// A text of a response.
    pub enum Part {
        /// The policing body's comments.
        PolicingBodyComments = "policing_body_comments",
        /// The reply to the chief officer.
        ReplyToChiefOfficer = "reply_to_chief_officer",
        /// The chief officer's comments, submitted.
        ChiefOfficerComments = "chief_officer_comments",
        /// The force's draft of them.
        ChiefOfficerDraft = "chief_officer_draft",
    }
}

/// The texts that a scope's sides may read; row security says the same, apart from this.
pub fn readable_parts(scope: &Scope) -> Vec<Part> {
    let mut parts = Vec::new();
    if scope.reads(Side::PolicingBody) {
        parts.extend([Part::PolicingBodyComments, Part::ReplyToChiefOfficer, Part::ChiefOfficerComments]);
    }
    if scope.reads(Side::Force) {
        parts.extend([Part::ChiefOfficerComments, Part::ChiefOfficerDraft]);
    }
    parts
}

//! What is written of an item: the record by compare-and-set, its reviews, and the counts of its line.

use uuid::Uuid;

use super::super::model::ReviewDecision;
use super::super::workflow::State;
use super::item::Record;
use crate::api::Problem;
use crate::db::Tx;
use crate::workflow::Step;

/// Adds an item.
pub async fn insert(tx: &Tx<'_>, it: &Record) -> Result<u64, Problem> {
    tx.execute(
        "insert into evidence (id, assignment_id, area, state, marking, title, kind, description, effective_from,
                               effective_to, expires_on, author_issuer, author_subject, author_name, created_at,
                               updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
        &[
            &it.id,
            &it.assignment_id,
            &it.area,
            &it.state,
            &it.marking,
            &it.title,
            &it.kind,
            &it.description,
            &it.effective_from,
            &it.effective_to,
            &it.expires_on,
            &it.author_issuer,
            &it.author_subject,
            &it.author_name,
            &it.created_at,
        ],
    )
    .await
}

/// Writes what can change of an item and counts its version up, where it stands at its version; gives the rows.
///
/// With a step, the state moves too: only the table gives one.
pub async fn update(tx: &Tx<'_>, it: &Record, step: Option<&Step<State>>) -> Result<u64, Problem> {
    let (from, to) = step.map_or((it.state, it.state), |step| (step.from(), step.to(false)));
    tx.execute(
        "update evidence
         set state = $4, marking = $5, title = $6, kind = $7, description = $8, effective_from = $9, effective_to = $10,
             expires_on = $11, lowering_issuer = $12, lowering_subject = $13, lowering_name = $14, lowering_reason = $15,
             lowering_at = $16, withdrawn_reason = $17, version = version + 1, updated_at = $18
         where id = $1 and version = $2 and state = $3 and in_scope(area, $19)",
        &[
            &it.id,
            &it.version,
            &from,
            &to,
            &it.marking,
            &it.title,
            &it.kind,
            &it.description,
            &it.effective_from,
            &it.effective_to,
            &it.expires_on,
            &it.lowering_issuer,
            &it.lowering_subject,
            &it.lowering_name,
            &it.lowering_reason,
            &it.lowering_at,
            &it.withdrawn_reason,
            &tx.call().at,
            &tx.areas(),
        ],
    )
    .await
}

/// Adds a review of one version of the file.
pub async fn review(
    tx: &Tx<'_>,
    it: &Record,
    decision: ReviewDecision,
    note: &str,
    file_version: i32,
) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into evidence_reviews (id, evidence_id, area, decision, note, file_version, issuer, subject, name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &Uuid::now_v7(),
            &it.id,
            &it.area,
            &decision,
            &note,
            &file_version,
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &tx.call().at,
        ],
    )
    .await
}

/// Counts a line's evidence anew and gives it the highest marking of it; the transaction holds the line.
pub async fn tally(tx: &Tx<'_>, assignment_id: Uuid) -> Result<u64, Problem> {
    tx.execute(
        "update assignments a
         set evidence_count = c.present, accepted_evidence_count = c.accepted, rejected_evidence_count = c.rejected,
             marking = case when c.sensitive then 'official_sensitive' else 'official' end
         from (select count(*) as present,
                      count(*) filter (where state = 'accepted') as accepted,
                      count(*) filter (where state = 'rejected') as rejected,
                      coalesce(bool_or(marking = 'official_sensitive'), false) as sensitive
               from evidence
               where assignment_id = $1 and state <> 'withdrawn') c
         where a.id = $1 and in_scope(a.area, $2)",
        &[&assignment_id, &tx.areas()],
    )
    .await
}

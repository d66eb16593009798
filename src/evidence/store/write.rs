//! What is written of an item: the record by compare-and-set, its reviews, and the counts of its line.

use uuid::Uuid;

use super::super::model::EvidenceReview;
use super::super::workflow::State;
use super::item::Record;
use crate::db::{Tx, WriteStatement, compare_and_set, values};
use crate::workflow::Step;

/// Adds an item.
pub fn insert(it: &Record) -> WriteStatement {
    WriteStatement::new(
        "insert into evidence (id, assignment_id, area, state, marking, title, kind, description, effective_from,
                               effective_to, expires_on, author_issuer, author_subject, author_name, created_at,
                               updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
        values![
            it.id,
            it.assignment_id,
            it.area.clone(),
            it.state,
            it.marking,
            it.title.clone(),
            it.kind,
            it.description.clone(),
            it.effective_from,
            it.effective_to,
            it.expires_on,
            it.author_issuer.clone(),
            it.author_subject.clone(),
            it.author_name.clone(),
            it.created_at,
        ],
    )
}

/// Writes what can change of an item and counts its version up, where it stands at its version.
///
/// With a step, the state moves too: only the table gives one.
pub fn update(tx: &Tx<'_>, it: &Record, step: Option<&Step<State>>) -> WriteStatement {
    let (from, to) = step.map_or((it.state, it.state), |step| (step.from(), step.to(false)));
    WriteStatement::new(
        compare_and_set!(
            "update evidence
         set state = $4, marking = $5, title = $6, kind = $7, description = $8, effective_from = $9, effective_to = $10,
             expires_on = $11, lowering_issuer = $12, lowering_subject = $13, lowering_name = $14, lowering_reason = $15,
             lowering_at = $16, withdrawn_reason = $17, version = version + 1, updated_at = $18
         where id = $1 and version = $2 and state = $3 and in_scope(area, $19)"
        ),
        values![
            it.id,
            it.version,
            from,
            to,
            it.marking,
            it.title.clone(),
            it.kind,
            it.description.clone(),
            it.effective_from,
            it.effective_to,
            it.expires_on,
            it.lowering_issuer.clone(),
            it.lowering_subject.clone(),
            it.lowering_name.clone(),
            it.lowering_reason.clone(),
            it.lowering_at,
            it.withdrawn_reason.clone(),
            tx.call().at,
            tx.areas().to_vec(),
        ],
    )
}

/// Adds a review by the caller.
pub fn review(tx: &Tx<'_>, it: &Record, made: &EvidenceReview) -> WriteStatement {
    let actor = &tx.call().actor;
    WriteStatement::new(
        "insert into evidence_reviews (id, evidence_id, area, decision, note, file_version, issuer, subject, name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![
            Uuid::now_v7(),
            it.id,
            it.area.clone(),
            made.decision,
            made.note.clone(),
            made.file_version,
            actor.issuer.clone(),
            actor.subject.clone(),
            actor.name.clone(),
            made.at,
        ],
    )
}

/// Counts a line's evidence anew and gives it the highest marking of it; the transaction holds the line.
pub fn tally(tx: &Tx<'_>, assignment_id: Uuid) -> WriteStatement {
    WriteStatement::new(
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
        values![assignment_id, tx.areas().to_vec()],
    )
}

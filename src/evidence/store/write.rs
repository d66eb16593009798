//! SQL that writes an item by compare-and-set, its reviews, and the counts of evidence of its assignment.

use uuid::Uuid;

use crate::db::{Tx, WriteStatement, values};
use crate::evidence::model::{EvidenceReview, EvidenceRow};
use crate::evidence::workflow::State;
use crate::workflow::PermittedTransition;

/// Inserts an item.
pub fn insert(row: &EvidenceRow) -> WriteStatement {
    WriteStatement::new(EvidenceRow::insert_sql(), row.insert_values())
}

/// Updates the members of an item that can change and increases its version, if the item still has its version and
/// state. With a permitted transition, the state changes too.
pub fn update(tx: &Tx<'_>, row: &EvidenceRow, transition: Option<&PermittedTransition<State>>) -> WriteStatement {
    let (from, to) = transition.map_or((row.state, row.state), |step| (step.from(), step.to(false)));
    let mut parameters = values![row.id, row.version, tx.call().at, from, tx.areas().to_vec()];
    parameters.extend(EvidenceRow { state: to, ..row.clone() }.update_values());
    WriteStatement::new(EvidenceRow::update_sql(), parameters)
}

/// Inserts a review by the caller.
pub fn insert_review(tx: &Tx<'_>, it: &EvidenceRow, review: &EvidenceReview) -> WriteStatement {
    let actor = &tx.call().actor;
    WriteStatement::new(
        "insert into evidence_reviews (id, evidence_id, area, decision, note, file_version, issuer, subject, name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![
            Uuid::now_v7(),
            it.id,
            it.area.clone(),
            review.decision,
            review.note.clone(),
            review.file_version,
            actor.issuer.clone(),
            actor.subject.clone(),
            actor.name.clone(),
            review.at,
        ],
    )
}

/// Updates an assignment's counts of evidence, and its marking to the highest of its items. Something is recorded on the
/// assignment from then on. The transaction must have locked the assignment.
pub fn count(tx: &Tx<'_>, assignment_id: Uuid) -> WriteStatement {
    WriteStatement::new(
        "update assignments a
         set blank_version = 0, evidence_count = c.present, accepted_evidence_count = c.accepted, rejected_evidence_count = c.rejected,
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

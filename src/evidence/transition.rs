//! An item moved on: leave from the table, needs met, the review kept, the line's counts made anew.

use uuid::Uuid;

use super::model::EvidenceReview;
use super::moves::EvidenceMove;
use super::needs::unmet;
use super::snapshot::{event, snapshot};
use super::store::{self, Item, Record};
use super::view::{allowed, require_standing};
use super::workflow::{State, WORKFLOW};
use crate::api::{Fault, Kind, Problem};
use crate::auth::Call;
use crate::db::{EventNote, Tx, Write, WriteStatement};
use crate::vocabulary::WireName;
use crate::workflow::Step;

/// Moves an item of the caller's own area on; gives it as it then is. What is written is sent with the commit: nobody waits
/// to read again what is known already.
pub async fn advance(
    tx: &Tx<'_>,
    id: Uuid,
    asked: &EvidenceMove,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<Item>, Problem> {
    let mut item = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(item.record.version)?;
    let step = step(&item, asked, call)?;
    let before = snapshot(&item)?;
    if let EvidenceMove::Withdraw { reason } = asked {
        item.record.withdrawn_reason = Some(reason.to_string());
    }
    let mut writes = Vec::new();
    if let (Some((decision, note, _)), Some(newest)) = (asked.review(), item.files.last()) {
        let by = call.actor.called().to_owned();
        let made = EvidenceReview { decision, note: note.to_owned(), by, at: call.at, file_version: newest.version };
        writes.push(store::review(tx, &item.record, &made));
        item.reviews.push(made);
    }
    writes.extend(written(tx, &mut item.record, Some(&step)));
    let event = event(asked.action().as_str(), Some(before), &item)?
        .moved(step.from().as_str(), step.to(false).as_str())
        .note(asked.note().map(|text| EventNote { text: text.to_owned(), side: None }));
    Ok(Write::new(item, event).writing(writes))
}

/// Leave from the table, and every need met.
pub(super) fn step(item: &Item, asked: &EvidenceMove, call: &Call) -> Result<Step<State>, Problem> {
    let allowed = || allowed(item, call);
    let (step, needs) = WORKFLOW.step(item.record.state, asked.action(), &call.actor, allowed)?;
    require_standing(&item.record)?;
    let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, item, &call.actor, Some(asked))).collect();
    if faults.is_empty() { Ok(step) } else { Err(Problem::with_faults(Kind::NeedsUnmet, faults)) }
}

/// Makes the record what it will be when that is written: itself, and the counts of its line.
pub(super) fn written(tx: &Tx<'_>, it: &mut Record, step: Option<&Step<State>>) -> [WriteStatement; 2] {
    [written_alone(tx, it, step), store::tally(tx, it.assignment_id)]
}

/// The same where the line counts as it did.
pub(super) fn written_alone(tx: &Tx<'_>, it: &mut Record, step: Option<&Step<State>>) -> WriteStatement {
    let write = store::update(tx, it, step);
    it.state = step.map_or(it.state, |step| step.to(false));
    it.version += 1;
    it.updated_at = tx.call().at;
    write
}

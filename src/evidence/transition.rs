//! An item moved on: leave from the table, needs met, the review kept, the line's counts made anew.

use uuid::Uuid;

use super::moves::EvidenceMove;
use super::needs::unmet;
use super::snapshot::{event, snapshot};
use super::store::{self, Item};
use super::view::{allowed, require_standing};
use super::workflow::{State, WORKFLOW};
use crate::api::{Fault, Kind, Problem};
use crate::auth::Call;
use crate::db::{Event, Noted, Tx};
use crate::vocabulary::Word;
use crate::workflow::Step;

/// Moves an item of the caller's own area on; gives it as it then is, and the event.
pub async fn advance(
    tx: &Tx<'_>,
    id: Uuid,
    asked: &EvidenceMove,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<(Item, Event), Problem> {
    let mut item = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(item.record.version)?;
    let step = step(&item, asked, call)?;
    let before = snapshot(&item)?;
    if let EvidenceMove::Withdraw { reason } = asked {
        item.record.withdrawn_reason = Some(reason.to_string());
    }
    if let (Some((decision, note, _)), Some(newest)) = (asked.review(), item.files.last()) {
        store::review(tx, &item.record, decision, note, newest.version).await?;
    }
    write(tx, &item, &step).await?;
    let now = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    let event = event(asked.action().as_str(), Some(before), &now)?
        .moved(step.from().as_str(), step.to(false).as_str())
        .note(asked.note().map(|text| Noted { text: text.to_owned(), side: None }));
    Ok((now, event))
}

/// Leave from the table, and every need met.
pub(super) fn step(item: &Item, asked: &EvidenceMove, call: &Call) -> Result<Step<State>, Problem> {
    let allowed = || allowed(item, call);
    let (step, needs) = WORKFLOW.step(item.record.state, asked.action(), &call.actor, allowed)?;
    require_standing(&item.record)?;
    let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, item, &call.actor, Some(asked))).collect();
    if faults.is_empty() { Ok(step) } else { Err(Problem::with_faults(Kind::NeedsUnmet, faults)) }
}

/// Writes the record with its new state, and counts the line's evidence anew.
pub(super) async fn write(tx: &Tx<'_>, item: &Item, step: &Step<State>) -> Result<(), Problem> {
    if store::update(tx, &item.record, Some(step)).await? == 0 {
        return Err(Problem::stale());
    }
    store::tally(tx, item.record.assignment_id).await.map(drop)
}

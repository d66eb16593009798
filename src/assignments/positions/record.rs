//! Recording a position: what speaks against it, the row that is added, the line that shows it.

use uuid::Uuid;

use super::super::snapshot::snapshot;
use super::super::store::{self as assignments, File, Record};
use super::super::view::require_standing;
use super::model::{BodyView, Position, PositionTaken, Recorded};
use super::store;
use super::workflow::{Decision, WORKFLOW};
use crate::api::{Fault, Kind, Problem};
use crate::auth::Call;
use crate::db::{Event, EventNote, Tx, Write};
use crate::vocabulary::WireName;

/// Records a position on a line of the caller's area; gives the line as it then is.
pub async fn record(
    tx: &Tx<'_>,
    id: Uuid,
    taken: &Recorded,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<File>, Problem> {
    let mut file = assignments::lock(tx, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
    let it = &file.record;
    check_version(it.version)?;
    require_standing(it)?;
    check_date(it, taken, call)?;
    match taken.position {
        Position::BodyView => check_view(it, taken)?,
        Position::AssuranceOpinion => {}
        Position::InspectorateStatus => check_decision(it, taken, call)?,
    }
    let before = snapshot(it)?;
    let taken = PositionTaken {
        position: taken.position,
        value: taken.value.to_owned(),
        note: taken.note.clone(),
        source: taken.source.clone(),
        date: taken.date.unwrap_or_else(|| call.today()),
        by: call.actor.called().to_owned(),
        at: call.at,
    };
    let writes = store::take(tx, it, &taken);
    let event = Event::new("assignment", id, it.version + 1, "record_position")
        .area(&it.area)
        .under(it.recommendation_id)
        .before(before)
        .fields(vec![taken.position.as_str()])
        .note(taken.note.clone().map(|text| EventNote { text, side: None }));
    show(&mut file, taken)?;
    let event = event.after(snapshot(&file.record)?);
    Ok(Write::new(file, event).writing(writes))
}

/// The line as it is once a position was taken.
fn show(file: &mut File, taken: PositionTaken) -> Result<(), Problem> {
    let now = &mut file.record;
    match taken.position {
        Position::BodyView => now.body_view = taken.value.parse().map_err(Problem::internal)?,
        Position::AssuranceOpinion => now.assurance_opinion = taken.value.parse().map_err(Problem::internal)?,
        Position::InspectorateStatus => now.inspectorate_status = taken.value.parse().map_err(Problem::internal)?,
    }
    now.version += 1;
    now.updated_at = taken.at;
    file.positions.retain(|last| last.position != taken.position);
    file.positions.push(taken);
    file.positions.sort_by_key(|last| last.position.as_str());
    Ok(())
}

/// A position of a day that has come, and no earlier than the report.
fn check_date(it: &Record, taken: &Recorded, call: &Call) -> Result<(), Problem> {
    let fault = |detail: &str| Err(Problem::invalid(vec![Fault::body("/date", "out_of_range", detail)]));
    match taken.date {
        Some(on) if on > call.today() => fault("This day is still to come."),
        Some(on) if it.published_on.is_some_and(|published| on < published) => fault("This day is before the report."),
        _ => Ok(()),
    }
}

/// To be assured takes evidence that was accepted.
fn check_view(it: &Record, taken: &Recorded) -> Result<(), Problem> {
    if taken.value != BodyView::Assured.as_str() || it.accepted_evidence_count > 0 {
        return Ok(());
    }
    let detail = "To be assured needs at least one accepted item of evidence.";
    let fault = Fault::record("/accepted_evidence_count", "accepted_evidence", detail);
    Err(Problem::with_faults(Kind::NeedsUnmet, vec![fault]))
}

/// A decision that can follow the one before.
fn check_decision(it: &Record, taken: &Recorded, call: &Call) -> Result<(), Problem> {
    let Some(decision) = Decision::find(taken.value) else {
        let detail = "A recommendation is open from the first; where it was closed it is reopened.";
        return Err(Problem::invalid(vec![Fault::body("/value", "unknown_value", detail)]));
    };
    let allowed = || WORKFLOW.allowed(it.inspectorate_status, &call.actor, |_| Vec::new());
    WORKFLOW.step(it.inspectorate_status, decision, &call.actor, allowed).map(drop)
}

//! Records a position on an assignment: checks the entry, inserts it, and updates the assignment's value.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{BodyView, Position, PositionEntry};
use super::store;
use super::workflow::{Decision, WORKFLOW};
use crate::api::{Fault, Problem, ProblemKind};
use crate::assignments::store::{self as assignments, AssignmentRecord, AssignmentRow};
use crate::assignments::views::{require_not_withdrawn, snapshot};
use crate::auth::Call;
use crate::db::{Event, EventNote, Tx, Write};
use crate::vocabulary::WireName;

/// A new entry of one of the three positions.
#[derive(Clone, Debug)]
pub struct NewPosition {
    /// The position.
    pub position: Position,
    /// The value to record.
    pub value: &'static str,
    /// The reasons for the value.
    pub note: Option<String>,
    /// The document that states the position.
    pub source: Option<String>,
    /// The day on which the position was taken. `None` means today.
    pub date: Option<NaiveDate>,
}

impl NewPosition {
    /// Returns true if an entry states the same.
    fn equals(&self, entry: &PositionEntry, call: &Call) -> bool {
        let Self { position, value, note, source, date } = self;
        (*position, *value, note, source) == (entry.position, &entry.value, &entry.note, &entry.source)
            && date.unwrap_or_else(|| call.today()) == entry.date
    }
}

/// Records a position on an assignment of the caller's areas. Returns the assignment as it will be after the commit. An
/// entry with the value, note, source and day of the latest one changes nothing.
///
/// # Errors
///
/// 409 if the inspection is withdrawn or the decision cannot follow the present one; 422 if the date is out of range or
/// a need is not met.
pub async fn record(
    tx: &Tx<'_>,
    id: Uuid,
    new: &NewPosition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<AssignmentRecord>, Problem> {
    let mut record = assignments::lock(tx, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
    let row = &record.row;
    check_version(row.version)?;
    require_not_withdrawn(row)?;
    if record.positions.iter().any(|latest| new.equals(latest, call)) {
        return Ok(Write::unchanged(record));
    }
    check_date(row, new, call)?;
    match new.position {
        Position::BodyView => check_view(row, new)?,
        Position::AssuranceOpinion => {}
        Position::InspectorateStatus => check_decision(row, new, call)?,
    }
    let before = snapshot(row)?;
    let entry = PositionEntry {
        position: new.position,
        value: new.value.to_owned(),
        note: new.note.clone(),
        source: new.source.clone(),
        date: new.date.unwrap_or_else(|| call.today()),
        by: call.actor.display_name().to_owned(),
        at: call.at,
    };
    let statements = store::insert_entry(tx, row, &entry);
    let event = Event::new("assignment", id, row.version + 1, "record_position")
        .area(&row.area)
        .parent(row.recommendation_id)
        .before(before)
        .fields(vec![entry.position.as_str()])
        .adding_row()
        .note(entry.note.clone().map(|text| EventNote { text, side: None }));
    apply_to_record(entry, &mut record)?;
    let event = event.after(snapshot(&record.row)?);
    Ok(Write::new(record, event).with_statements(statements))
}

/// Changes the record as the insertion of an entry will change it.
fn apply_to_record(entry: PositionEntry, record: &mut AssignmentRecord) -> Result<(), Problem> {
    let AssignmentRecord { row, positions, .. } = record;
    match entry.position {
        Position::BodyView => row.body_view = entry.value.parse().map_err(Problem::internal)?,
        Position::AssuranceOpinion => row.assurance_opinion = entry.value.parse().map_err(Problem::internal)?,
        Position::InspectorateStatus => row.inspectorate_status = entry.value.parse().map_err(Problem::internal)?,
    }
    row.version += 1;
    row.updated_at = entry.at;
    positions.retain(|latest| latest.position != entry.position);
    positions.push(entry);
    positions.sort_by_key(|latest| latest.position.as_str());
    Ok(())
}

/// Checks that the entry's day is neither in the future nor before the report.
fn check_date(row: &AssignmentRow, new: &NewPosition, call: &Call) -> Result<(), Problem> {
    let Some(date) = new.date else { return Ok(()) };
    let fault = |detail: String| Err(Problem::invalid(vec![Fault::body("/date", "out_of_range", detail)]));
    match row.published_on {
        _ if date > call.today() => fault(format!("`date` is {date}; it must be {} or earlier.", call.today())),
        Some(report) if date < report => {
            fault(format!("`date` is {date}; it must be {report}, the report's day, or later."))
        }
        _ => Ok(()),
    }
}

/// Checks that a view of `assured` rests on accepted evidence.
fn check_view(row: &AssignmentRow, new: &NewPosition) -> Result<(), Problem> {
    if new.value != BodyView::Assured.as_str() || row.accepted_evidence_count > 0 {
        return Ok(());
    }
    let detail = "The view `assured` needs at least one accepted item of evidence. Accept evidence first.";
    let fault = Fault::record("/accepted_evidence_count", "accepted_evidence", detail);
    Err(Problem::with_faults(ProblemKind::NeedsUnmet, vec![fault]))
}

/// Checks that the workflow permits the inspectorate's decision after the present one.
fn check_decision(row: &AssignmentRow, new: &NewPosition, call: &Call) -> Result<(), Problem> {
    let Some(decision) = Decision::find(new.value) else {
        let detail = format!("`{}` is not a decision. Send `closed`, `closed_verified` or `reopened`.", new.value);
        return Err(Problem::invalid(vec![Fault::body("/value", "unknown_value", detail)]));
    };
    let allowed = || WORKFLOW.allowed(row.inspectorate_status, &call.actor, |_| Vec::new());
    WORKFLOW.authorise(row.inspectorate_status, decision, &call.actor, allowed).map(drop)
}

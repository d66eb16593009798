//! Adds an update to an assignment.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{AssignmentUpdate, AssignmentUpdateCreation};
use super::store;
use crate::api::{Fault, Problem};
use crate::assignments::store as assignments;
use crate::assignments::views::require_not_withdrawn;
use crate::auth::{Call, Scope, Side};
use crate::db::{Event, Snapshot, Tx, Write};

/// Returns the side that the caller reports for. A caller of both sides reports for the force's.
///
/// # Errors
///
/// 403 if the caller is of neither side, as an auditor is.
pub fn reporting_side(scope: &Scope) -> Result<Side, Problem> {
    Side::acting(scope.sides())
        .ok_or_else(|| Problem::forbidden("Only the policing body's side and the force's side may add updates."))
}

/// An update that an imported tracker states.
#[derive(Clone, Debug)]
pub struct ImportedUpdate {
    /// The report.
    pub text: String,
    /// The day that the update reports on.
    pub date: NaiveDate,
    /// A sentence that names the file and its day.
    pub source: String,
}

/// Adds an update to an assignment of the caller's areas.
///
/// # Errors
///
/// 409 if the inspection is withdrawn; 422 if the date is in the future.
pub async fn create(
    tx: &Tx<'_>,
    assignment_id: Uuid,
    side: Side,
    creation: &AssignmentUpdateCreation,
    call: &Call,
) -> Result<Write<AssignmentUpdate>, Problem> {
    let date = creation.date.unwrap_or_else(|| call.today());
    add(tx, assignment_id, side, (creation.text.to_string(), date), None, call).await
}

/// Adds an update that an imported tracker states.
///
/// # Errors
///
/// As [`create`].
pub async fn record_imported(
    tx: &Tx<'_>,
    assignment_id: Uuid,
    side: Side,
    update: ImportedUpdate,
    call: &Call,
) -> Result<Write<AssignmentUpdate>, Problem> {
    add(tx, assignment_id, side, (update.text, update.date), Some(update.source), call).await
}

async fn add(
    tx: &Tx<'_>,
    assignment_id: Uuid,
    side: Side,
    (text, date): (String, NaiveDate),
    source: Option<String>,
    call: &Call,
) -> Result<Write<AssignmentUpdate>, Problem> {
    let today = call.today();
    let found = assignments::find(tx, &call.actor.scope(), assignment_id).await?;
    let assignment = found.ok_or_else(Problem::not_found)?.row;
    require_not_withdrawn(&assignment)?;
    if date > today {
        let detail = format!("`date` is {date}; it must be {today} or earlier.");
        return Err(Problem::invalid(vec![Fault::body("/date", "out_of_range", detail)]));
    }
    let update = AssignmentUpdate {
        id: Uuid::now_v7(),
        assignment_id,
        area: assignment.area,
        date,
        text,
        side,
        by: call.actor.display_name().to_owned(),
        source,
        created_at: call.at,
        links: AssignmentUpdate::links(assignment_id),
    };
    store::insert(tx, &update).await?;
    let event = Event::new("assignment_update", update.id, 1, "add").area(&update.area).parent(assignment_id);
    let event = event.after(Snapshot::new(&update)?);
    Ok(Write::new(update, event).with_statements([store::end_blank(tx, assignment_id)]))
}

//! Writes the force's part of an imported position to an assignment that nobody has moved since it was opened.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::api::Problem;
use crate::assignments::model::TargetChange;
use crate::assignments::store::{self, AssignmentRecord};
use crate::assignments::views::{require_not_withdrawn, snapshot};
use crate::assignments::workflow::ForceStatus;
use crate::auth::Call;
use crate::db::{Event, EventNote, Tx, Write};
use crate::vocabulary::WireName;

/// The force's part of an imported position.
#[derive(Clone, Debug)]
pub struct ImportedForcePosition {
    /// The person in the force who owns the work.
    pub owner: Option<String>,
    /// The force's own target day.
    pub local_target_on: Option<NaiveDate>,
    /// The status that the force states.
    pub force_status: Option<ForceStatus>,
    /// A sentence that names the file and its day. It becomes the reason of the target and the note of the event.
    pub source: String,
}

/// Writes the force's part of an imported position to an assignment of the caller's areas. A member that the position
/// does not state stays as it is. Returns the record as it will be.
///
/// The workflow's rules take one step at a time, and a tracker states only where the work stands. So this does not
/// follow them: the caller checks the needs of the position.
///
/// # Errors
///
/// 404 if the caller has no such assignment; 409 if its inspection is withdrawn.
pub async fn record_imported(
    tx: &Tx<'_>,
    id: Uuid,
    imported: ImportedForcePosition,
    call: &Call,
) -> Result<Write<AssignmentRecord>, Problem> {
    let mut record = store::lock(tx, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
    require_not_withdrawn(&record.row)?;
    let before = snapshot(&record.row)?;
    let row = &mut record.row;
    let from = row.force_status;
    let mut fields = Vec::new();
    if let Some(owner) = imported.owner {
        row.owner = Some(owner);
        fields.push("owner");
    }
    if let Some(target) = imported.local_target_on.filter(|target| Some(*target) != row.local_target_on) {
        store::insert_target_change(tx, row, row.local_target_on, Some(target), &imported.source).await?;
        record.target_changes.push(TargetChange {
            from: row.local_target_on,
            to: Some(target),
            reason: imported.source.clone(),
            by: call.actor.display_name().to_owned(),
            at: call.at,
        });
        row.local_target_on = Some(target);
        fields.push("local_target_on");
    }
    let to = imported.force_status.unwrap_or(from);
    if to != from {
        fields.push("force_status");
    }
    if from == ForceStatus::DependentOnOther && to != from {
        row.dependency = None;
        fields.push("dependency");
    }
    if to == ForceStatus::AwaitingSignOff {
        // Another person must sign off what this person states.
        row.submitted_issuer = Some(call.actor.issuer.clone());
        row.submitted_subject = Some(call.actor.subject.clone());
    }
    row.force_status = to;
    let statement = store::update_as_imported(tx, row, from);
    row.version += 1;
    row.updated_at = call.at;
    let mut event = Event::new("assignment", id, row.version, "record_imported_position")
        .area(&row.area)
        .parent(row.recommendation_id)
        .before(before)
        .after(snapshot(row)?)
        .fields(fields)
        .note(Some(EventNote { text: imported.source, side: None }));
    if to != from {
        event = event.transition(from.as_str(), to.as_str());
    }
    Ok(Write::new(record, event).with_statements([statement]))
}

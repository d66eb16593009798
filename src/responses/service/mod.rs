//! Writes of responses: transitions, amendments of texts, explanations, and imports. Each returns the record as it will
//! be, with its audit events.

mod amendment;
mod explanations;
mod imported_texts;
mod record_published;
mod transition;

use serde_json::json;
use uuid::Uuid;

use super::store::{self, ResponseRecord, ResponseRow};
use super::views::{self, snapshot};
use crate::api::{Problem, ProblemKind};
use crate::auth::Call;
use crate::db::{Event, Tx, Write};
use crate::inspections;
use crate::people::assignees::AssigneeChange;
use crate::vocabulary::WireName;

pub use amendment::update;
pub use explanations::{delete_explanation, put_explanation, put_explanations};
pub use imported_texts::{
    ImportedTexts, discard_pending_texts, open_pending_texts, remove_imported_texts, store_imported_texts,
};
pub use transition::transition;

/// Finds a response of the caller's areas and checks its version against the caller's precondition.
async fn find_at_version(
    tx: &Tx<'_>,
    id: Uuid,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<ResponseRecord, Problem> {
    let record = store::find(tx, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
    check_version(record.row.version)?;
    Ok(record)
}

/// Returns why the texts and explanations of a response cannot be edited, or `None` if they can be.
fn why_not_editable(row: &ResponseRow) -> Option<String> {
    let (state, inspection) = (row.state, row.inspection.state);
    if inspection != inspections::State::Published {
        return Some(format!("The inspection is `{inspection}`, so its response cannot be edited."));
    }
    let editable = "`received`, `awaiting_comments` or `drafting`";
    (!state.is_editable()).then(|| format!("The response is `{state}`; it can be edited only while it is {editable}."))
}

fn require_editable(record: &ResponseRecord, call: &Call) -> Result<(), Problem> {
    let Some(detail) = why_not_editable(&record.row) else { return Ok(()) };
    Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
        .member("state", record.row.state.as_str())
        .member("allowed_actions", json!(views::allowed_actions(record, call))))
}

/// Refuses to assign a response of a withdrawn inspection.
fn require_not_withdrawn(record: &ResponseRecord) -> Result<(), Problem> {
    if record.row.inspection.state != inspections::State::Withdrawn {
        return Ok(());
    }
    let detail = "The inspection is withdrawn, so its response cannot be assigned.";
    Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
        .member("state", record.row.state.as_str())
        .member("allowed_actions", json!([])))
}

/// Increases the version after an amendment, reads the record again, and describes the amendment in an audit event.
async fn finish_amendment(
    tx: &Tx<'_>,
    before: &ResponseRecord,
    fields: Vec<&'static str>,
    call: &Call,
) -> Result<Write<ResponseRecord>, Problem> {
    let after = write_row(tx, &before.row, call).await?;
    let event = amendment_event(before, &after, fields, call)?;
    Ok(Write::new(after, event))
}

/// Writes a row with the next version, and returns the response as it is then.
async fn write_row(tx: &Tx<'_>, row: &ResponseRow, call: &Call) -> Result<ResponseRecord, Problem> {
    let scope = call.actor.scope();
    let (_, after) = tokio::try_join!(
        biased;
        tx.write(store::update(tx, row, None)),
        store::find(tx, &scope, row.id),
    )?;
    after.ok_or_else(Problem::not_found)
}

/// Does the same as [`finish_amendment`] for an amendment that also assigns the response. `row` is what is written.
async fn finish_assignment(
    tx: &Tx<'_>,
    (before, row): (&ResponseRecord, &ResponseRow),
    mut fields: Vec<&'static str>,
    assignee: &AssigneeChange,
    call: &Call,
) -> Result<Write<ResponseRecord>, Problem> {
    let after = write_row(tx, row, call).await?;
    fields.extend(assignee.is_change().then_some("assigned_to"));
    let mut event = amendment_event(before, &after, fields, call)?;
    event.before = event.before.map(|snapshot| AssigneeChange::add_before(Some(assignee), snapshot)).transpose()?;
    event.after = event.after.map(|snapshot| AssigneeChange::add_after(Some(assignee), snapshot)).transpose()?;
    Ok(Write::new(after, event))
}

/// Returns the audit event of an amendment. Of the members that the request names, it names those that changed.
fn amendment_event(
    before: &ResponseRecord,
    after: &ResponseRecord,
    mut fields: Vec<&'static str>,
    call: &Call,
) -> Result<Event, Problem> {
    let scope = call.actor.scope();
    fields.retain(|name| match *name {
        "policing_body_comments" => before.content.policing_body_comments != after.content.policing_body_comments,
        "reply_to_chief_officer" => before.content.reply_to_chief_officer != after.content.reply_to_chief_officer,
        "chief_officer_comments" => before.row.draft != after.row.draft,
        _ => true,
    });
    Ok(Event::new("response", after.row.id, after.row.version, "amend")
        .area(&after.row.area)
        .parent(after.row.inspection_id)
        .fields(fields)
        .before(snapshot(before, &scope)?)
        .after(snapshot(after, &scope)?))
}

/// Returns the audit event that stores a response's present content, after the content of its earlier events was
/// erased. Returns `None` if the response no longer exists.
pub async fn erasure_event(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Option<Event>, Problem> {
    let scope = call.actor.scope();
    let Some(record) = store::find(tx, &scope, id).await? else { return Ok(None) };
    let event = Event::new("response", id, record.row.version, "erase").area(&record.row.area);
    Ok(Some(event.parent(record.row.inspection_id).after(snapshot(&record, &scope)?)))
}

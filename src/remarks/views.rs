//! A remark as a caller of its side sees it, and as the audit log stores it: in a part for its side alone.

use std::collections::BTreeMap;

use super::model::{Remark, RemarkPassage, RemarkRow};
use super::passage::PlacedRemark;
use super::workflow::{Need, WORKFLOW};
use crate::api::{Fault, Problem};
use crate::auth::Call;
use crate::db::{Event, Snapshot};
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

/// Returns a fault for each way in which a need is not met.
pub fn unmet(need: Need, row: &RemarkRow) -> Vec<Fault> {
    match need {
        Need::BeginsThread if !row.begins_thread() => {
            let detail = "This remark is an answer. Resolve or reopen the remark that begins the thread: `thread_id`.";
            vec![Fault::record("/thread_id", need.as_str(), detail)]
        }
        Need::BeginsThread => vec![],
    }
}

/// Returns the actions that the caller may perform on a remark. There are none for callers of another side.
pub fn allowed_actions(row: &RemarkRow, call: &Call) -> Vec<AllowedAction> {
    if !call.actor.scope().sides().contains(&row.side) {
        return Vec::new();
    }
    WORKFLOW.allowed(row.state, &call.actor, |need| unmet(need, row))
}

/// Returns true if the caller made the remark.
pub fn is_own(row: &RemarkRow, call: &Call) -> bool {
    call.actor.is_same_person(&row.author_issuer, &row.author_subject)
}

/// Returns the remark as a caller who may read it sees it.
pub fn view(PlacedRemark { row, place: passage_place }: PlacedRemark, call: &Call) -> Remark {
    let (own, allowed_actions) = (is_own(&row, call), allowed_actions(&row, call));
    let place = row.quotation_start.zip(row.quotation_end);
    Remark {
        links: links(&row),
        own,
        allowed_actions,
        passage_found: row.quotation.as_ref().map(|_| passage_place.is_some()),
        passage_place,
        passage: row.quotation.zip(place).map(|(quotation, (start, end))| RemarkPassage { quotation, start, end }),
        id: row.id,
        response_id: row.response_id,
        area: row.area,
        side: row.side,
        thread_id: row.thread_id,
        answers: row.answers,
        member: row.member,
        recommendation_id: row.recommendation_id,
        text: row.text,
        by: row.author_name.unwrap_or(row.author_subject),
        state: row.state,
        resolved_by: row.resolved_by,
        resolved_at: row.resolved_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

fn links(row: &RemarkRow) -> BTreeMap<&'static str, String> {
    let id = row.id;
    [
        ("self", format!("/v1/remarks/{id}")),
        ("response", format!("/v1/responses/{}", row.response_id)),
        ("thread", format!("/v1/responses/{}/remarks?thread_id={}", row.response_id, row.thread_id)),
        ("transitions", format!("/v1/remarks/{id}/transitions")),
    ]
    .into()
}

/// Returns the stored members of a remark. The state of an answer is that of its thread, and no part of it.
fn snapshot(row: &RemarkRow) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(row).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut().filter(|_| !row.begins_thread()) {
        ["state", "resolved_by", "resolved_at"].iter().for_each(|member| drop(members.remove(*member)));
    }
    Snapshot::default().side(row.side, &value)
}

/// Returns the audit event of an action on a remark.
pub fn event(action: &'static str, before: Option<&RemarkRow>, after: &RemarkRow) -> Result<Event, Problem> {
    let event = Event::new("remark", after.id, after.version, action)
        .area(&after.area)
        .parent(after.response_id)
        .after(snapshot(after)?);
    Ok(match before {
        Some(before) => event.before(snapshot(before)?),
        None => event,
    })
}

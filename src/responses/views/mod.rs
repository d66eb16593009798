//! Decides which parts of a response each caller sees. The policing body's side sees its own drafts, the force's side
//! its own, auditors both, and everyone the published edition.

mod snapshot;

use chrono::NaiveDate;

use super::content::{ChiefOfficerComments, CommentsStatus, Edition};
use super::model::{Approval, Invitation, NotRequired, Publication, Response};
use super::store::{PublishedResponse, ResponseListItem, ResponseRecord, ResponseRow};
use super::workflow::{ResponseContext, WORKFLOW, missing_explanations, unmet};
use crate::auth::{Call, Side};
use crate::inspections;
use crate::workflow::AllowedAction;

pub use snapshot::{ResponseSnapshot, snapshot, snapshot_of_opened};

/// Returns the actions that the caller may take on a response of its own area. There are none once the inspection is
/// withdrawn.
pub fn allowed_actions(record: &ResponseRecord, call: &Call) -> Vec<AllowedAction> {
    if record.row.inspection.state == inspections::State::Withdrawn {
        return Vec::new();
    }
    let missing = missing_explanations(record);
    let context = ResponseContext::new(record, &missing, call);
    WORKFLOW.allowed(record.row.state, &call.actor, |need| unmet(need, &context, None))
}

fn publication(edition: &Edition, due_on: Option<NaiveDate>) -> Publication {
    Publication {
        published_at: edition.published_at,
        published_on: edition.published_on,
        first_published_at: edition.first_published_at,
        url: edition.url.clone(),
        on_time: due_on.map(|due| edition.first_published_on <= due),
        recorded_afterwards: edition.recorded_afterwards,
        signed_by: edition.signed_by.clone(),
        explanations_incomplete: !edition.missing_explanations.is_empty(),
    }
}

/// Returns an item of a list as its reader sees it.
pub fn list_item(item: ResponseListItem, call: Option<&Call>) -> Response {
    match (item, call) {
        (ResponseListItem::Own(record), Some(call)) => view_for_area(*record, call),
        (ResponseListItem::Published(response), _) => published(*response),
        (ResponseListItem::Own(_), None) => unreachable!("public lists hold published responses only"),
    }
}

/// Returns an item of a list as of the call's instant, without the allowed actions and the person
/// assigned: those apply only to the present.
pub fn list_item_as_of(item: ResponseListItem, call: &Call) -> Response {
    Response { allowed_actions: None, assigned_to: None, ..list_item(item, Some(call)) }
}

/// Returns a response as a caller of its own area sees it.
pub fn view_for_area(record: ResponseRecord, call: &Call) -> Response {
    let scope = call.actor.scope();
    let (sees_body, sees_force) = (scope.reads(Side::PolicingBody), scope.reads(Side::Force));
    let allowed_actions = Some(allowed_actions(&record, call));
    let missing = missing_explanations(&record);
    let ResponseRecord { row, content, assigned_to, holidays, .. } = record;
    let edition = row.published.as_ref();
    // The force's side sees the policing body's texts as published, never as drafted.
    let body_content = if sees_body { Some(&content) } else { edition.map(|edition| &edition.content) };
    let mut comments = content.chief_officer_comments.clone();
    if sees_force {
        if comments.status == CommentsStatus::Awaited {
            comments.text.clone_from(&row.draft);
        }
        comments.draft.clone_from(&row.draft);
    }
    let publication = edition.map(|edition| publication(edition, row.due_on));
    let (days_left, not_yet_recorded) = (row.days_left(call.today()), row.is_not_yet_recorded());
    let mut links = Response::links(row.id, row.inspection_id, &row.area);
    links.insert("remarks", format!("/v1/responses/{}/remarks", row.id));
    Response {
        links,
        id: row.id,
        inspection_id: row.inspection_id,
        state: row.state,
        assigned_to,
        edition: row.edition,
        due_on: row.due_on,
        working_day: row.due_on.map(|due| holidays.is_working_day(due)),
        last_working_day: row.due_on.map(|due| holidays.last_working_day(due)),
        days_left,
        overdue: days_left.is_some_and(|days| days < 0),
        not_yet_recorded,
        on_time: publication.as_ref().and_then(|publication| publication.on_time),
        invitation: row
            .invited_on
            .zip(row.comments_due_on)
            .map(|(invited_on, comments_due_on)| Invitation { invited_on, comments_due_on }),
        chief_officer_comments: comments,
        policing_body_comments: body_content.and_then(|content| content.policing_body_comments.clone()),
        reply_to_chief_officer: body_content.and_then(|content| content.reply_to_chief_officer.clone()),
        explanations: body_content.map(|content| content.explanations.clone()).unwrap_or_default(),
        missing_explanations: sees_body.then(|| missing.into_iter().map(|(id, _)| id).collect()),
        approval: approval(&row).filter(|_| sees_body || is_current_edition_published(&row)),
        publication,
        copies: row.copies,
        not_required: row.not_required_reason.map(|reason| NotRequired {
            reason,
            duplicate_of: row.duplicate_of,
            note: row.not_required_note,
        }),
        allowed_actions,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        inspection: row.inspection,
        area: row.area,
    }
}

/// Returns true if the approved edition is the published one.
///
/// Before that, the approval's digest would let the force's side test guesses of the policing body's draft.
fn is_current_edition_published(row: &ResponseRow) -> bool {
    row.published.as_ref().is_some_and(|published| published.edition == row.edition)
}

fn approval(row: &ResponseRow) -> Option<Approval> {
    Some(Approval { by: row.approved_by.clone()?, at: row.approved_at?, content_sha256: row.approved_sha256.clone()? })
}

/// Returns a response as everyone sees it: its current published edition.
pub fn published(response: PublishedResponse) -> Response {
    let publication = publication(&response.edition, response.due_on);
    let Edition { edition, content, missing_explanations, .. } = response.edition;
    Response {
        links: Response::links(response.id, response.inspection_id, &response.area),
        id: response.id,
        inspection_id: response.inspection_id,
        area: response.area,
        inspection: response.inspection,
        state: response.state,
        assigned_to: None,
        edition,
        due_on: response.due_on,
        working_day: None,
        last_working_day: None,
        days_left: None,
        overdue: false,
        not_yet_recorded: false,
        on_time: publication.on_time,
        invitation: None,
        chief_officer_comments: ChiefOfficerComments { draft: None, ..content.chief_officer_comments },
        policing_body_comments: content.policing_body_comments,
        reply_to_chief_officer: content.reply_to_chief_officer,
        explanations: content.explanations,
        missing_explanations: Some(missing_explanations),
        approval: None,
        publication: Some(publication),
        copies: response.copies,
        not_required: None,
        allowed_actions: None,
        version: response.version,
        created_at: response.created_at,
        updated_at: response.updated_at,
    }
}

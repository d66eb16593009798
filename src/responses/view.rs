//! Who sees what of a response: the policing body its drafts, the force its own, audit both, everyone what is published.

use chrono::NaiveDate;

use super::content::{ChiefOfficerComments, CommentsStatus, Edition};
use super::model::{Approval, Invitation, NotRequired, Publication, Response};
use super::needs::{ResponseContext, missing, unmet};
use super::store::{File, Listed, PublishedRecord, Record};
use super::workflow::{State, WORKFLOW};
use crate::auth::{Call, Side};
use crate::calendar::days_until;
use crate::inspections;
use crate::workflow::AllowedAction;

/// What the caller may do with its own file.
pub fn allowed(file: &File, call: &Call) -> Vec<AllowedAction> {
    if file.record.inspection.state == inspections::State::Withdrawn {
        return Vec::new();
    }
    let missing = missing(&file.required, &file.content.explanations);
    let facts = ResponseContext {
        record: &file.record,
        content: &file.content,
        missing: &missing,
        actor: &call.actor,
        today: call.today(),
    };
    WORKFLOW.allowed(file.record.state, &call.actor, |need| unmet(need, &facts, None))
}

fn publication(edition: &Edition, due_on: Option<NaiveDate>) -> Publication {
    Publication {
        published_at: edition.published_at,
        published_on: edition.published_on,
        first_published_at: edition.first_published_at,
        url: edition.url.clone(),
        on_time: due_on.map(|due| edition.first_published_on <= due),
        recorded_afterwards: edition.recorded_afterwards,
    }
}

/// One of a list as its reader sees it.
pub fn listed(listed: Listed, call: Option<&Call>) -> Response {
    match (listed, call) {
        (Listed::Own(file), Some(call)) => own(*file, call),
        (Listed::Published(record), _) => public(*record),
        (Listed::Own(_), None) => unreachable!("the public's role reads no files"),
    }
}

/// The same as it was at the instant of a call; what can be done is a matter of the present.
pub fn then(it: Listed, call: &Call) -> Response {
    Response { allowed_actions: None, ..listed(it, Some(call)) }
}

/// The response as a caller of its area sees it.
pub fn own(file: File, call: &Call) -> Response {
    let scope = call.actor.scope();
    let (sees_body, sees_force) = (scope.reads(Side::PolicingBody), scope.reads(Side::Force));
    let allowed_actions = Some(allowed(&file, call));
    let missing = missing(&file.required, &file.content.explanations);
    let File { record, content, .. } = file;
    let published = record.published.as_ref();
    // Beside the body's drafts stands what was published; the force sees that alone.
    let shown = if sees_body { Some(&content) } else { published.map(|edition| &edition.content) };
    let mut comments = content.chief_officer_comments.clone();
    if sees_force {
        if comments.status == CommentsStatus::Awaited {
            comments.text.clone_from(&record.draft);
        }
        comments.draft.clone_from(&record.draft);
    }
    let publication = published.map(|edition| publication(edition, record.due_on));
    let running = published.is_none() && record.state != State::NotRequired && inspection_stands(&record);
    let days_left = record.due_on.filter(|_| running).map(|due| days_until(due, call.today()));
    Response {
        links: Response::links(record.id, record.inspection_id, &record.area),
        id: record.id,
        inspection_id: record.inspection_id,
        state: record.state,
        edition: record.edition,
        due_on: record.due_on,
        days_left,
        overdue: days_left.is_some_and(|days| days < 0),
        on_time: publication.as_ref().and_then(|publication| publication.on_time),
        invitation: record
            .invited_on
            .zip(record.comments_due_on)
            .map(|(invited_on, comments_due_on)| Invitation { invited_on, comments_due_on }),
        chief_officer_comments: comments,
        policing_body_comments: shown.and_then(|shown| shown.policing_body_comments.clone()),
        reply_to_chief_officer: shown.and_then(|shown| shown.reply_to_chief_officer.clone()),
        explanations: shown.map(|shown| shown.explanations.clone()).unwrap_or_default(),
        missing_explanations: sees_body.then(|| missing.into_iter().map(|(id, _)| id).collect()),
        approval: approval(&record).filter(|_| sees_body || is_shown(&record)),
        publication,
        copies: record.copies,
        not_required: record.not_required_reason.map(|reason| NotRequired {
            reason,
            duplicate_of: record.duplicate_of,
            note: record.not_required_note,
        }),
        allowed_actions,
        version: record.version,
        created_at: record.created_at,
        updated_at: record.updated_at,
        inspection: record.inspection,
        area: record.area,
    }
}

fn inspection_stands(record: &Record) -> bool {
    record.inspection.state == inspections::State::Published
}

/// Whether what was approved is what anyone may read. Before that its digest would let the force try out what the draft
/// might say.
fn is_shown(record: &Record) -> bool {
    record.published.as_ref().is_some_and(|published| published.edition == record.edition)
}

fn approval(record: &Record) -> Option<Approval> {
    Some(Approval {
        by: record.approved_by.clone()?,
        at: record.approved_at?,
        content_sha256: record.approved_sha256.clone()?,
    })
}

/// The response as everyone sees it.
pub fn public(record: PublishedRecord) -> Response {
    let publication = publication(&record.edition, record.due_on);
    let Edition { edition, content, .. } = record.edition;
    Response {
        links: Response::links(record.id, record.inspection_id, &record.area),
        id: record.id,
        inspection_id: record.inspection_id,
        area: record.area,
        inspection: record.inspection,
        state: record.state,
        edition,
        due_on: record.due_on,
        days_left: None,
        overdue: false,
        on_time: publication.on_time,
        invitation: None,
        chief_officer_comments: ChiefOfficerComments { draft: None, ..content.chief_officer_comments },
        policing_body_comments: content.policing_body_comments,
        reply_to_chief_officer: content.reply_to_chief_officer,
        explanations: content.explanations,
        missing_explanations: Some(Vec::new()),
        approval: None,
        publication: Some(publication),
        copies: record.copies,
        not_required: None,
        allowed_actions: None,
        version: record.version,
        created_at: record.created_at,
        updated_at: record.updated_at,
    }
}

//! Performs a transition of a response: checks the workflow and the needs, then changes the row, its texts and its
//! editions.

use chrono::{Days, NaiveDate};
use serde_json::json;
use uuid::Uuid;

use super::record_published;
use crate::api::text::SingleLineText;
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::Call;
use crate::calendar::{london_date, london_noon};
use crate::db::{Event, EventNote, Tx, Write, WriteStatement};
use crate::inspections;
use crate::responses::content::{ChiefOfficerComments, CommentsStatus, Content, Edition};
use crate::responses::model::{Copy, Recipient};
use crate::responses::printed::PrintedReport;
use crate::responses::requests::ResponseTransition;
use crate::responses::store::{self, ResponseRecord, ResponseRow, ResponseTextKind};
use crate::responses::views::{self, snapshot};
use crate::responses::workflow::{ResponseContext, State, WORKFLOW, missing_explanations, unmet};
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

/// Performs a transition of a response of the caller's areas. Returns the record as it will be after the commit.
///
/// The statements are sent together with the commit, and the record is computed: reading it back would cost a round
/// trip.
///
/// # Errors
///
/// 403 or 409 if the workflow does not permit the action; 422 if a need is not met.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    mut request: ResponseTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<ResponseRecord>, Problem> {
    let scope = call.actor.scope();
    let (record, duplicate_exists) =
        tokio::try_join!(biased; store::lock(tx, &scope, id), duplicate_exists(tx, &request))?;
    let mut record = record.ok_or_else(Problem::not_found)?;
    check_version(record.row.version)?;
    let (explanations, explanation_faults) = record_published::merge_explanations(tx, &request, &record).await?;
    let permitted = authorise(&record, &mut request, duplicate_exists, explanation_faults, call)?;
    let before = snapshot(&record, &scope)?;
    apply_to_row(&request, &mut record, call)?;
    let mut all_copies_sent = false;
    let statements = match &request {
        ResponseTransition::SubmitComments { text, .. } => submit_comments(tx, &mut record, text.as_deref()),
        ResponseTransition::NilReturn { .. } => submit_comments(tx, &mut record, None),
        ResponseTransition::Publish { url, published_on } => {
            publish(tx, &mut record, url.as_deref(), *published_on, call).await?.into()
        }
        ResponseTransition::RecordPublished { .. } => {
            let applied = record_published::apply(tx, &mut record, &request, explanations, call).await?;
            let mut statements = applied.0;
            all_copies_sent = applied.1;
            statements.push(store::update_copies(tx, &record.row, permitted.to(all_copies_sent)));
            statements
        }
        ResponseTransition::RecordCopy { recipient, sent_on, channel, reference } => {
            let reference = reference.as_deref().map(str::to_owned);
            let copy = Copy { recipient: *recipient, sent_on: *sent_on, channel: channel.to_string(), reference };
            let copies = &mut record.row.copies;
            copies.push(copy);
            all_copies_sent = Recipient::are_all_in(copies);
            vec![store::update_copies(tx, &record.row, permitted.to(all_copies_sent))]
        }
        _ => Vec::new(),
    };
    // The row comes first: row security reads in it whether the policing body may write the chief officer's comments.
    let row = store::update(tx, &record.row, Some((&permitted, all_copies_sent)));
    let (from, to) = (permitted.from(), permitted.to(all_copies_sent));
    record.row.state = to;
    record.row.version += 1;
    record.row.updated_at = call.at;
    let action = request.action();
    let note_side = action.note_side();
    let event = Event::new("response", id, record.row.version, action.as_str())
        .area(&record.row.area)
        .parent(record.row.inspection_id)
        .transition(from.as_str(), to.as_str())
        .before(before)
        .after(snapshot(&record, &scope)?)
        .note(request.note().map(|text| EventNote { text: text.to_owned(), side: note_side }));
    Ok(Write::new(record, event).with_statements([row]).with_statements(statements))
}

/// Returns true unless the request names a duplicate inspection that does not exist.
async fn duplicate_exists(tx: &Tx<'_>, request: &ResponseTransition) -> Result<bool, Problem> {
    match request {
        ResponseTransition::MarkNotRequired { duplicate_of: Some(other), .. } => {
            Ok(inspections::store::find(tx, *other).await?.is_some())
        }
        _ => Ok(true),
    }
}

/// Checks the workflow and every need of the action. Sets the default last day for comments first, if it is absent.
fn authorise(
    record: &ResponseRecord,
    request: &mut ResponseTransition,
    duplicate_exists: bool,
    explanation_faults: Vec<Fault>,
    call: &Call,
) -> Result<PermittedTransition<State>, Problem> {
    let row = &record.row;
    let allowed = || views::allowed_actions(record, call);
    let (permitted, needs) = WORKFLOW.authorise(row.state, request.action(), &call.actor, allowed)?;
    if row.inspection.state != inspections::State::Published {
        let detail = "The inspection is withdrawn, so no response to it is required or possible.";
        return Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
            .member("state", row.state.as_str())
            .member("allowed_actions", json!([])));
    }
    if let ResponseTransition::Invite { comments_due_on: due @ None } = request {
        let by_area = call.today() + Days::new(u64::from(row.comments_days.unsigned_abs()));
        let last = row.due_on.filter(|last| *last >= call.today());
        *due = Some(last.map_or(by_area, |last| by_area.min(last)));
    }
    let missing = missing_explanations(record);
    let context = ResponseContext::new(record, &missing, call);
    let mut faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &context, Some(request))).collect();
    faults.extend(explanation_faults);
    if !duplicate_exists {
        let detail = "There is no inspection with this id that you may see.";
        faults.push(Fault::body("/duplicate_of", "unknown_reference", detail));
    }
    if faults.is_empty() { Ok(permitted) } else { Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults)) }
}

/// Changes the row as the action requires, except for its state: only the workflow table sets a state.
fn apply_to_row(request: &ResponseTransition, record: &mut ResponseRecord, call: &Call) -> Result<(), Problem> {
    let ResponseRecord { row, content, .. } = record;
    match request {
        ResponseTransition::Invite { comments_due_on } => {
            row.invited_on = Some(call.today());
            row.comments_due_on = *comments_due_on;
        }
        ResponseTransition::SubmitComments { signed_by, .. } => {
            sign_comments(row, CommentsStatus::Submitted, signed_by.as_ref(), call);
        }
        ResponseTransition::NilReturn { signed_by } => {
            sign_comments(row, CommentsStatus::NilReturn, signed_by.as_ref(), call);
        }
        ResponseTransition::Submit { .. } => {
            row.submitted_issuer = Some(call.actor.issuer.clone());
            row.submitted_subject = Some(call.actor.subject.clone());
        }
        ResponseTransition::Approve {} => {
            row.approved_issuer = Some(call.actor.issuer.clone());
            row.approved_subject = Some(call.actor.subject.clone());
            row.approved_by = Some(call.actor.display_name().to_owned());
            row.approved_at = Some(call.at);
            row.approved_sha256 = Some(content.sha256()?);
        }
        ResponseTransition::Return { .. } | ResponseTransition::Reopen { .. } => row.void_approval(),
        ResponseTransition::Correct { .. } => {
            row.void_approval();
            row.edition += 1;
        }
        ResponseTransition::MarkNotRequired { reason, duplicate_of, note } => {
            row.not_required_reason = Some(*reason);
            row.duplicate_of = *duplicate_of;
            row.not_required_note = note.as_deref().map(str::to_owned);
        }
        ResponseTransition::Reinstate { .. } => {
            row.not_required_reason = None;
            row.duplicate_of = None;
            row.not_required_note = None;
            row.invited_on = None;
            row.comments_due_on = None;
        }
        ResponseTransition::Proceed {}
        | ResponseTransition::Publish { .. }
        | ResponseTransition::RecordPublished { .. }
        | ResponseTransition::RecordCopy { .. } => {}
    }
    Ok(())
}

fn sign_comments(row: &mut ResponseRow, status: CommentsStatus, signed_by: Option<&SingleLineText>, call: &Call) {
    row.comments_status = status;
    row.comments_recorded_afterwards = false;
    row.comments_late = row.comments_due_on.is_some_and(|due| call.today() > due);
    row.signed_by = Some(signed_by.map_or(call.actor.display_name(), |name| name).to_owned());
    row.signed_at = Some(call.at);
}

/// Sets the chief officer's comments to the text of the request, or to the force's draft if the request has no text, and
/// deletes the draft. A nil return has no text.
fn submit_comments(tx: &Tx<'_>, record: &mut ResponseRecord, text: Option<&str>) -> Vec<WriteStatement> {
    let ResponseRecord { row, content, .. } = record;
    let draft = row.draft.take();
    let is_nil_return = row.comments_status == CommentsStatus::NilReturn;
    let text = text.map(str::to_owned).or(draft).filter(|_| !is_nil_return);
    let statements = vec![
        store::set_text(tx, row, ResponseTextKind::ChiefOfficerComments, text.as_deref()),
        store::set_text(tx, row, ResponseTextKind::ChiefOfficerDraft, None),
    ];
    content.chief_officer_comments = ChiefOfficerComments { text, ..row.comments() };
    statements
}

/// Publishes the approved content as an edition. The copies recorded so far belong to the previous edition.
async fn publish(
    tx: &Tx<'_>,
    record: &mut ResponseRecord,
    url: Option<&str>,
    on: Option<NaiveDate>,
    call: &Call,
) -> Result<[WriteStatement; 3], Problem> {
    let edition = new_edition(&record.row, &record.content, url, on, call)?;
    let printed = PrintedReport::find(tx, record.row.inspection_id, &record.row.area).await?;
    let statements = store::insert_edition(tx, &record.row, &edition, &printed);
    record.row.published = Some(edition);
    record.row.copies.clear();
    Ok(statements)
}

/// Returns the edition to publish. If it was published on an earlier day, that day's noon in London is its time, and it is
/// marked as recorded afterwards.
pub(super) fn new_edition(
    row: &ResponseRow,
    content: &Content,
    url: Option<&str>,
    on: Option<NaiveDate>,
    call: &Call,
) -> Result<Edition, Problem> {
    let past = on.filter(|on| *on < call.today());
    let published_at = past.map_or(call.at, london_noon);
    let first = row.published.as_ref();
    Ok(Edition {
        edition: row.edition,
        content_sha256: content.sha256()?,
        content: content.clone(),
        published_at,
        published_on: london_date(published_at),
        first_published_at: first.map_or(published_at, |first| first.first_published_at),
        first_published_on: first.map_or(london_date(published_at), |first| first.first_published_on),
        url: url.map(str::to_owned),
        recorded_afterwards: past.is_some(),
        signed_by: None,
        missing_explanations: Vec::new(),
        superseded_at: None,
    })
}

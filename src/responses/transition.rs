//! A transition carried out: leave from the table, needs met, effects on the record, its texts and its editions.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::content::{ChiefOfficerComments, CommentsStatus, Content, Edition};
use super::model::{Copy, Recipient};
use super::moves::ResponseMove;
use super::needs::{ResponseContext, missing, unmet};
use super::snapshot::snapshot;
use super::store::{self, File, Part, Record};
use super::view;
use super::workflow::{State, WORKFLOW};
use crate::api::{Fault, Kind, Problem};
use crate::auth::{Call, Side};
use crate::calendar::{london_date, london_noon};
use crate::db::{Event, EventNote, Tx, Write, WriteStatement};
use crate::inspections;
use crate::vocabulary::WireName;
use crate::workflow::Step;

/// Moves the caller's own file on; gives it as it then is. What is written is sent with the commit: nobody waits to read
/// again what is known already.
pub async fn advance(
    tx: &Tx<'_>,
    id: Uuid,
    mut asked: ResponseMove,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<File>, Problem> {
    let scope = call.actor.scope();
    // Sent together: one wait for both.
    let (file, named_exists) = tokio::try_join!(biased; store::lock(tx, &scope, id), named_exists(tx, &asked))?;
    let mut file = file.ok_or_else(Problem::not_found)?;
    check_version(file.record.version)?;
    let step = step(&file, &mut asked, named_exists, call)?;
    let before = snapshot(&file, &scope)?;
    asked.apply(&mut file.record, &file.content, call)?;
    let mut whole = false;
    let mut writes = match &asked {
        ResponseMove::SubmitComments { text, .. } => submit_comments(tx, &mut file, text.as_deref()),
        ResponseMove::NilReturn { .. } => submit_comments(tx, &mut file, None),
        ResponseMove::Publish { url, published_on } => {
            publish(tx, &mut file, url.as_deref(), *published_on, call)?.into()
        }
        ResponseMove::RecordCopy { recipient, sent_on, channel, reference } => {
            let reference = reference.as_deref().map(str::to_owned);
            let copy = Copy { recipient: *recipient, sent_on: *sent_on, channel: channel.to_string(), reference };
            file.record.copies.push(copy);
            whole = Recipient::ALL.iter().all(|each| file.record.copies.iter().any(|copy| copy.recipient == *each));
            vec![store::record_copies(tx, &file.record, step.to(whole))]
        }
        _ => Vec::new(),
    };
    writes.push(store::update(tx, &file.record, Some((&step, whole))));
    file.record.state = step.to(whole);
    file.record.version += 1;
    file.record.updated_at = call.at;
    let action = asked.action();
    let side = action.is_internal().then_some(Side::PolicingBody);
    let event = Event::new("response", id, file.record.version, action.as_str())
        .area(&file.record.area)
        .under(file.record.inspection_id)
        .moved(step.from().as_str(), step.to(whole).as_str())
        .before(before)
        .after(snapshot(&file, &scope)?)
        .note(asked.note().map(|text| EventNote { text: text.to_owned(), side }));
    Ok(Write::new(file, event).writing(writes))
}

/// Whether there is the other inspection that a move names, where it names one.
async fn named_exists(tx: &Tx<'_>, asked: &ResponseMove) -> Result<bool, Problem> {
    match asked {
        ResponseMove::MarkNotRequired { duplicate_of: Some(other), .. } => {
            Ok(inspections::store::find(tx, *other).await?.is_some())
        }
        _ => Ok(true),
    }
}

/// Leave from the table, and every need met; a day for comments that was left out is filled in first.
fn step(file: &File, asked: &mut ResponseMove, named_exists: bool, call: &Call) -> Result<Step<State>, Problem> {
    let allowed = || view::allowed(file, call);
    let (step, needs) = WORKFLOW.step(file.record.state, asked.action(), &call.actor, allowed)?;
    if file.record.inspection.state != inspections::State::Published {
        return Err(Problem::new(Kind::NotFromHere, "The inspection was withdrawn; there is nothing to respond to.")
            .member("state", file.record.state.as_str())
            .member("allowed_actions", json!([])));
    }
    if let ResponseMove::Invite { comments_due_on: due @ None } = asked {
        let asked_for = call.today() + chrono::Days::new(u64::from(file.record.comments_days.unsigned_abs()));
        let last = file.record.due_on.filter(|last| *last >= call.today());
        *due = Some(last.map_or(asked_for, |last| asked_for.min(last)));
    }
    let missing = missing(&file.required, &file.content.explanations);
    let facts = ResponseContext {
        record: &file.record,
        content: &file.content,
        missing: &missing,
        actor: &call.actor,
        today: call.today(),
    };
    let mut faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &facts, Some(asked))).collect();
    if !named_exists {
        faults.push(Fault::body("/duplicate_of", "unknown_reference", "There is no such inspection."));
    }
    if faults.is_empty() { Ok(step) } else { Err(Problem::with_faults(Kind::NeedsUnmet, faults)) }
}

/// What was sent, or else drafted, becomes the chief officer's comments; a nil return leaves none.
fn submit_comments(tx: &Tx<'_>, file: &mut File, text: Option<&str>) -> Vec<WriteStatement> {
    let File { record, content, .. } = file;
    let draft = record.draft.take();
    let nil = record.comments_status == CommentsStatus::NilReturn;
    let text = text.map(str::to_owned).or(draft).filter(|_| !nil);
    let writes = vec![
        store::write_text(tx, record, Part::ChiefOfficerComments, text.as_deref()),
        store::write_text(tx, record, Part::ChiefOfficerDraft, None),
    ];
    content.chief_officer_comments = ChiefOfficerComments { text, ..record.comments() };
    writes
}

/// Publishes what was approved; the copies that were sent are of the edition before.
fn publish(
    tx: &Tx<'_>,
    file: &mut File,
    url: Option<&str>,
    on: Option<NaiveDate>,
    call: &Call,
) -> Result<[WriteStatement; 3], Problem> {
    let edition = edition(&file.record, &file.content, url, on, call)?;
    let writes = store::publish(tx, &file.record, &edition);
    file.record.published = Some(edition);
    file.record.copies.clear();
    Ok(writes)
}

/// The edition that is published now, or was on a day in the past.
fn edition(
    record: &Record,
    content: &Content,
    url: Option<&str>,
    on: Option<NaiveDate>,
    call: &Call,
) -> Result<Edition, Problem> {
    let past = on.filter(|on| *on < call.today());
    let published_at = past.map_or(call.at, london_noon);
    let first = record.published.as_ref();
    Ok(Edition {
        edition: record.edition,
        content_sha256: content.sha256()?,
        content: content.clone(),
        published_at,
        published_on: london_date(published_at),
        first_published_at: first.map_or(published_at, |first| first.first_published_at),
        first_published_on: first.map_or(london_date(published_at), |first| first.first_published_on),
        url: url.map(str::to_owned),
        recorded_afterwards: past.is_some(),
        superseded_at: None,
    })
}

/// The action of an import is no transition; what it brings in is written here.
pub async fn import_text(
    tx: &Tx<'_>,
    call: &Call,
    inspection: Uuid,
    area: &str,
    text: &str,
) -> Result<(Uuid, Event), Problem> {
    let file = store::find_for(tx, &call.actor.scope(), inspection, area).await?;
    let file = file.ok_or_else(|| {
        let detail = format!("The inspection is registered already, and does not bind {area}.");
        Problem::invalid(vec![Fault::query("area", "not_a_subject", detail)])
    })?;
    if file.content.policing_body_comments.is_some() || file.record.state != State::Received {
        let detail = format!("The response of {area} has text already, or has moved on.");
        return Err(Problem::new(Kind::AlreadyExists, detail)
            .member("existing", json!({ "id": file.record.id, "href": format!("/v1/responses/{}", file.record.id) })));
    }
    tx.write(store::write_text(tx, &file.record, Part::PolicingBodyComments, Some(text))).await?;
    tx.write(store::update(tx, &file.record, None)).await?;
    let scope = call.actor.scope();
    let now = store::find(tx, &scope, file.record.id).await?.ok_or_else(Problem::not_found)?;
    let event = Event::new("response", file.record.id, now.record.version, "import")
        .area(area)
        .under(inspection)
        .before(snapshot(&file, &scope)?)
        .after(snapshot(&now, &scope)?)
        .fields(vec!["policing_body_comments"]);
    Ok((file.record.id, event))
}

/// A file as it now is, kept in the log anew: what it said before was taken out of that.
pub async fn kept_anew(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Option<Event>, Problem> {
    let scope = call.actor.scope();
    let Some(now) = store::find(tx, &scope, id).await? else { return Ok(None) };
    let event = Event::new("response", id, now.record.version, "erase").area(&now.record.area);
    Ok(Some(event.under(now.record.inspection_id).after(snapshot(&now, &scope)?)))
}

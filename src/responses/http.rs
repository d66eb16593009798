//! `/v1/responses`: reading, writing each side's texts, explaining, moving on.

use actix_web::web::Data;
use serde_json::json;
use uuid::Uuid;

use super::content::{Content, Edition, Explanation};
use super::model::{Copy, ExplanationWritten, Response, ResponseAmended};
use super::moves::{Facts, ResponseMove, missing, unmet};
use super::store::{self, File, Part, Record, Responses};
use super::view;
use super::workflow::{State, WORKFLOW};
use crate::api::{Answer, Api, Body, Fault, IfMatch, Kind, Listed, Mode, Path, Problem, Query, Removed, Shown};
use crate::areas;
use crate::audit::{self, History};
use crate::auth::permissions::{ExplainResponses, MoveResponses, ReadHistory, WriteResponses};
use crate::auth::{Anyone, Call, Caller, Side};
use crate::calendar::{london_date, london_noon};
use crate::db::{Change, Db, Event, Noted, Session, Tx};
use crate::inspections;
use crate::recommendations;
use crate::vocabulary::Word;
use crate::workflow::Step;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("responses", "The statutory file: one response per inspection and area (Police Act 1996 s.55).");
    api.get("/v1/responses", "List the responses", list);
    api.get("/v1/responses/{id}", "Show a response", show);
    api.patch("/v1/responses/{id}", "Write one's own side's texts", amend);
    api.put("/v1/responses/{id}/explanations/{recommendation_id}", "Explain a recommendation", explain);
    api.delete("/v1/responses/{id}/explanations/{recommendation_id}", "Take an explanation away", unexplain);
    api.post("/v1/responses/{id}/transitions", "Move a response on", transition);
    api.get("/v1/responses/{id}/transitions", "List a response's transitions", history);
}

async fn list(caller: Anyone, db: Data<Db>, query: Query<Responses>) -> Answer<Listed<Response>> {
    let (rows, total) = match &caller.call {
        None => db.public(async |db| store::page_public(db, &query).await).await?,
        Some(call) => {
            let scope = call.actor.scope();
            db.read(&call.actor, async |db| store::page(db, &scope, &query, call.today()).await).await?
        }
    };
    let rows = rows.into_iter().map(|(listed, cursor)| {
        let shown = match (listed, &caller.call) {
            (store::Listed::Own(file), Some(call)) => view::own(*file, call),
            (store::Listed::Published(record), _) => view::public(*record),
            (store::Listed::Own(_), None) => unreachable!("the public's role reads no files"),
        };
        (shown, cursor)
    });
    Ok(Listed(query.page(rows.collect(), total)))
}

async fn show(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>) -> Answer<Shown<Response>> {
    let published = async |db: &Session<'_>| {
        store::find_public(db, id).await?.map(view::public).ok_or_else(Problem::not_found)
    };
    let response = match &caller.call {
        None => db.public(async |db| published(db).await).await?,
        Some(call) => {
            db.read(&call.actor, async |db| match store::find(db, &call.actor.scope(), id).await? {
                Some(file) => Ok(view::own(file, call)),
                None => published(db).await,
            })
            .await?
        }
    };
    Ok(Shown::record(response))
}

/// The caller's own file, at the version the caller has seen.
async fn seen_file(tx: &Tx<'_>, id: Uuid, seen: &IfMatch, call: &Call) -> Result<File, Problem> {
    let file = store::find(tx, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
    seen.check(file.record.version)?;
    Ok(file)
}

/// The file as the caller sees it after a write.
async fn as_it_now_is(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Response, Problem> {
    let file = store::find(tx, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
    Ok(view::own(file, call))
}

/// Texts are written before approval only.
fn require_editable(file: &File, call: &Call) -> Result<(), Problem> {
    if file.record.state.is_editable() && file.record.inspection.state == inspections::State::Published {
        return Ok(());
    }
    let detail = format!("A response that is {} is not edited.", file.record.state);
    Err(Problem::new(Kind::NotFromHere, detail)
        .member("state", file.record.state.as_str())
        .member("allowed_actions", json!(view::allowed(file, call))))
}

async fn written(tx: &Tx<'_>, record: &Record, call: &Call, fields: Vec<&'static str>) -> Result<Change<Response>, Problem> {
    if store::update(tx, record, None).await? == 0 {
        return Err(Problem::stale());
    }
    let event = Event::new("response", record.id, record.version + 1, "amend").area(&record.area).fields(fields);
    Ok(Change::of(as_it_now_is(tx, record.id, call).await?, event))
}

async fn amend(
    caller: Caller<WriteResponses>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(amended): Body<ResponseAmended>,
    mode: Mode,
) -> Answer<Shown<Response>> {
    let response = db
        .change(&caller, mode, async |tx| {
            let file = seen_file(tx, id, &seen, &caller).await?;
            let draft = amended.chief_officer_comments.as_ref().map(|text| text.as_ref().and_then(|text| text.text()));
            let parts = [
                ("policing_body_comments", Side::PolicingBody, Part::PolicingBodyComments,
                 amended.policing_body_comments.as_ref().map(|text| text.as_deref())),
                ("reply_to_chief_officer", Side::PolicingBody, Part::ReplyToChiefOfficer,
                 amended.reply_to_chief_officer.as_ref().map(|text| text.as_deref())),
                ("chief_officer_comments", Side::Force, Part::ChiefOfficerDraft, draft),
            ];
            let sent = || parts.iter().filter_map(|(name, side, part, text)| Some((*name, *side, *part, (*text)?)));
            if let Some((name, side, ..)) = sent().find(|(_, side, ..)| !caller.actor.scope().sides().contains(side)) {
                return Err(Problem::forbidden(format!("{name} is written by the {side} side alone.")));
            }
            require_editable(&file, &caller)?;
            for (_, _, part, text) in sent() {
                store::write_text(tx, &file.record, part, text).await?;
            }
            written(tx, &file.record, &caller, sent().map(|(name, ..)| name).collect()).await
        })
        .await?;
    Ok(Shown::record(response))
}

async fn explain(
    caller: Caller<ExplainResponses>,
    db: Data<Db>,
    Path((id, recommendation_id)): Path<(Uuid, Uuid)>,
    seen: IfMatch,
    Body(sent): Body<ExplanationWritten>,
    mode: Mode,
) -> Answer<Shown<Response>> {
    let response = db
        .change(&caller, mode, async |tx| {
            let file = seen_file(tx, id, &seen, &caller).await?;
            let recommendation = recommendations::store::find(tx, recommendation_id).await?;
            let recommendation = recommendation
                .filter(|recommendation| recommendation.inspection_id == file.record.inspection_id)
                .ok_or_else(Problem::not_found)?;
            require_editable(&file, &caller)?;
            let explanation = Explanation {
                recommendation_id,
                reference: recommendation.reference,
                branch: sent.branch,
                text: sent.text.to_string(),
            };
            store::explain(tx, &file.record, &explanation).await?;
            written(tx, &file.record, &caller, vec!["explanations"]).await
        })
        .await?;
    Ok(Shown::record(response))
}

async fn unexplain(
    caller: Caller<ExplainResponses>,
    db: Data<Db>,
    Path((id, recommendation_id)): Path<(Uuid, Uuid)>,
    seen: IfMatch,
    mode: Mode,
) -> Answer<Removed> {
    db.change(&caller, mode, async |tx| {
        let file = seen_file(tx, id, &seen, &caller).await?;
        require_editable(&file, &caller)?;
        if store::unexplain(tx, &file.record, recommendation_id).await? == 0 {
            return Err(Problem::not_found());
        }
        written(tx, &file.record, &caller, vec!["explanations"]).await
    })
    .await?;
    Ok(Removed)
}

async fn transition(
    caller: Caller<MoveResponses>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<ResponseMove>,
    mode: Mode,
) -> Answer<Shown<Response>> {
    let response = db
        .change(&caller, mode, async |tx| {
            let mut asked = asked.clone();
            let mut file = seen_file(tx, id, &seen, &caller).await?;
            let step = step(&file, &mut asked, tx, &caller).await?;
            let (from, mut whole) = (file.record.state, false);
            asked.apply(&mut file.record, &file.content, &caller)?;
            match &asked {
                ResponseMove::SubmitComments { text, .. } => submit_comments(tx, &file.record, text.as_deref()).await?,
                ResponseMove::NilReturn { .. } => submit_comments(tx, &file.record, None).await?,
                ResponseMove::Publish { url, published_on } => {
                    let edition = edition(&file.record, &file.content, url.as_deref(), *published_on, &caller)?;
                    store::publish(tx, &file.record, &edition).await?;
                }
                ResponseMove::RecordCopy { .. } => whole = record_copy(tx, &file.record, &asked).await?,
                _ => {}
            }
            if store::update(tx, &file.record, Some((&step, whole))).await? == 0 {
                return Err(Problem::stale());
            }
            let action = asked.action();
            let side = action.is_internal().then_some(Side::PolicingBody);
            let note = asked.note().map(|text| Noted { text: text.to_owned(), side });
            let event = Event::new("response", id, file.record.version + 1, action.as_str())
                .area(&file.record.area)
                .moved(from.as_str(), step.to(whole).as_str())
                .note(note);
            Ok(Change::of(as_it_now_is(tx, id, &caller).await?, event))
        })
        .await?;
    Ok(Shown::record(response))
}

/// Leave from the table, and every need met; a day for comments that was left out is filled in first.
async fn step(file: &File, asked: &mut ResponseMove, tx: &Tx<'_>, call: &Call) -> Result<Step<State>, Problem> {
    let allowed = || view::allowed(file, call);
    let (step, needs) = WORKFLOW.step(file.record.state, asked.action(), &call.actor, allowed)?;
    if file.record.inspection.state != inspections::State::Published {
        return Err(Problem::new(Kind::NotFromHere, "The inspection was withdrawn; there is nothing to respond to.")
            .member("state", file.record.state.as_str())
            .member("allowed_actions", json!([])));
    }
    if let ResponseMove::Invite { comments_due_on: due @ None } = asked {
        let days = areas::settings(tx, &file.record.area).await?.comments_days;
        let asked_for = call.today() + chrono::Days::new(u64::from(days.unsigned_abs()));
        let last = file.record.due_on.filter(|last| *last >= call.today());
        *due = Some(last.map_or(asked_for, |last| asked_for.min(last)));
    }
    let missing = missing(&file.required, &file.content.explanations);
    let facts = Facts {
        record: &file.record,
        content: &file.content,
        missing: &missing,
        actor: &call.actor,
        today: call.today(),
    };
    let mut faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &facts, Some(asked))).collect();
    if let ResponseMove::MarkNotRequired { duplicate_of: Some(other), .. } = asked
        && inspections::store::find(tx, *other).await?.is_none()
    {
        faults.push(Fault::body("/duplicate_of", "unknown_reference", "There is no such inspection."));
    }
    if faults.is_empty() { Ok(step) } else { Err(Problem::with_faults(Kind::NeedsUnmet, faults)) }
}

/// What was sent, or else drafted, becomes the chief officer's comments; a nil return leaves none.
async fn submit_comments(tx: &Tx<'_>, record: &Record, text: Option<&str>) -> Result<(), Problem> {
    let nil = record.comments_status == super::model::CommentsStatus::NilReturn;
    let text = text.or(record.draft.as_deref()).filter(|_| !nil);
    store::write_text(tx, record, Part::ChiefOfficerComments, text).await?;
    store::write_text(tx, record, Part::ChiefOfficerDraft, None).await.map(drop)
}

/// The edition that is published now, or was on a day in the past.
fn edition(
    record: &Record,
    content: &Content,
    url: Option<&str>,
    on: Option<chrono::NaiveDate>,
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

/// Records a copy; tells whether both recipients have theirs now.
async fn record_copy(tx: &Tx<'_>, record: &Record, asked: &ResponseMove) -> Result<bool, Problem> {
    let ResponseMove::RecordCopy { recipient, sent_on, channel, reference } = asked else { return Ok(false) };
    let mut copies = record.copies.clone();
    copies.push(Copy {
        recipient: *recipient,
        sent_on: *sent_on,
        channel: channel.to_string(),
        reference: reference.as_deref().map(str::to_owned),
    });
    let whole = super::model::Recipient::ALL.iter().all(|each| copies.iter().any(|copy| copy.recipient == *each));
    let state = if whole { State::Complete } else { State::Published };
    store::record_copies(tx, record, &copies, state).await?;
    Ok(whole)
}

async fn history(caller: Caller<ReadHistory>, db: Data<Db>, Path(id): Path<Uuid>) -> Answer<Shown<History>> {
    let items = db
        .read(&caller.actor, async |db| {
            store::find(db, &caller.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
            audit::history(db, id).await
        })
        .await?;
    Ok(Shown::plain(History { items }))
}

/// The action of an import is no transition; what it brings in is written here.
pub async fn import_text(tx: &Tx<'_>, call: &Call, inspection: Uuid, area: &str, text: &str) -> Result<(Uuid, Event), Problem> {
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
    store::write_text(tx, &file.record, Part::PolicingBodyComments, Some(text)).await?;
    if store::update(tx, &file.record, None).await? == 0 {
        return Err(Problem::stale());
    }
    let event = Event::new("response", file.record.id, file.record.version + 1, "import")
        .area(area)
        .fields(vec!["policing_body_comments"]);
    Ok((file.record.id, event))
}


//! `/v1/assignments/{id}/positions`: each recorded by its own side; all that were taken, read back.

use actix_web::web::Data;
use uuid::Uuid;

use super::super::model::Assignment;
use super::super::store::{self as assignments, File};
use super::super::view;
use super::model::{
    AssuranceOpinionRecorded, BodyView, BodyViewRecorded, InspectorateStatusRecorded, Position, PositionsTaken,
    Recorded,
};
use super::store;
use super::workflow::{Decision, WORKFLOW};
use crate::api::text::{Line, Prose};
use crate::api::{Answer, Api, Body, Fault, IfMatch, Kind, Mode, Path, Problem, Shown};
use crate::auth::permissions::{ReadHistory, RecordAssuranceOpinion, RecordBodyView, RecordInspectorateStatus};
use crate::auth::{Call, Caller};
use crate::db::{Change, Db, Event, Noted};
use crate::vocabulary::Word;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/assignments/{id}/positions", "List the positions taken on an assignment", list);
    api.put("/v1/assignments/{id}/positions/body_view", "Record the policing body's view", record_body_view);
    api.put("/v1/assignments/{id}/positions/assurance_opinion", "Record an auditor's opinion", record_opinion);
    api.put(
        "/v1/assignments/{id}/positions/inspectorate_status",
        "Record the inspectorate's decision",
        record_decision,
    );
}

async fn list(caller: Caller<ReadHistory>, db: Data<Db>, Path(id): Path<Uuid>) -> Answer<Shown<PositionsTaken>> {
    let items = db
        .read(&caller.actor, async |db| {
            let scope = caller.actor.scope();
            assignments::find(db, &scope, id, caller.today()).await?.ok_or_else(Problem::not_found)?;
            store::all(db, id).await
        })
        .await?;
    Ok(Shown::plain(PositionsTaken { items }))
}

async fn record_body_view(
    caller: Caller<RecordBodyView>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<BodyViewRecorded>,
    mode: Mode,
) -> Answer<Shown<Assignment>> {
    let taken = Recorded {
        position: Position::BodyView,
        value: sent.value.as_str(),
        note: Some(sent.note.into_string()),
        source: sent.source.map(Line::into_string),
        date: sent.date,
    };
    record(&caller, &db, id, &seen, &taken, mode, |file| {
        let bare = sent.value == BodyView::Assured && file.record.accepted_evidence_count == 0;
        let detail = "To be assured needs at least one accepted item of evidence.";
        if bare { need(Fault::record("/accepted_evidence_count", "accepted_evidence", detail)) } else { Ok(()) }
    })
    .await
}

async fn record_opinion(
    caller: Caller<RecordAssuranceOpinion>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<AssuranceOpinionRecorded>,
    mode: Mode,
) -> Answer<Shown<Assignment>> {
    let taken = Recorded {
        position: Position::AssuranceOpinion,
        value: sent.value.as_str(),
        note: Some(sent.note.into_string()),
        source: sent.source.map(Line::into_string),
        date: sent.date,
    };
    record(&caller, &db, id, &seen, &taken, mode, |_| Ok(())).await
}

async fn record_decision(
    caller: Caller<RecordInspectorateStatus>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<InspectorateStatusRecorded>,
    mode: Mode,
) -> Answer<Shown<Assignment>> {
    let taken = Recorded {
        position: Position::InspectorateStatus,
        value: sent.value.as_str(),
        note: sent.note.map(Prose::into_string),
        source: Some(sent.source.into_string()),
        date: Some(sent.date),
    };
    record(&caller, &db, id, &seen, &taken, mode, |file| {
        let now = file.record.inspectorate_status;
        let Some(decision) = Decision::find(sent.value.as_str()) else {
            let detail = "A recommendation is open from the first; where it was closed it is reopened.";
            return Err(Problem::invalid(vec![Fault::body("/value", "unknown_value", detail)]));
        };
        let allowed = || WORKFLOW.allowed(now, &caller.actor, |_| Vec::new());
        WORKFLOW.step(now, decision, &caller.actor, allowed).map(drop)
    })
    .await
}

fn need(fault: Fault) -> Result<(), Problem> {
    Err(Problem::with_faults(Kind::NeedsUnmet, vec![fault]))
}

/// A position of a day that has come, and no earlier than the report.
fn check_date(file: &File, taken: &Recorded, call: &Call) -> Result<(), Problem> {
    let fault = |detail: &str| Err(Problem::invalid(vec![Fault::body("/date", "out_of_range", detail)]));
    match taken.date {
        Some(on) if on > call.today() => fault("This day is still to come."),
        Some(on) if file.record.published_on.is_some_and(|published| on < published) => {
            fault("This day is before the report.")
        }
        _ => Ok(()),
    }
}

/// Records a position on a line of the caller's area, where `check` finds nothing against it.
async fn record(
    call: &Call,
    db: &Db,
    id: Uuid,
    seen: &IfMatch,
    taken: &Recorded,
    mode: Mode,
    check: impl Fn(&File) -> Result<(), Problem>,
) -> Answer<Shown<Assignment>> {
    let assignment = db
        .change(call, mode, async |tx| {
            let file = assignments::lock(tx, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
            seen.check(file.record.version)?;
            view::require_standing(&file.record)?;
            check_date(&file, taken, call)?;
            check(&file)?;
            if store::take(tx, &file.record, taken).await? == 0 {
                return Err(Problem::stale());
            }
            let event = Event::new("assignment", id, file.record.version + 1, "record_position")
                .area(&file.record.area)
                .fields(vec![taken.position.as_str()])
                .note(taken.note.clone().map(|text| Noted { text, side: None }));
            Ok(Change::of(view::as_it_now_is(tx, id, call).await?, event))
        })
        .await?;
    Ok(Shown::record(assignment))
}

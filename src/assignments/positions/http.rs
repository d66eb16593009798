//! `/v1/assignments/{id}/positions`: each recorded by its own side; all that were taken, read back.

use actix_web::web::Data;
use uuid::Uuid;

use super::super::model::Assignment;
use super::super::store as assignments;
use super::super::view;
use super::model::{
    AssuranceOpinionRecorded, BodyViewRecorded, InspectorateStatusRecorded, Position, PositionsTaken, Recorded,
};
use super::record::record;
use super::store;
use crate::api::text::{Line, Prose};
use crate::api::{Api, ApiResult, Body, IfMatch, Json, Mode, Path, Problem};
use crate::auth::permissions::{ReadHistory, RecordAssuranceOpinion, RecordBodyView, RecordInspectorateStatus};
use crate::auth::{Call, Caller};
use crate::db::Db;
use crate::vocabulary::WireName;

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

async fn list(caller: Caller<ReadHistory>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<PositionsTaken>> {
    let items = db
        .read(&caller.actor, async |db| {
            let scope = caller.actor.scope();
            assignments::find(db, &scope, id).await?.ok_or_else(Problem::not_found)?;
            store::all(db, id).await
        })
        .await?;
    Ok(Json::plain(PositionsTaken { items }))
}

async fn record_body_view(
    caller: Caller<RecordBodyView>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<BodyViewRecorded>,
    mode: Mode,
) -> ApiResult<Json<Assignment>> {
    let taken = Recorded {
        position: Position::BodyView,
        value: sent.value.as_str(),
        note: Some(sent.note.into_string()),
        source: sent.source.map(Line::into_string),
        date: sent.date,
    };
    take(&caller, &db, id, &seen, &taken, mode).await
}

async fn record_opinion(
    caller: Caller<RecordAssuranceOpinion>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<AssuranceOpinionRecorded>,
    mode: Mode,
) -> ApiResult<Json<Assignment>> {
    let taken = Recorded {
        position: Position::AssuranceOpinion,
        value: sent.value.as_str(),
        note: Some(sent.note.into_string()),
        source: sent.source.map(Line::into_string),
        date: sent.date,
    };
    take(&caller, &db, id, &seen, &taken, mode).await
}

async fn record_decision(
    caller: Caller<RecordInspectorateStatus>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<InspectorateStatusRecorded>,
    mode: Mode,
) -> ApiResult<Json<Assignment>> {
    let taken = Recorded {
        position: Position::InspectorateStatus,
        value: sent.value.as_str(),
        note: sent.note.map(Prose::into_string),
        source: Some(sent.source.into_string()),
        date: Some(sent.date),
    };
    take(&caller, &db, id, &seen, &taken, mode).await
}

async fn take(
    call: &Call,
    db: &Db,
    id: Uuid,
    seen: &IfMatch,
    taken: &Recorded,
    mode: Mode,
) -> ApiResult<Json<Assignment>> {
    let assignment = db
        .write(call, mode, async |tx| {
            let recorded = record(tx, id, taken, |version| seen.check(version), call).await?;
            Ok(recorded.map(|now| view::own(now, call)))
        })
        .await?;
    Ok(Json::record(assignment))
}

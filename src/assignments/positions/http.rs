//! The HTTP operations on positions: `/v1/assignments/{id}/positions`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::{Position, PositionEntries};
use super::requests::{AssuranceOpinionRequest, BodyViewRequest, InspectorateStatusRequest};
use super::service::{NewPosition, record};
use super::store;
use crate::api::text::{LongText, SingleLineText};
use crate::api::{Amended, Api, ApiResult, IfMatch, Json, JsonBody, Path, Problem, ProblemKind, WriteMode};
use crate::assignments::http::amend;
use crate::assignments::model::Assignment;
use crate::assignments::store as assignments;
use crate::auth::permissions::{ReadHistory, RecordAssuranceOpinion, RecordBodyView, RecordInspectorateStatus};
use crate::auth::{Call, Caller};
use crate::db::Db;
use crate::vocabulary::WireName;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/assignments/{id}/positions", "List an assignment's positions", list).description(
        "Returns every entry of the three positions, newest first: the policing body's view, auditors' opinions and \
         the inspectorate's decisions.",
    );
    let body_view = "/v1/assignments/{id}/positions/body_view";
    api.put(body_view, "Record the policing body's view", record_body_view)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Records the policing body's view and sets `body_view`. It changes no other position. The view `assured` \
             is 422 without an accepted item of evidence. A date in the future or before the report is 422. An entry \
             that equals the latest one changes nothing.",
        );
    api.put(
        "/v1/assignments/{id}/positions/assurance_opinion",
        "Record an auditor's opinion",
        record_assurance_opinion,
    )
    .problem(ProblemKind::NotPossibleFromThisState)
    .description(
        "Records an auditor's opinion and sets `assurance_opinion`. It changes no other position and not the \
             headline. A date in the future or before the report is 422. An assignment of a withdrawn inspection is \
             409. An entry that equals the latest one changes nothing.",
    );
    api.put(
        "/v1/assignments/{id}/positions/inspectorate_status",
        "Record the inspectorate's decision",
        record_inspectorate_status,
    )
    .problem(ProblemKind::NotPossibleFromThisState)
    .description(
        "Records the inspectorate's decision and sets `inspectorate_status`. It changes no other position. The \
             entry must cite the inspectorate's document. A decision that cannot follow the present one, such as \
             `reopened` of an open recommendation, is 409. An entry that equals the latest one changes nothing.",
    );
}

async fn list(caller: Caller<ReadHistory>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<PositionEntries>> {
    let items = db
        .read(&caller.actor, async |db| {
            let scope = caller.actor.scope();
            assignments::find(db, &scope, id).await?.ok_or_else(Problem::not_found)?;
            store::list_entries(db, id).await
        })
        .await?;
    Ok(Json::plain(PositionEntries { items }))
}

async fn record_body_view(
    caller: Caller<RecordBodyView>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<BodyViewRequest>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Assignment>>> {
    let new = NewPosition {
        position: Position::BodyView,
        value: request.value.as_str(),
        note: Some(request.note.into_string()),
        source: request.source.map(SingleLineText::into_string),
        date: request.date,
    };
    write(&caller, &db, id, &if_match, &new, mode).await
}

async fn record_assurance_opinion(
    caller: Caller<RecordAssuranceOpinion>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<AssuranceOpinionRequest>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Assignment>>> {
    let new = NewPosition {
        position: Position::AssuranceOpinion,
        value: request.value.as_str(),
        note: Some(request.note.into_string()),
        source: request.source.map(SingleLineText::into_string),
        date: request.date,
    };
    write(&caller, &db, id, &if_match, &new, mode).await
}

async fn record_inspectorate_status(
    caller: Caller<RecordInspectorateStatus>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<InspectorateStatusRequest>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Assignment>>> {
    let new = NewPosition {
        position: Position::InspectorateStatus,
        value: request.value.as_str(),
        note: request.note.map(LongText::into_string),
        source: Some(request.source.into_string()),
        date: Some(request.date),
    };
    write(&caller, &db, id, &if_match, &new, mode).await
}

async fn write(
    call: &Call,
    db: &Db,
    id: Uuid,
    if_match: &IfMatch,
    new: &NewPosition,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Assignment>>> {
    let check = |version| if_match.check(version);
    amend(db, call, mode, id, async |tx| record(tx, id, new, check, call).await).await
}

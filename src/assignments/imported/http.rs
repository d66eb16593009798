//! The HTTP operations on imported positions: `/v1/imported-positions`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::{ConfirmedPositions, ImportedPositionRecord};
use super::requests::{ImportedPositionTransition, ImportedPositionsConfirmation};
use super::store::{self, ImportedPositions};
use super::{service, views};
use crate::api::{
    Api, ApiResult, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, Page, Path, Problem,
    ProblemKind, WriteMode,
};
use crate::audit::{self, TransitionHistory, TransitionOrder};
use crate::auth::permissions::{ConfirmImportedPositions, ReadImportedPositions};
use crate::auth::{Call, Caller};
use crate::db::{Db, Session, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/imported-positions", "List imported positions", list).description(
        "Returns the positions that imported trackers state about recommendations of your areas, newest import first. \
         Each side sees its own positions and the inspectorate's; auditors see all.",
    );
    api.get("/v1/imported-positions/{id}", "Get an imported position", get).description(
        "Returns one imported position, with the actions that you may perform and what blocks each. A position of \
         another area, or of the other side, is 404.",
    );
    api.post("/v1/imported-positions/confirm", "Confirm many imported positions", confirm).description(
        "Confirms the positions of one import that your side may confirm, or those with these ids, at most 500. \
             All are confirmed or none: if one does not meet a need, the status is 422, and `errors` lists each need \
             with the position's id.",
    );
    api.post("/v1/imported-positions/{id}/transitions", "Confirm or reject an imported position", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Confirms or rejects one imported position. `confirm` writes it to the assignment, marked with its file and \
             day: the force's owner, target, status and update, the policing body's view, or the inspectorate's \
             decision. A person of the side whose position it is confirms it, and a chief officer where only a chief \
             officer may set the status. If the inspection is not published yet, or a person has changed that part of \
             the assignment since it was opened, the status is 422: the record stands. A position that was decided on \
             is 409.",
        );
    api.get(
        "/v1/imported-positions/{id}/transitions",
        "List an imported position's transitions",
        list_transitions,
    )
    .description(
        "Returns the actions performed on an imported position, newest first: who performed each, when, and from which \
         state to which.",
    );
}

async fn list(
    caller: Caller<ReadImportedPositions>,
    db: Data<Db>,
    query: ListQuery<ImportedPositions>,
) -> ApiResult<Page<ImportedPositionRecord>> {
    let (rows, total) = db
        .read(&caller.actor, async |db| {
            let (rows, total) = store::page(db, &query).await?;
            let (positions, cursors): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            let positions = views::with_allowed_actions(db, positions, &caller).await?;
            Ok((positions.into_iter().zip(cursors).collect(), total))
        })
        .await?;
    Ok(Page(query.page(rows, total)))
}

async fn get(
    caller: Caller<ReadImportedPositions>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<ImportedPositionRecord>> {
    let found = db.read(&caller.actor, async |db| find(db, &[id], &caller).await).await?.pop();
    found.map(Json::record).ok_or_else(Problem::not_found)
}

/// Returns positions with the actions that the caller may perform.
async fn find(db: &Session<'_>, ids: &[Uuid], call: &Call) -> Result<Vec<ImportedPositionRecord>, Problem> {
    views::with_allowed_actions(db, store::find_many(db, ids).await?, call).await
}

async fn confirm(
    caller: Caller<ConfirmImportedPositions>,
    db: Data<Db>,
    JsonBody(request): JsonBody<ImportedPositionsConfirmation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<ConfirmedPositions>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let (ids, mut events) = service::confirm_many(tx, &request, &caller).await?;
        let items = find(tx, &ids, &caller).await?;
        let first = events.remove(0);
        Ok(Write::new(Json::plain(ConfirmedPositions { items }), first).with_events(events))
    })
    .await
}

async fn transition(
    caller: Caller<ConfirmImportedPositions>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<ImportedPositionTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<ImportedPositionRecord>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let check = |version| if_match.check(version);
        let mut events = service::transition(tx, id, &request, check, &caller).await?;
        let position = find(tx, &[id], &caller).await?.pop().ok_or_else(Problem::not_found)?;
        let first = events.remove(0);
        Ok(Write::new(Json::record(position), first).with_events(events))
    })
    .await
}

async fn list_transitions(
    caller: Caller<ReadImportedPositions>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    TransitionOrder(order): TransitionOrder,
) -> ApiResult<Json<TransitionHistory>> {
    audit::transition_history(&db, &caller, id, order, async |db| Ok(store::find_many(db, &[id]).await?.pop())).await
}

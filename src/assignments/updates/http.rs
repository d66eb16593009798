//! The HTTP operations on updates: `/v1/assignments/{id}/updates`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::{AssignmentUpdate, AssignmentUpdateCreation};
use super::service;
use super::store::{self, AssignmentUpdates};
use crate::api::{
    Api, ApiResult, Created, IdempotencyKey, IdempotentResponse, JsonBody, ListQuery, Page, Path, Problem, ProblemKind,
    WriteMode,
};
use crate::assignments::store as assignments;
use crate::auth::Caller;
use crate::auth::permissions::{AddUpdates, ReadHistory};
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/assignments/{id}/updates", "List an assignment's updates", list)
        .description("Returns the updates that both sides have added to an assignment, latest day first.");
    api.post("/v1/assignments/{id}/updates", "Add an update to an assignment", create)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Adds a report on the work for one day. An update cannot be changed afterwards. A date in the future is \
             422; an assignment of a withdrawn inspection is 409.",
        );
}

async fn list(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    mut query: ListQuery<AssignmentUpdates>,
) -> ApiResult<Page<AssignmentUpdate>> {
    query.restrict("assignment_id = $", id);
    let (rows, total) = db
        .read(&caller.actor, async |db| {
            let scope = caller.actor.scope();
            assignments::find(db, &scope, id).await?.ok_or_else(Problem::not_found)?;
            store::page(db, &query).await
        })
        .await?;
    Ok(Page(query.page(rows, total)))
}

async fn create(
    caller: Caller<AddUpdates>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    JsonBody(creation): JsonBody<AssignmentUpdateCreation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<AssignmentUpdate>>> {
    let side = service::reporting_side(&caller.actor.scope())?;
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let written = service::create(tx, id, side, &creation, &caller).await?;
        Ok(written.map(|update| Created::at(format!("/v1/assignments/{id}/updates"), update, mode)))
    })
    .await
}

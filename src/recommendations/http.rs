//! The operations at `/v1/recommendations`, and those on the recommendations of one inspection.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::Recommendation;
use super::requests::RecommendationCreation;
use super::service;
use super::store::{self, Recommendations};
use crate::api::{
    Api, ApiResult, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, NoContent, Page,
    Path, Problem, ProblemKind, WriteMode,
};
use crate::audit::{self, AsOf, HistoryPage, RecordHistory};
use crate::auth::permissions::{ReadHistory, RegisterInspections};
use crate::auth::{Anyone, Caller};
use crate::db::{Db, Session, Write};
use crate::inspections;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("recommendations", "Recommendations, areas for improvement and causes of concern of a report.");
    api.get_cached("/v1/recommendations", "List recommendations", list).description(
        "Returns the recommendations of published inspections. With a token, it also returns the recommendations of \
         drafts that the caller can see, and of withdrawn inspections. With `as_of`, it returns them as they were at \
         an earlier time.",
    );
    api.get_cached("/v1/recommendations/{id}", "Get a recommendation", get).description(
        "Returns one recommendation with its errata. A recommendation of a draft that another area registered is \
         404.",
    );
    api.delete("/v1/recommendations/{id}", "Delete a recommendation of a draft", delete)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Deletes a recommendation of a draft inspection. After publication the status is 409. A cause of concern \
             with recommendations is 422: delete the recommendations first.",
        );
    api.get("/v1/recommendations/{id}/history", "List a recommendation's changes", history).description(
        "Returns the changes of a recommendation, the newest first: the time, the person, and each member's value \
         before and after.",
    );
    api.get_cached("/v1/inspections/{id}/recommendations", "List an inspection's recommendations", list_of_inspection)
        .description(
            "Returns the recommendations, areas for improvement and causes of concern of one inspection. An \
             inspection that the caller cannot see is 404.",
        );
    api.post("/v1/inspections/{id}/recommendations", "Add a recommendation to a draft", create)
        .problem(ProblemKind::AlreadyExists)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Creates a recommendation in a draft inspection. After publication the status is 409, and 403 if another \
             area registered the inspection.",
        );
}

async fn list(
    caller: Anyone,
    db: Data<Db>,
    query: ListQuery<Recommendations>,
    as_of: AsOf,
) -> ApiResult<Page<Recommendation>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        let (rows, total) = db.read_as_of(&as_of_call, async |db| store::page(db, &query).await).await?;
        return Ok(Page(query.page(rows, total)));
    }
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::page(db, &query).await).await?,
    };
    Ok(Page(query.page(rows, total)))
}

async fn get(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>, as_of: AsOf) -> ApiResult<Json<Recommendation>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        let found = db.read_as_of(&as_of_call, async |db| store::find(db, id).await).await?;
        return found.map(Json::record).ok_or_else(Problem::not_found);
    }
    let found = match &caller.call {
        None => db.read_published_row(async |db| store::find_public(db, id).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::find(db, id).await).await?,
    };
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn list_of_inspection(
    caller: Anyone,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    mut query: ListQuery<Recommendations>,
    as_of: AsOf,
) -> ApiResult<Page<Recommendation>> {
    query.restrict("inspection_id = $", id);
    let page = async |db: &Session<'_>| {
        inspections::store::find(db, id).await?.ok_or_else(Problem::not_found)?;
        store::page(db, &query).await
    };
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        let (rows, total) = db.read_as_of(&as_of_call, async |db| page(db).await).await?;
        return Ok(Page(query.page(rows, total)));
    }
    let (rows, total) = match &caller.call {
        None => {
            db.read_published(async |db| {
                inspections::store::find_public(db, id).await?.ok_or_else(Problem::not_found)?;
                store::page_public(db, &query).await
            })
            .await?
        }
        Some(call) => db.read(&call.actor, async |db| page(db).await).await?,
    };
    Ok(Page(query.page(rows, total)))
}

async fn create(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(inspection_id): Path<Uuid>,
    JsonBody(creation): JsonBody<RecommendationCreation>,
    mode: WriteMode,
    idempotency_key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Recommendation>>> {
    db.write_idempotent(&caller, mode, &idempotency_key, async |tx| {
        let inspection = service::lock_draft(tx, inspection_id, &caller).await?;
        let (created, event) = service::create(tx, &inspection, creation.clone()).await?;
        let created = Created::at(format!("/v1/recommendations/{}", created.id), created, mode).version(1);
        Ok(Write::new(created, event))
    })
    .await
}

async fn delete(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    mode: WriteMode,
) -> ApiResult<NoContent> {
    service::delete(&db, &caller, id, &if_match, mode).await?;
    Ok(NoContent)
}

async fn history(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::change_history(&db, &caller, "recommendation", before, async |db| Ok(store::find(db, id).await?.map(|_| id)))
        .await
}

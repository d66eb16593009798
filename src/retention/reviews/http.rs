//! The HTTP operations on retention reviews: `/v1/retention-reviews`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::RetentionReview;
use super::requests::RetentionReviewCreation;
use super::service;
use super::store::{self, Reviews};
use crate::api::{
    Api, ApiResult, Created, IdempotencyKey, IdempotentResponse, Json, JsonBody, ListQuery, Page, Path, Problem,
    WriteMode,
};
use crate::auth::Caller;
use crate::auth::permissions::{KeepRetention, ReadRetention};
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/retention-reviews", "List retention reviews", list)
        .description("Returns the reviews of records of your areas, newest first.");
    api.post("/v1/retention-reviews", "Record a retention review", create).description(
        "Records that a record was reviewed, and sets its new review date. Until that day, the record cannot be \
         disposed of on the ground `retention`. A date in the past, or a record that is not in your areas, is 422.",
    );
    api.get("/v1/retention-reviews/{id}", "Get a retention review", get).description(
        "Returns one retention review: who reviewed the record, why, and its new review date. A review \
                      of another area is 404.",
    );
}

async fn list(
    caller: Caller<ReadRetention>,
    db: Data<Db>,
    query: ListQuery<Reviews>,
) -> ApiResult<Page<RetentionReview>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total)))
}

async fn get(caller: Caller<ReadRetention>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<RetentionReview>> {
    let found = db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    found.map(Json::plain).ok_or_else(Problem::not_found)
}

async fn create(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    JsonBody(creation): JsonBody<RetentionReviewCreation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<RetentionReview>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        Ok(service::create(tx, &creation, &caller).await?.map(|review| {
            let location = format!("/v1/retention-reviews/{}", review.id);
            Created::at(location, review, mode)
        }))
    })
    .await
}

//! `/v1/retention` and `/v1/retention-reviews`

use actix_web::web::Data;
use uuid::Uuid;

use super::super::store::record;
use super::model::{RetentionEntry, RetentionReview, RetentionReviewed};
use super::store::{self, Reviews, Schedule};
use crate::api::{
    Api, ApiResult, Body, Created, Fault, IdempotencyKey, IdempotentResponse, Json, Mode, Page, Path, Problem, Query,
};
use crate::auth::Caller;
use crate::auth::permissions::{KeepRetention, ReadRetention};
use crate::db::{AuditedRead, Db, Event, Snapshot, Write};
use crate::vocabulary::WireName;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/retention", "List the records that have a review date", list);
    api.get("/v1/retention-reviews", "List the reviews", reviews);
    api.post("/v1/retention-reviews", "Review a record, and keep it until another day", create);
    api.get("/v1/retention-reviews/{id}", "Show a review", show);
}

async fn list(caller: Caller<ReadRetention>, db: Data<Db>, query: Query<Schedule>) -> ApiResult<Page<RetentionEntry>> {
    // That an item is due is told of every marking: it says nothing of what the item says.
    let page = async |tx: &crate::db::Tx<'_>| Ok(AuditedRead::new(store::schedule(tx, &query).await?, Vec::new()));
    let (rows, total) = db.read_audited(&caller, page).await?;
    Ok(Page(query.page(rows, total)))
}

async fn reviews(
    caller: Caller<ReadRetention>,
    db: Data<Db>,
    query: Query<Reviews>,
) -> ApiResult<Page<RetentionReview>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::reviews(db, &query).await).await?;
    Ok(Page(query.page(rows, total)))
}

async fn show(caller: Caller<ReadRetention>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<RetentionReview>> {
    let found = db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    found.map(Json::plain).ok_or_else(Problem::not_found)
}

async fn create(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    Body(sent): Body<RetentionReviewed>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<RetentionReview>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let subject = record(tx, sent.resource.as_str(), sent.resource_id).await?.ok_or_else(|| {
            let detail = format!("There is no such {}.", sent.resource);
            Problem::invalid(vec![Fault::body("/resource_id", "unknown_reference", detail)])
        })?;
        if sent.review_on < caller.today() {
            let detail = "The next review is today or later.";
            return Err(Problem::invalid(vec![Fault::body("/review_on", "out_of_range", detail)]));
        }
        let id = Uuid::now_v7();
        let made = RetentionReview {
            id,
            area: subject.area,
            resource: sent.resource,
            resource_id: sent.resource_id,
            review_on: sent.review_on,
            reason: sent.reason.to_string(),
            by: caller.actor.called().to_owned(),
            created_at: caller.at,
            links: RetentionReview::links(id, sent.resource_id),
        };
        store::insert(tx, &made).await?;
        let event = Event::new("retention_review", id, 1, "review").area(&made.area).under(made.resource_id);
        let event = event.after(Snapshot::of(&made)?);
        Ok(Write::new(Created::at(format!("/v1/retention-reviews/{id}"), made, mode), event))
    })
    .await
}

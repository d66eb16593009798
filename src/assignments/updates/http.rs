//! `/v1/assignments/{id}/updates`

use actix_web::web::Data;
use uuid::Uuid;

use super::super::store as assignments;
use super::super::view::require_standing;
use super::model::{Update, UpdateAdded};
use super::store::{self, Updates};
use crate::api::{
    Api, ApiResult, Body, Created, Fault, IdempotencyKey, IdempotentResponse, Mode, Page, Path, Problem, Query,
};
use crate::auth::permissions::{AddUpdates, ReadHistory};
use crate::auth::{Caller, Side};
use crate::db::{Db, Event, Snapshot, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/assignments/{id}/updates", "List an assignment's updates", list);
    api.post("/v1/assignments/{id}/updates", "Add an update to an assignment", create);
}

async fn list(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    mut query: Query<Updates>,
) -> ApiResult<Page<Update>> {
    query.within("assignment_id = $", id);
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
    Body(sent): Body<UpdateAdded>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Update>>> {
    let scope = caller.actor.scope();
    // Audit reads and does not tell; who stands on both sides tells as the force does.
    let side = [Side::Force, Side::PolicingBody].into_iter().find(|side| scope.sides().contains(side));
    let side = side.ok_or_else(|| Problem::forbidden("Updates are added by the two sides."))?;
    let today = caller.today();
    let date = sent.date.unwrap_or(today);
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let file = assignments::find(tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
        require_standing(&file.record)?;
        if date > today {
            let detail = "An update tells of a day that has come.";
            return Err(Problem::invalid(vec![Fault::body("/date", "out_of_range", detail)]));
        }
        let made = Update {
            id: Uuid::now_v7(),
            assignment_id: id,
            area: file.record.area.clone(),
            date,
            text: sent.text.to_string(),
            side,
            by: caller.actor.called().to_owned(),
            created_at: caller.at,
            links: Update::links(id),
        };
        store::insert(tx, &made).await?;
        let event = Event::new("assignment_update", made.id, 1, "add").area(&made.area).under(id);
        let event = event.after(Snapshot::of(&made)?);
        let place = format!("/v1/assignments/{id}/updates");
        Ok(Write::new(Created::at(place, made, mode), event))
    })
    .await
}

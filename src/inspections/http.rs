//! `/v1/inspections`: registering and reading. Publishing touches every subject area and stands in `publication/`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::Inspection;
use super::register::{
    acted_on, check_day, check_references, find_acted_on, find_own, insert, register, require_draft,
};
use super::request::{InspectionAmended, Registration};
use super::snapshot::snapshot;
use super::store::{self, Inspections};
use crate::api::{
    Api, ApiResult, Body, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, Mode, Page, Path, Problem, Query,
};
use crate::audit::{self, AsOf, History, HistoryPage, RecordHistory};
use crate::auth::permissions::{ReadHistory, RegisterInspections};
use crate::auth::{Anyone, Caller};
use crate::db::{Db, Event, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("inspections", "Reports of the inspectorate, shared by all areas they are about.");
    api.get_cached("/v1/inspections", "List the inspections", list);
    api.post("/v1/inspections", "Register an inspection", create);
    api.get_cached("/v1/inspections/{id}", "Show an inspection", show);
    api.patch("/v1/inspections/{id}", "Amend a draft inspection", amend);
    api.get("/v1/inspections/{id}/transitions", "List an inspection's transitions", history);
    api.get("/v1/inspections/{id}/history", "Show who changed what of an inspection, from what to what", changes);
}

async fn list(caller: Anyone, db: Data<Db>, query: Query<Inspections>, as_of: AsOf) -> ApiResult<Page<Inspection>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        let (rows, total) = db.read_as_of(&then, async |db| store::page(db, &query).await).await?;
        return Ok(Page(query.page(rows, total)));
    }
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query).await).await?,
        Some(call) => {
            db.read(&call.actor, async |db| {
                let (rows, total) = store::page(db, &query).await?;
                let (found, cursors): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
                Ok((acted_on(db, found, call).await?.into_iter().zip(cursors).collect(), total))
            })
            .await?
        }
    };
    Ok(Page(query.page(rows, total)))
}

async fn show(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>, as_of: AsOf) -> ApiResult<Json<Inspection>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        let found = db.read_as_of(&then, async |db| store::find(db, id).await).await?;
        return found.map(Json::record).ok_or_else(Problem::not_found);
    }
    let found = match &caller.call {
        None => db.read_published_row(async |db| store::find_public(db, id).await).await?,
        Some(call) => db.read(&call.actor, async |db| find_acted_on(db, id, call).await).await?,
    };
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn create(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Body(sent): Body<Registration>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Inspection>>> {
    let new = register(sent, &caller)?;
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let event = insert(tx, &new).await?;
        let made = find_acted_on(tx, new.id, &caller).await?;
        let made = made.ok_or_else(|| Problem::internal("the inspection was not kept"))?;
        let made = Created::at(format!("/v1/inspections/{}", made.id), made, mode).version(1);
        Ok(Write::new(made, event))
    })
    .await
}

async fn amend(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(amended): Body<InspectionAmended>,
    mode: Mode,
) -> ApiResult<Json<Inspection>> {
    let inspection = db
        .write(&caller, mode, async |tx| {
            let mut found = find_own(tx, id, &caller).await?;
            seen.check(found.version)?;
            require_draft(tx, &found, &caller).await?;
            let before = snapshot(&found)?;
            let fields = amended.clone().apply(&mut found);
            check_day(found.published_on)?;
            check_references(tx, &found).await?;
            if store::update(tx, &found).await? == 0 {
                return Err(Problem::stale());
            }
            let found = find_acted_on(tx, id, &caller).await?.ok_or_else(Problem::not_found)?;
            let event = Event::new("inspection", id, found.version, "amend").fields(fields);
            let mut event = event.before(before).after(snapshot(&found)?);
            event.area.clone_from(&found.registered_by);
            Ok(Write::new(found, event))
        })
        .await?;
    Ok(Json::record(inspection))
}

async fn history(caller: Caller<ReadHistory>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<History>> {
    audit::transitions(&db, &caller, id, async |db| store::find(db, id).await).await
}

async fn changes(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::changes_of(&db, &caller, "inspection", before, async |db| Ok(store::find(db, id).await?.map(|_| id))).await
}

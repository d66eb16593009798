//! `/v1/assignments`: reading, amending, moving on.

use actix_web::web::Data;
use uuid::Uuid;

use super::amend::apply;
use super::model::{Assignment, AssignmentAmended};
use super::moves::AssignmentMove;
use super::store::{self, Assignments};
use super::{positions, transition, updates, view};
use crate::api::{
    Api, ApiResult, Body, IdempotencyKey, IdempotentResponse, IfMatch, Json, Mode, Page, Path, Problem, Query,
};
use crate::audit::{self, AsOf, History, HistoryPage, RecordHistory};
use crate::auth::permissions::{MoveAssignments, ReadHistory, WorkAssignments};
use crate::auth::{Anyone, Caller};
use crate::db::{Db, Session, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("assignments", "One recommendation in one area: four positions, kept apart.");
    api.get_cached("/v1/assignments", "List the assignments", list);
    api.get_cached("/v1/assignments/{id}", "Show an assignment", show);
    api.patch("/v1/assignments/{id}", "Amend an assignment's owner, local target or dependency", amend);
    api.post("/v1/assignments/{id}/transitions", "Move an assignment on", advance);
    api.get("/v1/assignments/{id}/transitions", "List an assignment's transitions", history);
    api.get("/v1/assignments/{id}/history", "Show who changed what of an assignment, from what to what", changes);
    positions::http::operations(api);
    updates::http::operations(api);
}

async fn list(caller: Anyone, db: Data<Db>, mut query: Query<Assignments>, as_of: AsOf) -> ApiResult<Page<Assignment>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        // What others have published is in their logs.
        query.within("own = $", true);
        let (rows, total) = db.read_as_of(&then, async |db| store::page(db, &query, then.today()).await).await?;
        let rows = rows.into_iter().map(|(listed, cursor)| (view::then(listed, &then), cursor));
        return Ok(Page(query.page(rows.collect(), total)));
    }
    let today = caller.today();
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query, today).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::page(db, &query, today).await).await?,
    };
    let rows = rows.into_iter().map(|(listed, cursor)| (view::listed(listed, caller.call.as_ref()), cursor));
    Ok(Page(query.page(rows.collect(), total)))
}

async fn show(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>, as_of: AsOf) -> ApiResult<Json<Assignment>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        let find = async |db: &Session<'_>| store::find(db, &then.actor.scope(), id).await;
        let file = db.read_as_of(&then, find).await?.ok_or_else(Problem::not_found)?;
        return Ok(Json::record(view::then(store::Listed::Own(Box::new(file)), &then)));
    }
    let today = caller.today();
    let published = async |db: &Session<'_>| {
        store::find_public(db, id, today).await?.map(view::public).ok_or_else(Problem::not_found)
    };
    let assignment = match &caller.call {
        None => db.read_published_row(async |db| published(db).await).await?,
        Some(call) => {
            db.read(&call.actor, async |db| match store::find(db, &call.actor.scope(), id).await? {
                Some(file) => Ok(view::own(file, call)),
                None => published(db).await,
            })
            .await?
        }
    };
    Ok(Json::record(assignment))
}

async fn amend(
    caller: Caller<WorkAssignments>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<AssignmentAmended>,
    mode: Mode,
) -> ApiResult<Json<Assignment>> {
    let assignment = db
        .write(&caller, mode, async |tx| {
            let file = store::lock(tx, &caller.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
            seen.check(file.record.version)?;
            let (now, event) = apply(tx, file.record, &sent, &caller).await?;
            Ok(Write::new(view::own(now, &caller), event))
        })
        .await?;
    Ok(Json::record(assignment))
}

async fn advance(
    caller: Caller<MoveAssignments>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<AssignmentMove>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Assignment>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let moved = transition::advance(tx, id, &asked, |version| seen.check(version), &caller).await?;
        Ok(moved.map(|now| Json::record(view::own(now, &caller))))
    })
    .await
}

async fn history(caller: Caller<ReadHistory>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<History>> {
    audit::transitions(&db, &caller, id, async |db| store::find(db, &caller.actor.scope(), id).await).await
}

async fn changes(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::changes_of(&db, &caller, "assignment", before, async |db| {
        Ok(store::find(db, &caller.actor.scope(), id).await?.map(|_| id))
    })
    .await
}

//! `/v1/assignments/{id}/evidence` and `/v1/evidence`: adding, reading, amending, moving on.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::{Evidence, EvidenceAdded, EvidenceAmended};
use super::moves::EvidenceMove;
use super::store::{self, EvidenceList};
use super::{files, marking, transition, view, write};
use crate::api::{
    Api, ApiResult, Body, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, Mode, Page, Path, Problem, Query,
};
use crate::assignments;
use crate::audit::{self, History, HistoryPage, RecordHistory};
use crate::auth::permissions::{MoveEvidence, ReadEvidence, WorkEvidence};
use crate::auth::{Call, Caller};
use crate::db::{AuditedRead, Db};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("evidence", "What shows that a recommendation was met, and the policing body's reviews of it.");
    api.get("/v1/assignments/{id}/evidence", "List an assignment's evidence", list);
    api.post("/v1/assignments/{id}/evidence", "Add an item of evidence", create);
    api.get("/v1/evidence/{id}", "Show an item of evidence", show);
    api.patch("/v1/evidence/{id}", "Amend an item of evidence", amend);
    api.post("/v1/evidence/{id}/transitions", "Move an item of evidence on", advance);
    api.get("/v1/evidence/{id}/transitions", "List an item's transitions", history);
    api.get("/v1/evidence/{id}/history", "Show who changed what of an item of evidence, from what to what", changes);
    marking::http::operations(api);
    files::http::operations(api);
}

async fn list(
    caller: Caller<ReadEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    mut query: Query<EvidenceList>,
) -> ApiResult<Page<Evidence>> {
    query.within("assignment_id = $", id);
    let page = db
        .read_audited(&caller, async |tx| {
            let scope = caller.actor.scope();
            assignments::store::find(tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
            let (rows, total) = store::page(tx, &query).await?;
            let mut events = Vec::new();
            let page = query.page(rows, total).map(|item| view::shown(item.open(&mut events), &caller));
            Ok(AuditedRead::new(page, events))
        })
        .await?;
    Ok(Page(page))
}

async fn create(
    caller: Caller<WorkEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    Body(sent): Body<EvidenceAdded>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Evidence>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        Ok(write::add(tx, id, &sent, &caller).await?.map(|item| {
            let place = format!("/v1/evidence/{}", item.record.id);
            Created::at(place, view::shown(item, &caller), mode).version(1)
        }))
    })
    .await
}

async fn show(caller: Caller<ReadEvidence>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<Evidence>> {
    let evidence = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            let item = store::find(tx, id).await?.ok_or_else(Problem::not_found)?.open(&mut events);
            Ok(AuditedRead::new(view::shown(item, &caller), events))
        })
        .await?;
    Ok(Json::record(evidence))
}

/// What was only tried wrote nothing, its event neither: that it was read is recorded by itself, where it must be,
/// before the answer is given.
pub(super) async fn record_trial(db: &Db, call: &Call, id: Uuid, mode: Mode) -> Result<(), Problem> {
    if mode == Mode::Write {
        return Ok(());
    }
    db.read_audited(call, async |tx| {
        let mut events = Vec::new();
        store::find(tx, id).await?.ok_or_else(Problem::not_found)?.open(&mut events);
        Ok(AuditedRead::new((), events))
    })
    .await
}

async fn amend(
    caller: Caller<WorkEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<EvidenceAmended>,
    mode: Mode,
) -> ApiResult<Json<Evidence>> {
    let evidence = db
        .write(&caller, mode, async |tx| {
            let item = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            seen.check(item.record.version)?;
            Ok(write::amend(tx, item, sent.clone(), &caller)?.map(|now| view::shown(now, &caller)))
        })
        .await?;
    record_trial(&db, &caller, id, mode).await?;
    Ok(Json::record(evidence))
}

async fn advance(
    caller: Caller<MoveEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<EvidenceMove>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Evidence>>> {
    let answer = db
        .write_idempotent(&caller, mode, &once, async |tx| {
            let moved = transition::advance(tx, id, &asked, |version| seen.check(version), &caller).await?;
            Ok(moved.map(|now| Json::record(view::shown(now, &caller))))
        })
        .await?;
    record_trial(&db, &caller, id, mode).await?;
    Ok(answer)
}

async fn history(caller: Caller<ReadEvidence>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<History>> {
    let items = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            store::find(tx, id).await?.ok_or_else(Problem::not_found)?.open(&mut events);
            Ok(AuditedRead::new(audit::history(tx, id).await?, events))
        })
        .await?;
    Ok(Json::plain(History { items }))
}

async fn changes(
    caller: Caller<ReadEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    HistoryPage(version): HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    let history = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            store::find(tx, id).await?.ok_or_else(Problem::not_found)?.open(&mut events);
            Ok(AuditedRead::new(audit::changes(tx, "evidence", id, version).await?, events))
        })
        .await?;
    Ok(Json::plain(history))
}

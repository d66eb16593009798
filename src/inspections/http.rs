//! The operations at `/v1/inspections`. The transitions are in `publication/`, because they reach every subject area.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::Inspection;
use super::requests::{InspectionAmendment, InspectionRegistration};
use super::service;
use super::store::{self, Inspections};
use super::views::{find_with_allowed_actions, with_allowed_actions};
use crate::api::{
    Amended, Api, ApiResult, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, Page,
    Path, Problem, ProblemKind, WriteMode,
};
use crate::audit::{self, AsOf, HistoryPage, RecordHistory, TransitionHistory, TransitionOrder};
use crate::auth::permissions::{ReadHistory, RegisterInspections};
use crate::auth::{Anyone, Caller};
use crate::db::{Db, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("inspections", "Reports of an inspectorate. All areas that a report is about share one record of it.");
    api.get_cached("/v1/inspections", "List inspections", list).description(
        "Returns the published inspections. With a token, it also returns the drafts that the caller can see, and withdrawn \
         inspections. With `as_of`, it returns them as they were at an earlier time.",
    );
    api.post("/v1/inspections", "Register an inspection", create).problem(ProblemKind::AlreadyExists).description(
        "Creates an inspection in the state `draft`. Only the registering area and registrars see it until it is \
             published. A source and reference that a published inspection or a draft of the same area has are \
             409, which names that inspection. Drafts of several areas can have one reference until one of them is \
             published.",
    );
    api.get_cached("/v1/inspections/{id}", "Get an inspection", get).description(
        "Returns one inspection, with the actions that the caller may perform on it. A draft that another area \
         registered is 404.",
    );
    api.patch("/v1/inspections/{id}", "Update a draft inspection", update)
        .problem(ProblemKind::AlreadyExists)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Changes the members that the body names. Only a draft can be changed: after publication the status is \
             409, and the transition `correct` makes corrections. An inspection that another area registered is 403. \
             A reference that is taken is 409, as on registration.",
        );
    api.get("/v1/inspections/{id}/transitions", "List an inspection's transitions", list_transitions).description(
        "Returns the transitions of an inspection, newest first: the action, the states, the time, the person and \
         the reason.",
    );
    api.get("/v1/inspections/{id}/history", "List an inspection's changes", history).description(
        "Returns the changes of an inspection, the newest first: the time, the person, and each member's value before \
         and after.",
    );
}

async fn list(caller: Anyone, db: Data<Db>, query: ListQuery<Inspections>, as_of: AsOf) -> ApiResult<Page<Inspection>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        let (rows, total) = db.read_as_of(&as_of_call, async |db| store::page(db, &query).await).await?;
        return Ok(Page(query.page(rows, total)));
    }
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query).await).await?,
        Some(call) => {
            db.read(&call.actor, async |db| {
                let (rows, total) = store::page(db, &query).await?;
                let (found, cursors): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
                Ok((with_allowed_actions(db, found, call).await?.into_iter().zip(cursors).collect(), total))
            })
            .await?
        }
    };
    Ok(Page(query.page(rows, total)))
}

async fn get(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>, as_of: AsOf) -> ApiResult<Json<Inspection>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        let found = db.read_as_of(&as_of_call, async |db| store::find(db, id).await).await?;
        return found.map(Json::record).ok_or_else(Problem::not_found);
    }
    let found = match &caller.call {
        None => db.read_published_row(async |db| store::find_public(db, id).await).await?,
        Some(call) => db.read(&call.actor, async |db| find_with_allowed_actions(db, id, call).await).await?,
    };
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn create(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    JsonBody(registration): JsonBody<InspectionRegistration>,
    mode: WriteMode,
    idempotency_key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Inspection>>> {
    let draft = service::new_draft(registration, &caller)?;
    db.write_idempotent(&caller, mode, &idempotency_key, async |tx| {
        let event = service::register(tx, &draft).await?;
        let created = find_with_allowed_actions(tx, draft.id, &caller).await?;
        let created = created.ok_or_else(|| Problem::internal("the inserted inspection cannot be read"))?;
        let created = Created::at(format!("/v1/inspections/{}", created.id), created, mode).version(1);
        Ok(Write::new(created, event))
    })
    .await
}

async fn update(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<InspectionAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Inspection>>> {
    Ok(service::update(&db, &caller, id, &if_match, &amendment, mode).await?.map(Json::record))
}

async fn list_transitions(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    TransitionOrder(order): TransitionOrder,
) -> ApiResult<Json<TransitionHistory>> {
    audit::transition_history(&db, &caller, id, order, async |db| store::find(db, id).await).await
}

async fn history(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::change_history(&db, &caller, "inspection", before, async |db| Ok(store::find(db, id).await?.map(|_| id)))
        .await
}

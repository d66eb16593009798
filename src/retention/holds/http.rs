//! The HTTP operations on legal holds: `/v1/legal-holds`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::LegalHold;
use super::requests::{LegalHoldCreation, LegalHoldTransition};
use super::service::{self, with_allowed_actions};
use super::store::{self, LegalHolds};
use crate::api::{
    Api, ApiResult, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, Page, Path,
    Problem, ProblemKind, WriteMode,
};
use crate::audit::{self, TransitionHistory, TransitionOrder};
use crate::auth::Caller;
use crate::auth::permissions::{KeepRetention, ReadRetention};
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/legal-holds", "List legal holds", list)
        .description("Returns the legal holds of your areas, newest first, both in force and lifted.");
    api.post("/v1/legal-holds", "Set a legal hold", create).description(
        "Holds a response, an assignment or an item of evidence, and every record below it. Until the hold is lifted, \
         the service refuses to dispose of these records, and does not perform a disposal that was already confirmed. \
         A record that is not in your areas is 422.",
    );
    api.get("/v1/legal-holds/{id}", "Get a legal hold", get)
        .description("Returns one legal hold of your areas, with the actions that you may perform.");
    api.post("/v1/legal-holds/{id}/transitions", "Lift a legal hold", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Lifts a hold. From then on, the records can be disposed of, and the service performs a disposal that was \
             already confirmed. A hold that was already lifted is 409.",
        );
    api.get("/v1/legal-holds/{id}/transitions", "List a legal hold's transitions", list_transitions)
        .description("Returns when and by whom a hold was set and lifted, newest first, with the reasons.");
}

async fn list(caller: Caller<ReadRetention>, db: Data<Db>, query: ListQuery<LegalHolds>) -> ApiResult<Page<LegalHold>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total).map(|hold| with_allowed_actions(hold, &caller))))
}

async fn get(caller: Caller<ReadRetention>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<LegalHold>> {
    let found = db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    Ok(Json::record(with_allowed_actions(found.ok_or_else(Problem::not_found)?, &caller)))
}

async fn create(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    JsonBody(creation): JsonBody<LegalHoldCreation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<LegalHold>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        Ok(service::create(tx, &creation, &caller).await?.map(|hold| {
            let location = format!("/v1/legal-holds/{}", hold.id);
            Created::at(location, with_allowed_actions(hold, &caller), mode).version(1)
        }))
    })
    .await
}

async fn transition(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<LegalHoldTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<LegalHold>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let check = |version| if_match.check(version);
        let written = service::transition(tx, id, &request, check, &caller).await?;
        Ok(written.map(|hold| Json::record(with_allowed_actions(hold, &caller))))
    })
    .await
}

async fn list_transitions(
    caller: Caller<ReadRetention>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    TransitionOrder(order): TransitionOrder,
) -> ApiResult<Json<TransitionHistory>> {
    audit::transition_history(&db, &caller, id, order, async |db| store::find(db, id).await).await
}

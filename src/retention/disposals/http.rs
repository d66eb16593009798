//! The HTTP operations on disposals: `/v1/disposals`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::Disposal;
use super::requests::{DisposalProposal, DisposalTransition};
use super::store::{self, Disposals};
use super::{service, views};
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
    api.get("/v1/disposals", "List disposals", list).description(
        "Returns the disposals of your areas, newest first, each with its certificate once it was performed.",
    );
    api.post("/v1/disposals", "Propose a disposal", create).problem(ProblemKind::AlreadyExists).description(
        "Proposes to remove the texts and files of a record, or the text of an audit event, permanently. Nothing \
             is removed until another person confirms the proposal. A record under a legal hold, or before its review \
             date on the ground `retention`, is 422.",
    );
    api.get("/v1/disposals/{id}", "Get a disposal", get).description(
        "Returns one disposal of your areas. Once the service has performed it, `certificate` states by ids and \
         digests what was removed.",
    );
    api.post("/v1/disposals/{id}/transitions", "Confirm or refuse a disposal", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Confirms or refuses a disposal. The service performs a confirmed disposal within a few minutes, and until \
             then it can be refused. If the proposer confirms, neither person is of the side that wrote the text, or a \
             legal hold is in force, the status is 422. A disposal that was already refused is 409.",
        );
    api.get("/v1/disposals/{id}/transitions", "List a disposal's transitions", list_transitions).description(
        "Returns the actions performed on a disposal, newest first: who performed each, when, and from which state to \
         which.",
    );
}

async fn list(caller: Caller<ReadRetention>, db: Data<Db>, query: ListQuery<Disposals>) -> ApiResult<Page<Disposal>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total).map(|row| views::with_allowed_actions(row, &caller))))
}

async fn get(caller: Caller<ReadRetention>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<Disposal>> {
    let found = db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    Ok(Json::record(views::with_allowed_actions(found.ok_or_else(Problem::not_found)?, &caller)))
}

async fn create(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    JsonBody(proposal): JsonBody<DisposalProposal>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Disposal>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        Ok(service::propose(tx, &proposal, &caller).await?.map(|row| {
            let location = format!("/v1/disposals/{}", row.disposal.id);
            Created::at(location, views::with_allowed_actions(row, &caller), mode).version(1)
        }))
    })
    .await
}

async fn transition(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<DisposalTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Disposal>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let check = |version| if_match.check(version);
        let written = service::transition(tx, id, &request, check, &caller).await?;
        Ok(written.map(|row| Json::record(views::with_allowed_actions(row, &caller))))
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

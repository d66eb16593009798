//! The HTTP operations on remarks: `/v1/responses/{id}/remarks` and `/v1/remarks`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::Remark;
use super::passage::PlacedRemark;
use super::requests::{RemarkAmendment, RemarkCreation, RemarkTransition};
use super::store::{self, Remarks};
use super::{passage, service, views};
use crate::api::{
    Amended, Api, ApiResult, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, Page,
    Path, Problem, ProblemKind, WriteMode,
};
use crate::audit::{self, TransitionHistory, TransitionOrder};
use crate::auth::permissions::{ReadRemarks, WriteRemarks};
use crate::auth::{Call, Caller};
use crate::db::{Db, Session, Tx};
use crate::responses;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag(
        "remarks",
        "What the people of one side say to each other about a response while they work on it. Only that side and \
         auditors of the area read them. The statutory comments are members of the response itself.",
    );
    api.get("/v1/responses/{id}/remarks", "List a response's remarks", list).description(
        "Returns the remarks of your own side on a response of your areas, oldest first. `thread_id` and `answers` \
         make threads of them. `passage_found` states whether the text still has the passage of a remark. Auditors read \
         the remarks of both sides.",
    );
    api.post("/v1/responses/{id}/remarks", "Make a remark on a response", create)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Makes a remark for your own side: on the whole response, on a member (`member`), on a passage of its \
             text (`member` and `passage`), or as an answer to another remark (`answers`). A member or passage that \
             the response does not have as you read it is 422. An answer to a resolved thread is 409.",
        );
    api.get("/v1/remarks/{id}", "Get a remark", get)
        .description("Returns one remark of your own side, with the actions that you may perform.");
    api.patch("/v1/remarks/{id}", "Update a remark", update)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Changes the text of your own remark. A remark of another person is 403. While the thread is resolved, \
             the status is 409.",
        );
    api.post("/v1/remarks/{id}/transitions", "Resolve or reopen a remark", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Performs one action of the `remark` workflow on a remark that begins a thread: `resolve` or `reopen`. Its \
             answers follow. Everyone of its side may. An action that the present state does not allow is 409, and an \
             action on an answer is 422.",
        );
    api.get("/v1/remarks/{id}/transitions", "List a remark's transitions", list_transitions)
        .description("Returns when and by whom a remark was made, resolved and reopened, newest first.");
}

async fn list(
    caller: Caller<ReadRemarks>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    mut query: ListQuery<Remarks>,
) -> ApiResult<Page<Remark>> {
    query.restrict("response_id = $", id);
    let page = async |db: &Session<'_>| {
        if !responses::store::is_of_own_area(db, id).await? {
            return Err(Problem::not_found());
        }
        let (rows, total) = store::page(db, &query).await?;
        let (rows, cursors): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let placed = passage::place_all(db, rows, &caller).await?;
        Ok((placed.into_iter().zip(cursors).collect(), total))
    };
    let (placed, total) = db.read(&caller.actor, page).await?;
    Ok(Page(query.page(placed, total).map(|remark| views::view(remark, &caller))))
}

/// Returns a remark that the caller may read, with the present place of its passage.
async fn find_placed(db: &Session<'_>, id: Uuid, call: &Call) -> Result<PlacedRemark, Problem> {
    let row = store::find(db, id).await?.ok_or_else(Problem::not_found)?;
    passage::place_one(db, row, call).await
}

async fn get(caller: Caller<ReadRemarks>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<Remark>> {
    let found = db.read(&caller.actor, async |db| find_placed(db, id, &caller).await).await?;
    Ok(Json::record(views::view(found, &caller)))
}

async fn create(
    caller: Caller<WriteRemarks>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    JsonBody(creation): JsonBody<RemarkCreation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Remark>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let written = service::create(tx, id, &creation, &caller).await?;
        Ok(written.map(|made| {
            Created::at(format!("/v1/remarks/{}", made.row.id), views::view(made, &caller), mode).version(1)
        }))
    })
    .await
}

async fn update(
    caller: Caller<WriteRemarks>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<RemarkAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Remark>>> {
    let check = |version| if_match.check(version);
    let work = async |tx: &Tx<'_>| service::update(tx, id, amendment.clone(), check, &caller).await;
    let find = async |db: &Session<'_>| find_placed(db, id, &caller).await;
    let amended = db.amend(&caller, mode, work, async || db.read(&caller.actor, find).await).await?;
    Ok(amended.map(|remark| Json::record(views::view(remark, &caller))))
}

async fn transition(
    caller: Caller<WriteRemarks>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<RemarkTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Remark>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let check = |version| if_match.check(version);
        let written = service::transition(tx, id, &request, check, &caller).await?;
        Ok(written.map(|remark| Json::record(views::view(remark, &caller))))
    })
    .await
}

async fn list_transitions(
    caller: Caller<ReadRemarks>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    TransitionOrder(order): TransitionOrder,
) -> ApiResult<Json<TransitionHistory>> {
    audit::transition_history(&db, &caller, id, order, async |db| store::find(db, id).await).await
}

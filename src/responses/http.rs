//! The HTTP operations on responses: `/v1/responses` and `/v1/batch/explanations`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use uuid::Uuid;

use super::model::{ExplanationBatchResult, Response};
use super::requests::{ExplanationBatch, ExplanationRequest, ResponseAmendment, ResponseTransition};
use super::store::{self, ResponseListItem, ResponseRecord, Responses};
use super::{service, views};
use crate::api::{
    Amended, Api, ApiResponse, ApiResult, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery,
    NoContent, OperationDoc, Page, Path, Problem, ProblemKind, WriteMode,
};
use crate::audit::{self, AsOf, HistoryPage, RecordHistory, TransitionHistory, TransitionOrder};
use crate::auth::permissions::{ExplainResponses, MoveResponses, ReadHistory, WriteResponses};
use crate::auth::{Anyone, Call, Caller};
use crate::db::{Db, Session, Tx, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag(
        "responses",
        "A policing body's statutory response to an inspection report: one for each inspection and police area (Police \
         Act 1996 s.55).",
    );
    api.get_cached("/v1/responses", "List responses", list).description(
        "Returns the responses of your own areas in full, and the published responses of all other areas. Without a \
         token, it returns published responses only. With `as_of`, it returns your own areas' responses as they were \
         at that time.",
    );
    api.get_cached("/v1/responses/{id}", "Get a response", get).description(
        "Returns one response. Callers of its area see the drafts of their own side. All others see the current \
         published edition. A response that you may not see is 404.",
    );
    api.patch("/v1/responses/{id}", "Update your side's texts of a response", update)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Changes or deletes texts: the policing body's comments and reply, or the force's draft of the chief \
             officer's comments. A text of the other side is 403. Once the response is submitted for approval, the \
             status is 409. Each side may also assign a person of its own (`assigned_to`), in every state; a person of \
             the other side or another area, or who has left, is 422.",
        );
    api.put("/v1/responses/{id}/explanations/{recommendation_id}", "Explain a recommendation", put_explanation)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Creates or replaces the explanation of one recommendation, and increases the response's version. A \
             recommendation of another inspection is 404. Once the response is submitted for approval, the status is \
             409.",
        );
    api.delete("/v1/responses/{id}/explanations/{recommendation_id}", "Delete an explanation", delete_explanation)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Deletes the explanation of one recommendation, and increases the response's version. A recommendation \
             without an explanation is 404. Once the response is submitted for approval, the status is 409.",
        );
    api.post("/v1/batch/explanations", "Explain many recommendations", put_explanations).description(
        "Creates or replaces up to 500 explanations, of one or more responses, in one transaction. If any item is \
         wrong, nothing is written and `errors` lists every fault. The status is 412 if every fault is an outdated \
         version, 409 if every fault is a response that cannot be edited, and 422 otherwise.",
    );
    api.post("/v1/responses/{id}/transitions", "Perform an action on a response", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Performs one action of the `response` workflow, such as `submit`, `approve` or `publish`, and returns the \
             response in its new state. An action that the present state does not allow is 409, with \
             `allowed_actions`. If the response or the request does not meet the action's needs, the status is 422 and \
             `errors` lists each need.",
        );
    api.get("/v1/responses/{id}/transitions", "List a response's transitions", list_transitions).description(
        "Returns the actions performed on a response, newest first: who performed each, when, and from which state to \
         which. Notes on the policing body's internal work are left out for the force's side.",
    );
    api.get("/v1/responses/{id}/history", "List a response's changes", history).description(
        "Returns the audit events of a response, newest first, with the old and the new value of each member that \
         changed. Members of the other side's drafts are left out.",
    );
}

async fn list(caller: Anyone, db: Data<Db>, mut query: ListQuery<Responses>, as_of: AsOf) -> ApiResult<Page<Response>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        let scope = as_of_call.actor.scope();
        // The caller cannot read the audit log of another area, so the list as of an earlier time holds only own areas.
        query.restrict("own = $", true);
        let page = async |db: &Session<'_>| store::page(db, &scope, &query, as_of_call.today()).await;
        let (rows, total) = db.read_as_of(&as_of_call, page).await?;
        let rows = rows.into_iter().map(|(item, cursor)| (views::list_item_as_of(item, &as_of_call), cursor));
        return Ok(Page(query.page(rows.collect(), total)));
    }
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query).await).await?,
        Some(call) => {
            let scope = call.actor.scope();
            db.read(&call.actor, async |db| store::page(db, &scope, &query, call.today()).await).await?
        }
    };
    let rows = rows.into_iter().map(|(item, cursor)| (views::list_item(item, caller.call.as_ref()), cursor));
    Ok(Page(query.page(rows.collect(), total)))
}

async fn get(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>, as_of: AsOf) -> ApiResult<Json<Response>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        let found = db.read_as_of(&as_of_call, async |db| store::find(db, &as_of_call.actor.scope(), id).await).await?;
        let item = ResponseListItem::Own(Box::new(found.ok_or_else(Problem::not_found)?));
        return Ok(Json::record(views::list_item_as_of(item, &as_of_call)));
    }
    let find_public = async |db: &Session<'_>| {
        let found = store::find_public(db, id).await?;
        found.map(views::published).ok_or_else(Problem::not_found)
    };
    let response = match &caller.call {
        None => db.read_published_row(async |db| find_public(db).await).await?,
        Some(call) => {
            db.read(&call.actor, async |db| match store::find(db, &call.actor.scope(), id).await? {
                Some(record) => Ok(views::view_for_area(record, call)),
                None => find_public(db).await,
            })
            .await?
        }
    };
    Ok(Json::record(response))
}

async fn update(
    caller: Caller<WriteResponses>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<ResponseAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Response>>> {
    let check = |version| if_match.check(version);
    let work = async |tx: &Tx<'_>| service::update(tx, id, &amendment, check, &caller).await;
    amend(&db, &caller, mode, id, work).await
}

/// Performs an amendment of a response of the caller's areas.
async fn amend(
    db: &Db,
    call: &Call,
    mode: WriteMode,
    id: Uuid,
    work: impl AsyncFn(&Tx<'_>) -> Result<Write<ResponseRecord>, Problem>,
) -> ApiResult<Amended<Json<Response>>> {
    let find = async |db: &Session<'_>| store::find(db, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found);
    let amended = db.amend(call, mode, work, async || db.read(&call.actor, find).await).await?;
    Ok(amended.map(|record| Json::record(views::view_for_area(record, call))))
}

async fn put_explanation(
    caller: Caller<ExplainResponses>,
    db: Data<Db>,
    Path(ids): Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<ExplanationRequest>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Response>>> {
    let check = |version| if_match.check(version);
    let work = async |tx: &Tx<'_>| service::put_explanation(tx, ids, &request, check, &caller).await;
    amend(&db, &caller, mode, ids.0, work).await
}

async fn delete_explanation(
    caller: Caller<ExplainResponses>,
    db: Data<Db>,
    Path(ids): Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    mode: WriteMode,
) -> ApiResult<NoContent> {
    db.write(&caller, mode, async |tx| {
        service::delete_explanation(tx, ids, |version| if_match.check(version), &caller).await
    })
    .await?;
    Ok(NoContent)
}

impl ApiResponse for ExplanationBatchResult {
    fn describe(doc: &mut OperationDoc) {
        let content = json!({ "application/json": { "schema": doc.schema::<Self>() } });
        doc.response(200, "The responses that the batch names.", &[], content);
        doc.problem(ProblemKind::Stale);
        doc.problem(ProblemKind::NotPossibleFromThisState);
    }

    fn into_response(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self)
    }
}

async fn put_explanations(
    caller: Caller<ExplainResponses>,
    db: Data<Db>,
    JsonBody(batch): JsonBody<ExplanationBatch>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<ExplanationBatchResult>> {
    let write = async |tx: &Tx<'_>| service::put_explanations(tx, &batch, &caller).await;
    db.write_idempotent(&caller, mode, &key, write).await
}

async fn transition(
    caller: Caller<MoveResponses>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<ResponseTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Response>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let check = |version| if_match.check(version);
        let written = service::transition(tx, id, request.clone(), check, &caller).await?;
        Ok(written.map(|record| Json::record(views::view_for_area(record, &caller))))
    })
    .await
}

async fn list_transitions(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    TransitionOrder(order): TransitionOrder,
) -> ApiResult<Json<TransitionHistory>> {
    audit::transition_history(&db, &caller, id, order, async |db| store::find(db, &caller.actor.scope(), id).await)
        .await
}

async fn history(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    page: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::change_history(&db, &caller, "response", page, async |db| {
        Ok(store::find(db, &caller.actor.scope(), id).await?.map(|_| id))
    })
    .await
}

//! The HTTP operations on assignments: `/v1/assignments`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::Assignment;
use super::requests::{AssignmentAmendment, AssignmentTransition};
use super::store::{self, AssignmentListItem, AssignmentRecord, Assignments};
use super::{imported, positions, service, updates, views};
use crate::api::{
    Amended, Api, ApiResult, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, Page, Path,
    Problem, ProblemKind, WriteMode,
};
use crate::audit::{self, AsOf, HistoryPage, RecordHistory, TransitionHistory, TransitionOrder};
use crate::auth::permissions::{MoveAssignments, ReadHistory, WorkAssignments};
use crate::auth::{Anyone, Call, Caller};
use crate::db::{Db, Session, Tx, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag(
        "assignments",
        "The tracking of one recommendation or area for improvement in one police area. Four positions stay apart: the \
         force's status, the policing body's view, an auditor's opinion and the inspectorate's decision.",
    );
    api.get_cached("/v1/assignments", "List assignments", list).description(
        "Returns the assignments of your own areas in full, and the published assignments of all other areas. Without \
         a token, it returns published assignments only. With `as_of`, it returns your own areas' assignments as they \
         were at that time.",
    );
    api.get_cached("/v1/assignments/{id}", "Get an assignment", get).description(
        "Returns one assignment. Callers of its area see all members; all others see the headline state and two \
         positions, once the area's response is published. An assignment that you may not see is 404.",
    );
    api.patch("/v1/assignments/{id}", "Update an assignment", update)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Changes the owner, the area's own target date or the dependency. A change of the target needs a reason, \
             and the target's history records it. A closed assignment is 409: reopen it first. Only the force may \
             change these members. Each side may assign a person of its own (`assigned_to`), in every status; a person \
             of the other side or another area, or who has left, is 422.",
        );
    api.post("/v1/assignments/{id}/transitions", "Perform an action on an assignment", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Performs one action of the `assignment` workflow, such as `allocate` or `sign_off`, and returns the \
             assignment with its new `force_status`. An action that the present status does not allow is 409, with \
             `allowed_actions`. If the assignment or the request does not meet the action's needs, the status is 422 \
             and `errors` lists each need.",
        );
    api.get("/v1/assignments/{id}/transitions", "List an assignment's transitions", list_transitions).description(
        "Returns the actions performed on an assignment, newest first: who performed each, when, and from which status \
         of the force to which.",
    );
    api.get("/v1/assignments/{id}/history", "List an assignment's changes", history).description(
        "Returns the audit events of an assignment, newest first, with the old and the new value of each member that \
         changed.",
    );
    positions::http::operations(api);
    updates::http::operations(api);
    imported::http::operations(api);
}

async fn list(
    caller: Anyone,
    db: Data<Db>,
    mut query: ListQuery<Assignments>,
    as_of: AsOf,
) -> ApiResult<Page<Assignment>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        // The caller cannot read the audit log of another area, so the list as of an earlier time holds only own areas.
        query.restrict("own = $", true);
        let (rows, total) =
            db.read_as_of(&as_of_call, async |db| store::page(db, &query, as_of_call.today()).await).await?;
        let rows = rows.into_iter().map(|(item, cursor)| (views::list_item_as_of(item, &as_of_call), cursor));
        return Ok(Page(query.page(rows.collect(), total)));
    }
    let today = caller.today();
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query, today).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::page(db, &query, today).await).await?,
    };
    let rows = rows.into_iter().map(|(item, cursor)| (views::list_item(item, caller.call.as_ref()), cursor));
    Ok(Page(query.page(rows.collect(), total)))
}

async fn get(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>, as_of: AsOf) -> ApiResult<Json<Assignment>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        let found = db.read_as_of(&as_of_call, async |db| store::find(db, &as_of_call.actor.scope(), id).await).await?;
        let item = AssignmentListItem::Own(Box::new(found.ok_or_else(Problem::not_found)?));
        return Ok(Json::record(views::list_item_as_of(item, &as_of_call)));
    }
    let today = caller.today();
    let find_public = async |db: &Session<'_>| {
        let found = store::find_public(db, id, today).await?;
        found.map(views::published).ok_or_else(Problem::not_found)
    };
    let assignment = match &caller.call {
        None => db.read_published_row(async |db| find_public(db).await).await?,
        Some(call) => {
            db.read(&call.actor, async |db| match store::find(db, &call.actor.scope(), id).await? {
                Some(record) => Ok(views::view_for_area(record, call)),
                None => find_public(db).await,
            })
            .await?
        }
    };
    Ok(Json::record(assignment))
}

async fn update(
    caller: Caller<WorkAssignments>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<AssignmentAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Assignment>>> {
    let check = |version| if_match.check(version);
    amend(&db, &caller, mode, id, async |tx| service::update(tx, id, &amendment, check, &caller).await).await
}

/// Performs an amendment of an assignment of the caller's areas.
pub(super) async fn amend(
    db: &Db,
    call: &Call,
    mode: WriteMode,
    id: Uuid,
    work: impl AsyncFn(&Tx<'_>) -> Result<Write<AssignmentRecord>, Problem>,
) -> ApiResult<Amended<Json<Assignment>>> {
    let find = async |db: &Session<'_>| store::find(db, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found);
    let amended = db.amend(call, mode, work, async || db.read(&call.actor, find).await).await?;
    Ok(amended.map(|record| Json::record(views::view_for_area(record, call))))
}

async fn transition(
    caller: Caller<MoveAssignments>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<AssignmentTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Assignment>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let written = service::transition(tx, id, &request, |version| if_match.check(version), &caller).await?;
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
    audit::change_history(&db, &caller, "assignment", page, async |db| {
        Ok(store::find(db, &caller.actor.scope(), id).await?.map(|_| id))
    })
    .await
}

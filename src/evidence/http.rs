//! The HTTP operations on evidence: `/v1/assignments/{id}/evidence` and `/v1/evidence`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::{Evidence, EvidenceRecord};
use super::requests::{EvidenceAmendment, EvidenceCreation, EvidenceTransition};
use super::store::{self, EvidenceList};
use super::{files, marking, service, views};
use crate::api::{
    Amended, Api, ApiResult, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, Page,
    Path, Problem, ProblemKind, WriteMode,
};
use crate::assignments;
use crate::audit::{self, HistoryPage, RecordHistory, TransitionHistory, TransitionOrder};
use crate::auth::permissions::{AmendEvidence, MoveEvidence, ReadEvidence, WorkEvidence};
use crate::auth::{Call, Caller};
use crate::db::{AuditedRead, Db, Tx};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag(
        "evidence",
        "Evidence that a recommendation was met: items of an assignment, the versions of their files, and the policing \
         body's reviews.",
    );
    api.get("/v1/assignments/{id}/evidence", "List an assignment's evidence", list).description(
        "Returns the items of evidence of one assignment of your areas, with their files and reviews. Each item \
         returned that is OFFICIAL-SENSITIVE is recorded in the audit log as read.",
    );
    api.post("/v1/assignments/{id}/evidence", "Add an item of evidence", create)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Adds an item in the state `draft`, without a file. Upload a file next, then submit the item. An \
             assignment of a withdrawn inspection is 409, and dates that disagree are 422.",
        );
    api.get("/v1/evidence/{id}", "Get an item of evidence", get).description(
        "Returns one item of your areas, with its files, its reviews and the actions that you may perform. If the \
         item is OFFICIAL-SENSITIVE, the reading is recorded in the audit log.",
    );
    api.patch("/v1/evidence/{id}", "Update an item of evidence", update)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Changes the title, kind, description or dates of an item, or raises its marking. The item must be \
             `draft`, `changes_requested` or `rejected`; any other state is 409. An attempt to lower the marking is \
             422. Only the force may change these members. Each side may assign a person of its own (`assigned_to`), in \
             every state; a person of the other side or another area, or who has left, is 422.",
        );
    api.post("/v1/evidence/{id}/transitions", "Perform an action on an item of evidence", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Performs one action of the `evidence` workflow, such as `submit` or `accept`, and returns the item in its \
             new state. An action that the present state does not allow is 409, with `allowed_actions`. If a need is \
             not met, such as a file or another person as reviewer, the status is 422.",
        );
    api.get("/v1/evidence/{id}/transitions", "List an item's transitions", list_transitions).description(
        "Returns the actions performed on an item, newest first: who performed each, when, and from which state to \
         which. If the item is OFFICIAL-SENSITIVE, the reading is recorded in the audit log.",
    );
    api.get("/v1/evidence/{id}/history", "List an item's changes", history).description(
        "Returns the audit events of an item, newest first, with the old and the new value of each member that \
         changed. If the item is OFFICIAL-SENSITIVE, the reading is recorded in the audit log.",
    );
    marking::http::operations(api);
    files::http::operations(api);
}

async fn list(
    caller: Caller<ReadEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    mut query: ListQuery<EvidenceList>,
) -> ApiResult<Page<Evidence>> {
    query.restrict("assignment_id = $", id);
    let page = db
        .read_audited(&caller, async |tx| {
            let scope = caller.actor.scope();
            assignments::store::find(tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
            let (rows, total) = store::page(tx, &query).await?;
            let mut events = Vec::new();
            let page = query.page(rows, total).map(|record| views::view_for_area(record.read(&mut events), &caller));
            Ok(AuditedRead::new(page, events))
        })
        .await?;
    Ok(Page(page))
}

async fn create(
    caller: Caller<WorkEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    JsonBody(creation): JsonBody<EvidenceCreation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Evidence>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        Ok(service::create(tx, id, &creation, &caller).await?.map(|record| {
            let location = format!("/v1/evidence/{}", record.row.id);
            Created::at(location, views::view_for_area(record, &caller), mode).version(1)
        }))
    })
    .await
}

async fn get(caller: Caller<ReadEvidence>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<Evidence>> {
    Ok(Json::record(views::view_for_area(read(&db, &caller, id).await?, &caller)))
}

/// Returns an item, after its reading was recorded where it must be.
async fn read(db: &Db, call: &Call, id: Uuid) -> Result<EvidenceRecord, Problem> {
    db.read_audited(call, async |tx| {
        let mut events = Vec::new();
        let record = store::find(tx, id).await?.ok_or_else(Problem::not_found)?.read(&mut events);
        Ok(AuditedRead::new(record, events))
    })
    .await
}

/// Records the reading of an item after a write with `validate_only`, before the response is sent. Such a write commits
/// no event, but its response shows the item.
pub(super) async fn record_validation(db: &Db, call: &Call, id: Uuid, mode: WriteMode) -> Result<(), Problem> {
    if mode == WriteMode::Write {
        return Ok(());
    }
    read(db, call, id).await.map(drop)
}

async fn update(
    caller: Caller<AmendEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<EvidenceAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Evidence>>> {
    let work = async |tx: &Tx<'_>| {
        let record = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
        if_match.check(record.row.version)?;
        service::update(tx, record, amendment.clone(), &caller).await
    };
    let amended = db.amend(&caller, mode, work, async || read(&db, &caller, id).await).await?;
    // An amendment that changes nothing has read the item again, and recorded that.
    if amended.is_changed() {
        record_validation(&db, &caller, id, mode).await?;
    }
    Ok(amended.map(|record| Json::record(views::view_for_area(record, &caller))))
}

async fn transition(
    caller: Caller<MoveEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<EvidenceTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Evidence>>> {
    let response = db
        .write_idempotent(&caller, mode, &key, async |tx| {
            let check = |version| if_match.check(version);
            let written = service::transition(tx, id, &request, check, &caller).await?;
            Ok(written.map(|record| Json::record(views::view_for_area(record, &caller))))
        })
        .await?;
    record_validation(&db, &caller, id, mode).await?;
    Ok(response)
}

async fn list_transitions(
    caller: Caller<ReadEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    TransitionOrder(order): TransitionOrder,
) -> ApiResult<Json<TransitionHistory>> {
    let items = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            store::find(tx, id).await?.ok_or_else(Problem::not_found)?.read(&mut events);
            Ok(AuditedRead::new(audit::list_transitions(tx, id, order).await?, events))
        })
        .await?;
    Ok(Json::plain(TransitionHistory { items }))
}

async fn history(
    caller: Caller<ReadEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    page: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    let history = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            store::find(tx, id).await?.ok_or_else(Problem::not_found)?.read(&mut events);
            Ok(AuditedRead::new(audit::list_changes(tx, "evidence", id, page).await?, events))
        })
        .await?;
    Ok(Json::plain(history))
}

//! The HTTP operations on people: `/v1/people`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::Person;
use super::requests::{PersonAmendment, PersonCreation};
use super::service;
use super::store::{self, People};
use crate::api::{
    Amended, Api, ApiResult, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, Page,
    Path, Problem, ProblemKind, WriteMode,
};
use crate::audit::{self, HistoryPage, RecordHistory};
use crate::auth::permissions::{KeepPeople, ReadPeople};
use crate::auth::{Call, Caller};
use crate::db::{Db, Session, Tx};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag(
        "people",
        "The people of your areas: the officers of the policing body and of the force, with their roles. Records are \
         assigned to them.",
    );
    api.get("/v1/people", "List people", list).description(
        "Returns the people of your areas, of both sides. The service adds who calls it, within minutes of the first \
         call; the area can add others. Callers of other areas never see them. Who has left is in the list with \
         `active` false: entries are not deleted.",
    );
    api.post("/v1/people", "Add a person", create).problem(ProblemKind::AlreadyExists).description(
        "Adds a person of your own side who has not called the service yet, so that records can be assigned in \
         advance. It grants no access: the issuer of tokens does. Send the `subject` that the person's tokens will \
         have: the service recognises the person by it. If the side has an entry of this subject, the status is 409.",
    );
    api.get("/v1/people/{id}", "Get a person", get)
        .description("Returns one person of your areas. A person of another area is 404.");
    api.patch("/v1/people/{id}", "Update a person", update).description(
        "Changes the name of a person of your own side, or states that the person has left (`active`: false) or is \
         back. The records of a person who has left stay assigned, and show it. An entry of the other side is 403.",
    );
    api.get("/v1/people/{id}/history", "List a person's changes", history).description(
        "Returns the changes of an entry, newest first: when, by whom, and each member's value before and after. A \
         change that the service saw in a token is by the person.",
    );
}

async fn list(caller: Caller<ReadPeople>, db: Data<Db>, query: ListQuery<People>) -> ApiResult<Page<Person>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total)))
}

async fn get(caller: Caller<ReadPeople>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<Person>> {
    find(&db, &caller, id).await.map(Json::record)
}

async fn find(db: &Db, call: &Call, id: Uuid) -> Result<Person, Problem> {
    db.read(&call.actor, async |db: &Session<'_>| store::find(db, id).await).await?.ok_or_else(Problem::not_found)
}

async fn create(
    caller: Caller<KeepPeople>,
    db: Data<Db>,
    JsonBody(creation): JsonBody<PersonCreation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Person>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let written = service::create(tx, creation.clone(), &caller).await?;
        Ok(written.map(|person| Created::at(format!("/v1/people/{}", person.id), person, mode).version(1)))
    })
    .await
}

async fn update(
    caller: Caller<KeepPeople>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<PersonAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Person>>> {
    let check = |version| if_match.check(version);
    let work = async |tx: &Tx<'_>| service::update(tx, id, amendment.clone(), check, &caller).await;
    let amended = db.amend(&caller, mode, work, async || find(&db, &caller, id).await).await?;
    Ok(amended.map(Json::record))
}

async fn history(
    caller: Caller<ReadPeople>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    page: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::change_history(&db, &caller, "person", page, async |db| {
        Ok(store::find(db, id).await?.map(|person| person.id))
    })
    .await
}

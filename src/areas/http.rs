//! The operations at `/v1/areas`.

use actix_web::web::Data;

use super::model::Area;
use super::requests::{AreaAmendment, AreaReplacement};
use super::service;
use super::store::{self, Areas};
use crate::api::{
    Amended, Api, ApiResult, CreatedOrReplaced, IfMatch, Json, JsonBody, ListQuery, Page, Path, Problem, WriteMode,
};
use crate::audit::{self, HistoryPage, RecordHistory};
use crate::auth::permissions::{AmendAreaSettings, KeepAreas, ReadHistory};
use crate::auth::{Anyone, Caller};
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("areas", "Police areas. Each has one local policing body and one police force.");
    api.get_cached("/v1/areas", "List areas", list).description(
        "Returns the police areas, past and present. An area of the caller includes its `settings`; other areas do \
         not.",
    );
    api.get_cached("/v1/areas/{code}", "Get an area", get).description(
        "Returns one police area by its code, such as `cumbria`. The `settings` are included only for a caller of \
         that area. An unknown code is 404.",
    );
    api.put("/v1/areas/{code}", "Create or replace an area", replace).description(
        "Creates an area with default settings, or replaces all members of an existing area except its settings. Send \
         `If-None-Match: *` to create, or `If-Match` with the ETag to replace; without either header the status is \
         428, and 412 if the area has changed since it was read.",
    );
    api.get("/v1/areas/{code}/history", "List an area's changes", history).description(
        "Returns the changes of an area, the newest first: the time, the person, and each member's value before and \
         after. Changes of the settings are included only for a caller of that area.",
    );
    api.patch("/v1/areas/{code}", "Update an area's settings", update).description(
        "Changes the settings that the body names; all other settings stay unchanged. An area that is not the \
         caller's is 403, and an area that has changed since it was read is 412.",
    );
}

async fn list(caller: Anyone, db: Data<Db>, query: ListQuery<Areas>) -> ApiResult<Page<Area>> {
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::page(db, &query).await).await?,
    };
    Ok(Page(query.page(rows, total)))
}

async fn get(caller: Anyone, db: Data<Db>, Path(code): Path<String>) -> ApiResult<Json<Area>> {
    let area = match &caller.call {
        None => db.read_published_row(async |db| store::find_public(db, &code).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::find(db, &code).await).await?,
    };
    area.map(Json::record).ok_or_else(Problem::not_found)
}

async fn replace(
    caller: Caller<KeepAreas>,
    db: Data<Db>,
    Path(code): Path<String>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<AreaReplacement>,
    mode: WriteMode,
) -> ApiResult<Amended<CreatedOrReplaced<Area>>> {
    let amended = service::replace(&db, &caller, &code, &if_match, &request, mode).await?;
    Ok(amended.map(|(area, new)| CreatedOrReplaced::record(area, new && mode == WriteMode::Write)))
}

async fn update(
    caller: Caller<AmendAreaSettings>,
    db: Data<Db>,
    Path(code): Path<String>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<AreaAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Area>>> {
    Ok(service::update_settings(&db, &caller, &code, &if_match, &request.settings, mode).await?.map(Json::record))
}

async fn history(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(code): Path<String>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::change_history(&db, &caller, "area", before, async |db| {
        Ok(store::find(db, &code).await?.map(|area| area.id))
    })
    .await
}

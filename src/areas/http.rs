//! `/v1/areas`

use actix_web::web::Data;

use super::model::{Area, AreaAmended, AreaWritten};
use super::snapshot::{settings_snapshot, snapshot};
use super::store::{self, Areas};
use crate::api::{Api, ApiResult, Body, CreatedOrReplaced, Fault, IfMatch, Json, Mode, Page, Path, Problem, Query};
use crate::audit::{self, HistoryPage, RecordHistory};
use crate::auth::permissions::{AmendAreaSettings, KeepAreas, ReadHistory};
use crate::auth::{Anyone, Caller};
use crate::db::{Db, Event, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("areas", "Police areas: each one local policing body and one force.");
    api.get_cached("/v1/areas", "List the areas", list);
    api.get_cached("/v1/areas/{code}", "Show an area", show);
    api.put("/v1/areas/{code}", "Write an area", write);
    api.get("/v1/areas/{code}/history", "Show who changed what of an area, from what to what", changes);
    api.patch("/v1/areas/{code}", "Amend an area's settings", amend);
}

async fn list(caller: Anyone, db: Data<Db>, query: Query<Areas>) -> ApiResult<Page<Area>> {
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::page(db, &query).await).await?,
    };
    Ok(Page(query.page(rows, total)))
}

async fn show(caller: Anyone, db: Data<Db>, Path(code): Path<String>) -> ApiResult<Json<Area>> {
    let found = match &caller.call {
        None => db.read_published_row(async |db| store::find_public(db, &code).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::find(db, &code).await).await?,
    };
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn write(
    caller: Caller<KeepAreas>,
    db: Data<Db>,
    Path(code): Path<String>,
    seen: IfMatch,
    Body(written): Body<AreaWritten>,
    mode: Mode,
) -> ApiResult<CreatedOrReplaced<Area>> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let mut faults = Vec::new();
    if !(2..=63).contains(&code.len())
        || !code.starts_with(|c: char| c.is_ascii_lowercase())
        || !code.chars().all(letters)
    {
        faults.push(Fault::path("code", "wrong_format", "A code is 2 to 63 lower-case letters, digits and hyphens."));
    }
    if written.valid_from.zip(written.valid_to).is_some_and(|(from, to)| to < from) {
        faults.push(Fault::body("/valid_to", "before_valid_from", "The last day comes before the first."));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let (area, new) = db
        .write(&caller, mode, async |tx| {
            let stored = store::find(tx, &code).await?;
            seen.check_or_absent(stored.as_ref().map(|area| area.version))?;
            let area = store::write(tx, &code, &written, stored.as_ref(), caller.at).await?;
            let area = area.ok_or_else(Problem::stale)?;
            let action = if stored.is_some() { "amend" } else { "create" };
            let mut event = Event::new("area", area.id, area.version, action).shared(true).after(snapshot(&area)?);
            if let Some(stored) = &stored {
                event = event.before(snapshot(stored)?);
            }
            Ok(Write::new((area, stored.is_none()), event))
        })
        .await?;
    Ok(CreatedOrReplaced::record(area, new && mode == Mode::Write))
}

async fn amend(
    caller: Caller<AmendAreaSettings>,
    db: Data<Db>,
    Path(code): Path<String>,
    seen: IfMatch,
    Body(amended): Body<AreaAmended>,
    mode: Mode,
) -> ApiResult<Json<Area>> {
    let area = db
        .write(&caller, mode, async |tx| {
            let area = store::find(tx, &code).await?.ok_or_else(Problem::not_found)?;
            if area.settings.is_none() {
                return Err(Problem::forbidden("The settings of an area are its own."));
            }
            seen.check(area.version)?;
            if store::amend(tx, &area, &amended.settings, caller.at).await? == 0 {
                return Err(Problem::stale());
            }
            let now = store::find(tx, &code).await?.ok_or_else(Problem::not_found)?;
            let event = Event::new("area", now.id, now.version, "amend")
                .area(&now.code)
                .fields(vec!["settings"])
                .before(settings_snapshot(&area)?)
                .after(settings_snapshot(&now)?);
            Ok(Write::new(now, event))
        })
        .await?;
    Ok(Json::record(area))
}

async fn changes(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(code): Path<String>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::changes_of(&db, &caller, "area", before, async |db| Ok(store::find(db, &code).await?.map(|area| area.id)))
        .await
}

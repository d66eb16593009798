//! `/v1/recommendations`, and an inspection's own.

use actix_web::web::Data;
use uuid::Uuid;

use super::add::{add, check, draft};
use super::model::{Erratum, Recommendation, RecommendationAdded, RecommendationAmended};
use super::snapshot::snapshot;
use super::store::{self, Recommendations};
use crate::api::{
    Api, ApiResult, Body, Created, Fault, IdempotencyKey, IdempotentResponse, IfMatch, Json, Kind, Mode, NoContent,
    Page, Path, Problem, Query,
};
use crate::audit::{self, AsOf, HistoryPage, RecordHistory};
use crate::auth::permissions::{ReadHistory, RegisterInspections};
use crate::auth::{Anyone, Call, Caller, Role};
use crate::db::{Db, Event, EventNote, Session, Write};
use crate::inspections::{self, State, find_own, require_draft};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("recommendations", "What a report asks, verbatim.");
    api.get_cached("/v1/recommendations", "List the recommendations", list);
    api.get_cached("/v1/recommendations/{id}", "Show a recommendation", show);
    api.patch("/v1/recommendations/{id}", "Amend a recommendation, or put its text right", amend);
    api.delete("/v1/recommendations/{id}", "Take a recommendation out of a draft", remove);
    api.get(
        "/v1/recommendations/{id}/history",
        "Show who changed what of a recommendation, from what to what",
        changes,
    );
    api.get_cached("/v1/inspections/{id}/recommendations", "List an inspection's recommendations", list_of_inspection);
    api.post("/v1/inspections/{id}/recommendations", "Add a recommendation to a draft", create);
}

async fn list(
    caller: Anyone,
    db: Data<Db>,
    query: Query<Recommendations>,
    as_of: AsOf,
) -> ApiResult<Page<Recommendation>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        let (rows, total) = db.read_as_of(&then, async |db| store::page(db, &query).await).await?;
        return Ok(Page(query.page(rows, total)));
    }
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::page(db, &query).await).await?,
    };
    Ok(Page(query.page(rows, total)))
}

async fn show(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>, as_of: AsOf) -> ApiResult<Json<Recommendation>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        let found = db.read_as_of(&then, async |db| store::find(db, id).await).await?;
        return found.map(Json::record).ok_or_else(Problem::not_found);
    }
    let found = match &caller.call {
        None => db.read_published_row(async |db| store::find_public(db, id).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::find(db, id).await).await?,
    };
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn list_of_inspection(
    caller: Anyone,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    mut query: Query<Recommendations>,
    as_of: AsOf,
) -> ApiResult<Page<Recommendation>> {
    query.within("inspection_id = $", id);
    let own = async |db: &Session<'_>| {
        inspections::store::find(db, id).await?.ok_or_else(Problem::not_found)?;
        store::page(db, &query).await
    };
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        let (rows, total) = db.read_as_of(&then, async |db| own(db).await).await?;
        return Ok(Page(query.page(rows, total)));
    }
    let (rows, total) = match &caller.call {
        None => {
            db.read_published(async |db| {
                inspections::store::find_public(db, id).await?.ok_or_else(Problem::not_found)?;
                store::page_public(db, &query).await
            })
            .await?
        }
        Some(call) => db.read(&call.actor, async |db| own(db).await).await?,
    };
    Ok(Page(query.page(rows, total)))
}

async fn create(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(inspection_id): Path<Uuid>,
    Body(sent): Body<RecommendationAdded>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Recommendation>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let inspection = draft(tx, inspection_id, &caller).await?;
        let (made, event) = add(tx, &inspection, sent.clone()).await?;
        let made = Created::at(format!("/v1/recommendations/{}", made.id), made, mode).version(1);
        Ok(Write::new(made, event))
    })
    .await
}

async fn amend(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(amended): Body<RecommendationAmended>,
    mode: Mode,
) -> ApiResult<Json<Recommendation>> {
    let recommendation = db
        .write(&caller, mode, async |tx| {
            let mut found = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
            find_own(tx, found.inspection_id, &caller).await?;
            let inspection = inspections::store::lock(tx, found.inspection_id).await?.ok_or_else(Problem::not_found)?;
            seen.check(found.version)?;
            let published = inspection.state == State::Published;
            let event = Event::new("recommendation", id, found.version + 1, "amend").shared(published);
            let mut event = event.under(inspection.id).before(snapshot(&found)?);
            event.area.clone_from(&inspection.registered_by);
            if published {
                let reason = erratum(&amended, &mut found, &caller)?;
                event = event.fields(vec!["text"]).note(Some(EventNote { text: reason, side: None }));
                event.action = "correct";
            } else {
                require_draft(tx, &inspection, &caller).await?;
                if amended.reason.is_some() {
                    let detail = "A draft is amended without a reason.";
                    return Err(Problem::invalid(vec![Fault::body("/reason", "not_here", detail)]));
                }
                event = event.fields(amended.clone().apply(&mut found));
            }
            check(tx, &found).await?;
            if store::update(tx, &found).await? == 0 {
                return Err(Problem::stale());
            }
            if published {
                store::publish(tx, found.inspection_id).await?;
            }
            let found = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
            let event = event.after(snapshot(&found)?);
            Ok(Write::new(found, event))
        })
        .await?;
    Ok(Json::record(recommendation))
}

/// Puts a published text right: by who may correct an inspection, with a reason, keeping the old text.
fn erratum(amended: &RecommendationAmended, found: &mut Recommendation, call: &Call) -> Result<String, Problem> {
    if !call.actor.is_any(&[Role::OpccApprover, Role::Registrar]) {
        return Err(Problem::forbidden("A published text is put right by: opcc_approver, registrar."));
    }
    let (mut faults, mut set) = (Vec::new(), amended.clone());
    let (reason, text) = (set.reason.take(), set.text.take());
    for member in set.apply(&mut found.clone()) {
        faults.push(Fault::body(format!("/{member}"), "published", "Once published, only the text can be put right."));
    }
    match (reason, text) {
        (Some(reason), Some(text)) if faults.is_empty() => {
            let old = std::mem::replace(&mut found.text, text.into_string());
            let reason = reason.into_string();
            found.errata.push(Erratum { at: call.at, reason: reason.clone(), text: old });
            Ok(reason)
        }
        (reason, text) => {
            if reason.is_none() {
                faults.push(Fault::body("/reason", "required", "An erratum needs a reason."));
            }
            if text.is_none() {
                faults.push(Fault::body("/text", "required", "An erratum needs the text as it should be."));
            }
            Err(Problem::invalid(faults))
        }
    }
}

async fn remove(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    mode: Mode,
) -> ApiResult<NoContent> {
    db.write(&caller, mode, async |tx| {
        let found = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
        let inspection = draft(tx, found.inspection_id, &caller).await?;
        seen.check(found.version)?;
        if store::is_parent(tx, &found).await? {
            let fault =
                Fault::record("", "in_use", "Recommendations belong to this cause of concern; take them out first.");
            return Err(Problem::with_faults(Kind::NeedsUnmet, vec![fault]));
        }
        if store::delete(tx, id).await? == 0 {
            return Err(Problem::stale());
        }
        let event = Event::new("recommendation", id, found.version + 1, "remove");
        let mut event = event.under(inspection.id).before(snapshot(&found)?);
        event.area.clone_from(&inspection.registered_by);
        Ok(Write::new((), event))
    })
    .await?;
    Ok(NoContent)
}

async fn changes(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::changes_of(&db, &caller, "recommendation", before, async |db| Ok(store::find(db, id).await?.map(|_| id)))
        .await
}

//! `/v1/legal-holds`

use actix_web::web::Data;
use uuid::Uuid;

use super::super::store::record;
use super::model::{HoldMove, LegalHold, LegalHoldSet};
use super::store::{self, LegalHolds};
use super::workflow::{HoldState, WORKFLOW};
use crate::api::{
    Api, ApiResult, Body, Created, Fault, IdempotencyKey, IdempotentResponse, IfMatch, Json, Mode, Page, Path, Problem,
    Query,
};
use crate::audit::{self, History};
use crate::auth::permissions::{KeepRetention, ReadRetention};
use crate::auth::{Call, Caller};
use crate::db::{Db, Event, EventNote, Snapshot, Write};
use crate::vocabulary::WireName;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/legal-holds", "List the legal holds", list);
    api.post("/v1/legal-holds", "Hold a record and all that lies below it", create);
    api.get("/v1/legal-holds/{id}", "Show a legal hold", show);
    api.post("/v1/legal-holds/{id}/transitions", "Lift a legal hold", advance);
    api.get("/v1/legal-holds/{id}/transitions", "List a legal hold's transitions", history);
}

fn shown(it: LegalHold, call: &Call) -> LegalHold {
    let allowed = WORKFLOW.allowed(it.state, &call.actor, |_| Vec::new());
    LegalHold { allowed_actions: Some(allowed), ..it }
}

async fn list(caller: Caller<ReadRetention>, db: Data<Db>, query: Query<LegalHolds>) -> ApiResult<Page<LegalHold>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total).map(|it| shown(it, &caller))))
}

async fn show(caller: Caller<ReadRetention>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<LegalHold>> {
    let found = db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    Ok(Json::record(shown(found.ok_or_else(Problem::not_found)?, &caller)))
}

async fn create(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    Body(sent): Body<LegalHoldSet>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<LegalHold>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let subject = record(tx, sent.resource.as_str(), sent.resource_id).await?.ok_or_else(|| {
            let detail = format!("There is no such {}.", sent.resource);
            Problem::invalid(vec![Fault::body("/resource_id", "unknown_reference", detail)])
        })?;
        let id = Uuid::now_v7();
        let made = LegalHold {
            id,
            area: subject.area,
            resource: sent.resource,
            resource_id: sent.resource_id,
            reason: sent.reason.to_string(),
            state: WORKFLOW.start,
            set_by: caller.actor.called().to_owned(),
            lifted_by: None,
            lifted_at: None,
            lifted_reason: None,
            allowed_actions: None,
            version: 1,
            created_at: caller.at,
            updated_at: caller.at,
            links: LegalHold::links(id),
        };
        store::insert(tx, &made).await?;
        let event = event("set", &made)?.moved(None, HoldState::InForce.as_str());
        let place = format!("/v1/legal-holds/{id}");
        Ok(Write::new(Created::at(place, shown(made, &caller), mode).version(1), event))
    })
    .await
}

fn event(action: &'static str, now: &LegalHold) -> Result<Event, Problem> {
    let event = Event::new("legal_hold", now.id, now.version, action).area(&now.area).under(now.resource_id);
    Ok(event.after(Snapshot::of(now)?))
}

async fn advance(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<HoldMove>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<LegalHold>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let mut it = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
        seen.check(it.version)?;
        let allowed = || WORKFLOW.allowed(it.state, &caller.actor, |_| Vec::new());
        let (step, _) = WORKFLOW.step(it.state, asked.action, &caller.actor, allowed)?;
        let before = Snapshot::of(&it)?;
        let written = store::lift(tx, &it, &step, &asked.reason);
        it.state = step.to(false);
        it.lifted_by = Some(caller.actor.called().to_owned());
        it.lifted_at = Some(caller.at);
        it.lifted_reason = Some(asked.reason.to_string());
        it.version += 1;
        it.updated_at = caller.at;
        let event = event(asked.action.as_str(), &it)?
            .before(before)
            .moved(step.from().as_str(), step.to(false).as_str())
            .note(Some(EventNote { text: asked.reason.to_string(), side: None }));
        Ok(Write::new(Json::record(shown(it, &caller)), event).writing([written]))
    })
    .await
}

async fn history(caller: Caller<ReadRetention>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<History>> {
    audit::transitions(&db, &caller, id, async |db| store::find(db, id).await).await
}

//! `/v1/disposals`

use actix_web::web::Data;
use uuid::Uuid;

use super::super::{schedule, store as subjects};
use super::model::{Disposal, DisposalProposed, DisposedResource, Ground};
use super::moves::{DisposalMove, allowed, unmet};
use super::snapshot::{event, snapshot};
use super::store::{self, Disposals, Record};
use super::workflow::WORKFLOW;
use crate::api::{
    Api, ApiResult, Body, Created, Fault, IdempotencyKey, IdempotentResponse, IfMatch, Json, Kind, Mode, Page, Path,
    Problem, Query,
};
use crate::audit::{self, History};
use crate::auth::permissions::{KeepRetention, ReadRetention};
use crate::auth::{Call, Caller};
use crate::db::{Db, EventNote, Tx, Write};
use crate::vocabulary::WireName;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/disposals", "List the disposals", list);
    api.post("/v1/disposals", "Propose a disposal", create);
    api.get("/v1/disposals/{id}", "Show a disposal, with its certificate", show);
    api.post("/v1/disposals/{id}/transitions", "Confirm a disposal, or refuse it", advance);
    api.get("/v1/disposals/{id}/transitions", "List a disposal's transitions", history);
}

fn shown(record: Record, call: &Call) -> Disposal {
    Disposal { allowed_actions: Some(allowed(&record, &call.actor)), ..record.shown }
}

async fn list(caller: Caller<ReadRetention>, db: Data<Db>, query: Query<Disposals>) -> ApiResult<Page<Disposal>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total).map(|it| shown(it, &caller))))
}

async fn show(caller: Caller<ReadRetention>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<Disposal>> {
    let found = db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    Ok(Json::record(shown(found.ok_or_else(Problem::not_found)?, &caller)))
}

/// What speaks against proposing it.
async fn faults(tx: &Tx<'_>, sent: &DisposalProposed, held: bool) -> Result<Vec<Fault>, Problem> {
    let mut faults = Vec::new();
    if held {
        faults.push(Fault::body("/resource_id", "held", "A legal hold keeps it; lift that first."));
    }
    if sent.ground == Ground::Retention {
        let today = tx.call().today();
        match schedule::review_on(tx, sent.resource.as_str(), sent.resource_id).await? {
            Some(on) if on <= today => {}
            Some(on) => {
                let detail = format!("It is kept until its review date, {on}.");
                faults.push(Fault::body("/resource_id", "not_due", detail));
            }
            None => {
                let detail =
                    "It has no review date: only a response or an item of evidence that has come to its end has.";
                faults.push(Fault::body("/resource_id", "not_due", detail));
            }
        }
    }
    Ok(faults)
}

async fn create(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    Body(sent): Body<DisposalProposed>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Disposal>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let subject = match sent.resource {
            DisposedResource::Event => subjects::event(tx, sent.resource_id).await?,
            _ => subjects::record(tx, sent.resource.as_str(), sent.resource_id).await?,
        };
        let subject = subject.ok_or_else(|| {
            let detail = format!("There is no such {} whose words can be disposed of.", sent.resource);
            Problem::invalid(vec![Fault::body("/resource_id", "unknown_reference", detail)])
        })?;
        let faults = faults(tx, &sent, subject.held).await?;
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let id = Uuid::now_v7();
        let made = Disposal {
            id,
            area: subject.area.clone(),
            ground: sent.ground,
            resource: sent.resource,
            resource_id: sent.resource_id,
            owner: subject.owner,
            reason: sent.reason.to_string(),
            state: WORKFLOW.start,
            held: false,
            proposed_by: caller.actor.called().to_owned(),
            decided_by: None,
            decided_at: None,
            decision_reason: None,
            disposed_at: None,
            certificate: None,
            allowed_actions: None,
            version: 1,
            created_at: caller.at,
            updated_at: caller.at,
            links: Disposal::links(id),
        };
        store::insert(tx, &made, &subject).await?;
        let now = store::find(tx, id).await?.ok_or_else(|| Problem::internal("the disposal was not kept"))?;
        let event = event("propose", &now.shown)?.moved(None, made.state.as_str());
        Ok(Write::new(Created::at(format!("/v1/disposals/{id}"), shown(now, &caller), mode).version(1), event))
    })
    .await
}

async fn advance(
    caller: Caller<KeepRetention>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<DisposalMove>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Disposal>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let mut record = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
        let it = &record.shown;
        seen.check(it.version)?;
        let (step, needs) =
            WORKFLOW.step(it.state, asked.action(), &caller.actor, || allowed(&record, &caller.actor))?;
        let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &record, &caller.actor)).collect();
        if !faults.is_empty() {
            return Err(Problem::with_faults(Kind::NeedsUnmet, faults));
        }
        let before = snapshot(it)?;
        let written = store::decide(tx, it, &step, asked.reason());
        let now = &mut record.shown;
        now.state = step.to(false);
        now.decided_by = Some(caller.actor.called().to_owned());
        now.decided_at = Some(caller.at);
        now.decision_reason = asked.reason().map(str::to_owned);
        now.version += 1;
        now.updated_at = caller.at;
        let event = event(asked.action().as_str(), now)?
            .before(before)
            .moved(step.from().as_str(), step.to(false).as_str())
            .note(asked.reason().map(|text| EventNote { text: text.to_owned(), side: None }));
        Ok(Write::new(Json::record(shown(record, &caller)), event).writing([written]))
    })
    .await
}

async fn history(caller: Caller<ReadRetention>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<History>> {
    audit::transitions(&db, &caller, id, async |db| store::find(db, id).await).await
}

//! `/v1/webhooks`

use actix_web::web::Data;
use chrono::TimeDelta;
use uuid::Uuid;

use super::context::WebhookContext;
use super::guard::Refused;
use super::model::{Webhook, WebhookAdded, WebhookAmended, WebhookSide, WebhookState};
use super::record::Record;
use super::secret::Secret;
use super::snapshot::{event, snapshot};
use super::store::{self, Webhooks};
use super::{deliveries, secret};
use crate::api::text::Line;
use crate::api::{
    Api, ApiResponse, ApiResult, Body, Created, Fault, IdempotencyKey, IdempotentResponse, IfMatch, Json, Kind, Mode,
    NoContent, Page, Path, Problem, Query,
};
use crate::auth::permissions::KeepWebhooks;
use crate::auth::{Call, Caller};
use crate::db::{Tx, Write};
use crate::vocabulary::WireName;

/// How many webhooks one side of an area may have.
const MOST: i64 = 20;
/// How long the secret before a new one signs too.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/webhooks", "List the webhooks", list);
    api.post("/v1/webhooks", "Make a webhook", create);
    api.get("/v1/webhooks/{id}", "Show a webhook", show);
    api.patch("/v1/webhooks/{id}", "Amend, stop or restart a webhook", amend);
    api.delete("/v1/webhooks/{id}", "Take a webhook away", remove);
    api.post("/v1/webhooks/{id}/rotate-secret", "Give a webhook a new secret", rotate);
    deliveries::http::operations(api);
}

async fn list(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    query: Query<Webhooks>,
) -> ApiResult<Page<Webhook>> {
    let (rows, total) = desk.db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total).map(|record| record.view(None, caller.at))))
}

async fn show(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Webhook>> {
    let found = desk.db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    found.map(|record| Json::record(record.view(None, caller.at))).ok_or_else(Problem::not_found)
}

/// For which area and side of the caller's a webhook is made.
fn whose(call: &Call, sent: &WebhookAdded) -> Result<(String, WebhookSide), Problem> {
    let scope = call.actor.scope();
    let sides = || WebhookSide::ALL.iter().copied().filter(|side| scope.sides().contains(&side.side()));
    let mut faults = Vec::new();
    let area = match (&sent.area, scope.areas()) {
        (Some(area), known) if known.iter().any(|known| **known == **area) => area.to_string(),
        (Some(_), _) => return Err(Problem::forbidden("This is none of the token's areas.")),
        (None, [only]) => only.clone(),
        (None, _) => {
            faults.push(Fault::body("/area", "required", "Say for which of the token's areas it is."));
            String::new()
        }
    };
    let side = match (sent.side, sides().count()) {
        (Some(side), _) if scope.sides().contains(&side.side()) => side,
        (Some(_), _) => return Err(Problem::forbidden("This is not the caller's side.")),
        (None, 1) => sides().next().unwrap_or(WebhookSide::PolicingBody),
        (None, _) => {
            faults.push(Fault::body("/side", "required", "Say for which side it is."));
            WebhookSide::PolicingBody
        }
    };
    if faults.is_empty() { Ok((area, side)) } else { Err(Problem::invalid(faults)) }
}

fn refused(refused: &Refused) -> Problem {
    Problem::invalid(vec![Fault::body("/url", refused.code(), refused.to_string())])
}

async fn create(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    Body(sent): Body<WebhookAdded>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Webhook>>> {
    let (area, side) = whose(&caller, &sent)?;
    let url = desk.sender.guard().check(&sent.url).await.map_err(|it| refused(&it))?;
    let id = Uuid::now_v7();
    let made = Record {
        id,
        area,
        side,
        url: url.into(),
        description: sent.description.map(Line::into_string),
        types: sent.types,
        state: WebhookState::Active,
        disabled_reason: None,
        disabled_at: None,
        secret: Secret::make()?.close(&desk.seal, id),
        previous_secret: None,
        previous_until: None,
        position: 0,
        due_at: None,
        leased_until: None,
        version: 1,
        created_at: caller.at,
        updated_at: caller.at,
    };
    let answered = desk
        .db
        .write_idempotent(&caller, mode, &once, async |tx| {
            if store::count(tx, &made.area, made.side).await? >= MOST {
                let fault =
                    Fault::record("", "too_many", format!("A side of an area has {MOST} webhooks at the most."));
                return Err(Problem::with_faults(Kind::NeedsUnmet, vec![fault]));
            }
            store::insert(tx, &made).await?;
            let made = store::find(tx, id).await?.ok_or_else(|| Problem::internal("a webhook that is not there"))?;
            let event = event(&made, "register").after(snapshot(&made)?);
            let view = made.view(Some(secret::sealed(&made.secret)), caller.at);
            Ok(Write::new(Created::at(format!("/v1/webhooks/{id}"), view, mode).version(1), event))
        })
        .await?;
    revealed(&desk, answered)
}

/// The answer with its secret in the open. It is kept sealed, so that who reads the table cannot sign.
fn revealed<R: ApiResponse>(
    desk: &WebhookContext,
    answered: IdempotentResponse<R>,
) -> ApiResult<IdempotentResponse<R>> {
    answered.amended(|body| {
        secret::reveal(&desk.seal, body).ok_or_else(|| Problem::internal("a secret that does not open"))
    })
}

async fn amend(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(sent): Body<WebhookAmended>,
    mode: Mode,
) -> ApiResult<Json<Webhook>> {
    let known = desk.db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    known.ok_or_else(Problem::not_found)?;
    let url = match &sent.url {
        Some(url) => Some(desk.sender.guard().check(url).await.map_err(|it| refused(&it))?),
        None => None,
    };
    let now = desk
        .db
        .write(&caller, mode, async |tx| {
            let mut found = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            seen.check(found.version)?;
            let (before, was) = (snapshot(&found)?, found.state);
            let mut fields = Vec::new();
            if let Some(url) = &url {
                found.url = url.to_string();
                fields.push("url");
            }
            if let Some(description) = &sent.description {
                found.description = description.clone().map(Line::into_string);
                fields.push("description");
            }
            if let Some(types) = &sent.types {
                found.types.clone_from(types);
                fields.push("types");
            }
            let to = sent.state.filter(|to| *to != was);
            if let Some(to) = to {
                set_state(&mut found, to, &caller);
                fields.push("state");
            }
            if store::update(tx, &found).await? == 0 {
                return Err(Problem::stale());
            }
            if to == Some(WebhookState::Active) {
                store::put_off(tx, id, caller.at, 0).await?;
            }
            let now = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
            let mut event = event(&now, "amend").fields(fields).before(before).after(snapshot(&now)?);
            if let Some(to) = to {
                event = event.moved(was.as_str(), to.as_str());
            }
            Ok(Write::new(now, event))
        })
        .await?;
    Ok(Json::record(now.view(None, caller.at)))
}

fn set_state(it: &mut Record, to: WebhookState, call: &Call) {
    let disabled = to == WebhookState::Disabled;
    it.state = to;
    it.disabled_reason = disabled.then(|| format!("Stopped by {}.", call.actor.called()));
    it.disabled_at = disabled.then_some(call.at);
    it.due_at = None;
    it.leased_until = None;
}

async fn remove(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    mode: Mode,
) -> ApiResult<NoContent> {
    desk.db
        .write(&caller, mode, async |tx| {
            let mut found = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            seen.check(found.version)?;
            if store::delete(tx, &found).await? == 0 {
                return Err(Problem::stale());
            }
            let before = snapshot(&found)?;
            found.version += 1;
            Ok(Write::new((), event(&found, "remove").before(before)))
        })
        .await?;
    Ok(NoContent)
}

async fn rotate(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Webhook>>> {
    let fresh = Secret::make()?.close(&desk.seal, id);
    let answered = desk
        .db
        .write_idempotent(&caller, Mode::Write, &once, async |tx: &Tx<'_>| {
            let mut found = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            let before = snapshot(&found)?;
            found.previous_secret = Some(std::mem::replace(&mut found.secret, fresh.clone()));
            found.previous_until = Some(caller.at + OVERLAP);
            if store::update(tx, &found).await? == 0 {
                return Err(Problem::stale());
            }
            let now = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
            let event = event(&now, "rotate_secret").fields(vec!["secret"]).before(before).after(snapshot(&now)?);
            Ok(Write::new(Json::record(now.view(Some(secret::sealed(&now.secret)), caller.at)), event))
        })
        .await?;
    revealed(&desk, answered)
}

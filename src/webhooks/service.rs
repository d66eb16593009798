//! Creating, updating and deleting webhooks, and rotating their secrets. Each function runs in a transaction of the
//! operation.

use chrono::TimeDelta;
use reqwest::Url;
use uuid::Uuid;

use super::model::{WebhookRecord, WebhookSide, WebhookState};
use super::requests::{WebhookAmendment, WebhookCreation};
use super::store;
use super::views::{event, snapshot};
use crate::api::text::SingleLineText;
use crate::api::{Fault, IfMatch, Problem, ProblemKind};
use crate::auth::Call;
use crate::db::{Event, Tx};
use crate::vocabulary::WireName;

/// The largest number of webhooks that one side of an area may have.
const MAX_WEBHOOKS: i64 = 20;

/// The time for which the previous secret also signs messages after a rotation.
const SECRET_OVERLAP: TimeDelta = TimeDelta::hours(24);

/// Returns the area and side that will own a new webhook: those that the request names, or the only ones of the caller.
///
/// # Errors
/// 403 if the area or side is not the caller's; 422 if the request must name one and does not.
pub fn choose_owner(call: &Call, creation: &WebhookCreation) -> Result<(String, WebhookSide), Problem> {
    let scope = call.actor.scope();
    let sides = || WebhookSide::ALL.iter().copied().filter(|side| scope.sides().contains(&side.side()));
    let mut faults = Vec::new();
    let area = match (&creation.area, scope.areas()) {
        (Some(area), known) if known.iter().any(|known| **known == **area) => area.to_string(),
        (Some(area), _) => {
            let area: &str = area;
            return Err(Problem::forbidden(format!("The token does not name the area `{area}`.")));
        }
        (None, [only]) => only.clone(),
        (None, _) => {
            let detail = "`area` is required, because the token names several areas: name the area of the webhook.";
            faults.push(Fault::body("/area", "required", detail));
            String::new()
        }
    };
    let side = match (creation.side, sides().count()) {
        (Some(side), _) if scope.sides().contains(&side.side()) => side,
        (Some(side), _) => return Err(Problem::forbidden(format!("The token has no role of the side `{side}`."))),
        (None, 1) => sides().next().unwrap_or(WebhookSide::PolicingBody),
        (None, _) => {
            let detail = "`side` is required, because the token has roles of both sides: name the side of the webhook.";
            faults.push(Fault::body("/side", "required", detail));
            WebhookSide::PolicingBody
        }
    };
    if faults.is_empty() { Ok((area, side)) } else { Err(Problem::invalid(faults)) }
}

/// Inserts a new webhook. It begins after the last change that there is now.
///
/// # Errors
/// 422 if the side of the area already has the largest number of webhooks.
pub async fn create(tx: &Tx<'_>, new: &WebhookRecord) -> Result<(WebhookRecord, Event), Problem> {
    if store::count(tx, &new.area, new.side).await? >= MAX_WEBHOOKS {
        let detail =
            format!("This side of the area already has {MAX_WEBHOOKS} webhooks, which is the limit: delete one first.");
        let fault = Fault::record("", "too_many", detail);
        return Err(Problem::with_faults(ProblemKind::NeedsUnmet, vec![fault]));
    }
    store::insert(tx, new).await?;
    let created = store::find(tx, new.id).await?.ok_or_else(|| Problem::internal("the new webhook was not found"))?;
    let event = event(&created, "register").after(snapshot(&created)?);
    Ok((created, event))
}

/// Updates a webhook. `url` is the new address after its check. A webhook that becomes active continues at once with
/// the message at which it stopped.
///
/// # Errors
/// 404 if the caller has no such webhook; 412 if its version is another.
pub async fn update(
    tx: &Tx<'_>,
    id: Uuid,
    if_match: &IfMatch,
    amendment: &WebhookAmendment,
    url: Option<&Url>,
) -> Result<(WebhookRecord, Event), Problem> {
    let mut webhook = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    if_match.check(webhook.version)?;
    let (before, from) = (snapshot(&webhook)?, webhook.state);
    let mut fields = Vec::new();
    if let Some(url) = url {
        webhook.url = url.to_string();
        fields.push("url");
    }
    if let Some(description) = &amendment.description {
        webhook.description = description.clone().map(SingleLineText::into_string);
        fields.push("description");
    }
    if let Some(types) = &amendment.types {
        webhook.types.clone_from(types);
        fields.push("types");
    }
    let to = amendment.state.filter(|to| *to != from);
    if let Some(to) = to {
        set_state(&mut webhook, to, tx.call());
        fields.push("state");
    }
    if store::update(tx, &webhook).await? == 0 {
        return Err(Problem::stale());
    }
    if to == Some(WebhookState::Active) {
        store::reschedule(tx, id, tx.call().at, 0).await?;
    }
    let updated = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    let mut event = event(&updated, "amend").fields(fields).before(before).after(snapshot(&updated)?);
    if let Some(to) = to {
        event = event.transition(from.as_str(), to.as_str());
    }
    Ok((updated, event))
}

fn set_state(webhook: &mut WebhookRecord, to: WebhookState, call: &Call) {
    let disabled = to == WebhookState::Disabled;
    webhook.state = to;
    webhook.disabled_reason = disabled.then(|| format!("Disabled by {}.", call.actor.display_name()));
    webhook.disabled_at = disabled.then_some(call.at);
    webhook.due_at = None;
    webhook.leased_until = None;
}

/// Deletes a webhook with its deliveries, and returns the event.
///
/// # Errors
/// 404 if the caller has no such webhook; 412 if its version is another.
pub async fn delete(tx: &Tx<'_>, id: Uuid, if_match: &IfMatch) -> Result<Event, Problem> {
    let mut webhook = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    if_match.check(webhook.version)?;
    if store::delete(tx, &webhook).await? == 0 {
        return Err(Problem::stale());
    }
    let before = snapshot(&webhook)?;
    webhook.version += 1;
    Ok(event(&webhook, "remove").before(before))
}

/// Replaces the secret of a webhook. The previous secret also signs messages for 24 hours. `encrypted` is the new
/// secret.
///
/// # Errors
/// 404 if the caller has no such webhook.
pub async fn rotate_secret(tx: &Tx<'_>, id: Uuid, encrypted: &[u8]) -> Result<(WebhookRecord, Event), Problem> {
    let mut webhook = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    let before = snapshot(&webhook)?;
    webhook.previous_secret = Some(std::mem::replace(&mut webhook.secret, encrypted.to_vec()));
    webhook.previous_until = Some(tx.call().at + SECRET_OVERLAP);
    if store::update(tx, &webhook).await? == 0 {
        return Err(Problem::stale());
    }
    let updated = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    let event = event(&updated, "rotate_secret").fields(vec!["secret"]).before(before).after(snapshot(&updated)?);
    Ok((updated, event))
}

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
use crate::auth::{self, Call};
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
    let side = creation.side.map(WebhookSide::side);
    let (area, side) = auth::choose_owner(call, creation.area.as_deref(), side, "webhook")?;
    let side = WebhookSide::ALL.iter().copied().find(|own| own.side() == side);
    Ok((area, side.ok_or_else(|| Problem::internal("a side that cannot have webhooks"))?))
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
    if let Some(url) = url.filter(|url| url.as_str() != webhook.url) {
        webhook.url = url.to_string();
        fields.push("url");
    }
    let description = amendment.description.clone().map(|description| description.map(SingleLineText::into_string));
    if let Some(description) = description.filter(|new| *new != webhook.description) {
        webhook.description = description;
        fields.push("description");
    }
    if let Some(types) = amendment.types.as_ref().filter(|new| **new != webhook.types) {
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

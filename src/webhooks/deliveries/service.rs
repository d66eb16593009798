//! Records the outcome of each attempt: the new state of the delivery and of its webhook. Also sends a message at once
//! when a caller sends it again or sends a test message.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::api::Problem;
use crate::auth::Call;
use crate::db::{AuditedRead, Event, EventNote, Tx};
use crate::outbox;
use crate::vocabulary::WireName;
use crate::webhooks::context::WebhookContext;
use crate::webhooks::model::{DeliveryState, WebhookRecord, WebhookState};
use crate::webhooks::sender::Outcome;
use crate::webhooks::store::{self, StoredDelivery};
use crate::webhooks::views::{event, snapshot};

impl WebhookContext {
    /// Returns a webhook and one of its deliveries.
    ///
    /// # Errors
    /// 404 if the caller has no such webhook, or the webhook no such delivery.
    pub(super) async fn find_delivery(
        &self,
        call: &Call,
        webhook: Uuid,
        delivery: Uuid,
    ) -> Result<(WebhookRecord, StoredDelivery), Problem> {
        let found = self.db.read(&call.actor, async |db| {
            Ok(store::find(db, webhook).await?.zip(store::find_delivery(db, webhook, delivery).await?))
        });
        found.await?.ok_or_else(Problem::not_found)
    }

    /// Sends the message of a delivery once, for a caller who sends it again or tests the webhook. Records the outcome.
    pub(super) async fn send_requested(&self, call: &Call, webhook: Uuid, delivery: Uuid) -> Result<(), Problem> {
        let (webhook, stored) = self.find_delivery(call, webhook, delivery).await?;
        let outcome = self.attempt(&webhook, stored.delivery.message_id, &stored.body).await;
        self.record_requested(&Call { at: self.clock.now(), ..call.clone() }, &stored, &outcome).await
    }

    /// Records the outcome of an attempt that a caller requested.
    async fn record_requested(&self, call: &Call, stored: &StoredDelivery, outcome: &Outcome) -> Result<(), Problem> {
        self.db
            .read_audited(call, async |tx| {
                let webhook = stored.delivery.webhook_id;
                store::lock(tx, webhook).await?.ok_or_else(Problem::not_found)?;
                let found = store::find_delivery(tx, webhook, stored.delivery.id).await?;
                let current = found.ok_or_else(Problem::not_found)?;
                let state = match (outcome.is_accepted(), current.delivery.state) {
                    (true, _) => DeliveryState::Delivered,
                    // A ping has only this attempt.
                    (false, DeliveryState::Pending) if current.position.is_none() => DeliveryState::Failed,
                    // An accepted message stays accepted. A message that is pending again is the dispatcher's to send.
                    (false, state) => state,
                };
                store::record_outcome(tx, &current, outcome, state).await?;
                if let (DeliveryState::Pending, Some(due)) = (state, current.delivery.next_attempt_at) {
                    store::reschedule(tx, webhook, due, current.tries).await?;
                }
                Ok(AuditedRead::new((), Vec::new()))
            })
            .await
    }

    /// Records the outcome of an attempt by the dispatcher. Returns true if the next message may follow: the receiver
    /// accepted this one, and the lease is still held. After the last attempt, the webhook is disabled.
    pub(in crate::webhooks) async fn record_dispatched(
        &self,
        call: &Call,
        stored: &StoredDelivery,
        outcome: &Outcome,
        lease: DateTime<Utc>,
    ) -> Result<bool, Problem> {
        let id = stored.delivery.webhook_id;
        self.db
            .read_audited(call, async |tx| {
                let Some(webhook) = store::lock(tx, id).await?.filter(|found| found.leased_until == Some(lease)) else {
                    return Ok(AuditedRead::new(false, Vec::new()));
                };
                if outcome.is_accepted() {
                    store::record_outcome(tx, stored, outcome, DeliveryState::Delivered).await?;
                    return Ok(AuditedRead::new(true, Vec::new()));
                }
                if let Some(wait) = outbox::wait_after(stored.tries) {
                    store::record_outcome(tx, stored, outcome, DeliveryState::Pending).await?;
                    store::reschedule(tx, id, tx.call().at + wait, stored.tries + 1).await?;
                    return Ok(AuditedRead::new(false, Vec::new()));
                }
                store::record_outcome(tx, stored, outcome, DeliveryState::Failed).await?;
                Ok(AuditedRead::new(false, vec![disable(tx, webhook, stored, outcome).await?]))
            })
            .await
    }
}

/// Disables a webhook after the last attempt to send a message failed, and returns the event.
async fn disable(
    tx: &Tx<'_>,
    mut webhook: WebhookRecord,
    stored: &StoredDelivery,
    outcome: &Outcome,
) -> Result<Event, Problem> {
    let before = snapshot(&webhook)?;
    let error = outcome.error.as_deref().unwrap_or_default();
    let reason =
        format!("The receiver accepted a message in none of {} attempts over a day. {error}", stored.tries + 1);
    webhook.state = WebhookState::Disabled;
    webhook.disabled_reason = Some(reason.clone());
    webhook.disabled_at = Some(tx.call().at);
    webhook.due_at = None;
    webhook.leased_until = None;
    if store::update(tx, &webhook).await? == 0 {
        return Err(Problem::stale());
    }
    let updated = store::find(tx, webhook.id).await?.ok_or_else(Problem::not_found)?;
    let note = EventNote { text: reason, side: Some(updated.side.side()) };
    let event = event(&updated, "disable").transition(WebhookState::Active.as_str(), WebhookState::Disabled.as_str());
    Ok(event.before(before).after(snapshot(&updated)?).note(Some(note)))
}

//! What webhooks are worked with: the database, the time, the seal of secrets, the sender. One try of one message is made
//! here, for the dispatcher and for people alike.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Certificate;
use uuid::Uuid;

use super::guard::Guard;
use super::model::{DeliveryState, WebhookState};
use super::record::Record;
use super::secret::Secret;
use super::sender::{Message, Outcome, Sender};
use super::snapshot::{event, snapshot};
use super::store::{self, Sent};
use crate::api::{Problem, SealingKey};
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Event, EventNote, Tx};
use crate::vocabulary::WireName;

/// How long to wait after each try that failed: five tries over a day.
pub const BACKOFF: [TimeDelta; 4] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(15),
    TimeDelta::hours(3),
    TimeDelta::minutes(24 * 60 - (1 + 15 + 3 * 60)),
];

/// What webhooks are set up with.
#[derive(Debug)]
pub struct Settings {
    seal: SealingKey,
    guard: Guard,
    authorities: Vec<Certificate>,
}

impl Settings {
    /// Secrets are sealed with a key made from the service's secret; messages go where the guard lets them.
    pub fn new(secret: &[u8], guard: Guard) -> Self {
        Self { seal: SealingKey::new(secret, "section55 webhook secrets v1"), guard, authorities: Vec::new() }
    }

    /// With certificate authorities, in PEM, that are trusted beside the machine's own.
    pub fn trusting(self, authorities: &[u8]) -> Result<Self, reqwest::Error> {
        Ok(Self { authorities: Certificate::from_pem_bundle(authorities)?, ..self })
    }
}

/// What webhooks are worked with.
#[derive(Clone)]
pub struct WebhookContext {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) seal: Arc<SealingKey>,
    pub(super) sender: Sender,
}

impl WebhookContext {
    /// A desk with these settings.
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Result<Self, reqwest::Error> {
        let Settings { seal, guard, authorities } = settings;
        Ok(Self { db, clock, seal: Arc::new(seal), sender: Sender::new(guard, authorities)? })
    }

    /// Sends a message once, signed with every secret that is in force.
    pub(super) async fn attempt(&self, webhook: &Record, id: Uuid, body: &str) -> Outcome {
        let now = self.clock.now();
        let at = now.timestamp();
        let secrets = webhook.secrets(now).map(|kept| Secret::open(&self.seal, webhook.id, kept));
        let signatures: Vec<String> = secrets.flatten().map(|secret| secret.sign(id, at, body)).collect();
        if signatures.is_empty() {
            let error = "The secret was sealed with another key of the service; rotate it.".to_owned();
            return Outcome { status: None, error: Some(error), took: std::time::Duration::ZERO };
        }
        self.sender.send(&webhook.url, &Message { id, at, signatures: signatures.join(" "), body }).await
    }

    /// Keeps what came of a try that somebody asked for.
    pub(super) async fn settle_asked(&self, call: &Call, sent: &Sent, outcome: &Outcome) -> Result<(), Problem> {
        self.db
            .read_audited(call, async |tx| {
                let webhook = sent.delivery.webhook_id;
                store::lock(tx, webhook).await?.ok_or_else(Problem::not_found)?;
                let now = store::find_delivery(tx, webhook, sent.delivery.id).await?.ok_or_else(Problem::not_found)?;
                let state = match (outcome.is_taken(), now.delivery.state) {
                    (true, _) => DeliveryState::Delivered,
                    // A ping, whose only try this is.
                    (false, DeliveryState::Pending) if now.position.is_none() => DeliveryState::Failed,
                    // What was taken once stays taken, and what was taken up again meanwhile has its turn.
                    (false, state) => state,
                };
                store::settle(tx, &now, outcome, state).await?;
                if let (DeliveryState::Pending, Some(due)) = (state, now.delivery.next_attempt_at) {
                    store::put_off(tx, webhook, due, now.tries).await?;
                }
                Ok(AuditedRead::new((), Vec::new()))
            })
            .await
    }

    /// Keeps what came of a try in its turn; tells whether the next message's turn has come, which it has not where this one
    /// is to be tried again, or where the lease was lost.
    pub(super) async fn settle_in_turn(
        &self,
        call: &Call,
        sent: &Sent,
        outcome: &Outcome,
        lease: DateTime<Utc>,
    ) -> Result<bool, Problem> {
        let webhook = sent.delivery.webhook_id;
        self.db
            .read_audited(call, async |tx| {
                let Some(held) = store::lock(tx, webhook).await?.filter(|held| held.leased_until == Some(lease)) else {
                    return Ok(AuditedRead::new(false, Vec::new()));
                };
                if outcome.is_taken() {
                    store::settle(tx, sent, outcome, DeliveryState::Delivered).await?;
                    return Ok(AuditedRead::new(true, Vec::new()));
                }
                let wait = usize::try_from(sent.tries).ok().and_then(|tried| BACKOFF.get(tried));
                if let Some(wait) = wait {
                    store::settle(tx, sent, outcome, DeliveryState::Pending).await?;
                    store::put_off(tx, webhook, tx.call().at + *wait, sent.tries + 1).await?;
                    return Ok(AuditedRead::new(false, Vec::new()));
                }
                store::settle(tx, sent, outcome, DeliveryState::Failed).await?;
                Ok(AuditedRead::new(false, vec![disable(tx, held, sent, outcome).await?]))
            })
            .await
    }
}

/// Stops a webhook whose message was not taken by the last try.
async fn disable(tx: &Tx<'_>, mut held: Record, sent: &Sent, outcome: &Outcome) -> Result<Event, Problem> {
    let before = snapshot(&held)?;
    let why = outcome.error.as_deref().unwrap_or_default();
    let reason = format!("A message was not taken by {} tries over a day. The last: {why}", sent.tries + 1);
    held.state = WebhookState::Disabled;
    held.disabled_reason = Some(reason.clone());
    held.disabled_at = Some(tx.call().at);
    held.due_at = None;
    held.leased_until = None;
    if store::update(tx, &held).await? == 0 {
        return Err(Problem::stale());
    }
    let now = store::find(tx, held.id).await?.ok_or_else(Problem::not_found)?;
    let note = EventNote { text: reason, side: Some(now.side.side()) };
    let event = event(&now, "disable").moved(WebhookState::Active.as_str(), WebhookState::Disabled.as_str());
    Ok(event.before(before).after(snapshot(&now)?).note(Some(note)))
}

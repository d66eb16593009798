//! The dispatcher: claims webhooks that have something to send, and sends their messages in order. It stores each
//! message before sending, so that after a crash the same message is sent again.

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::context::WebhookContext;
use super::message;
use super::model::{WebhookRecord, WebhookSide};
use super::store::{self, ClaimedWebhook, NewDelivery, StoredDelivery};
use crate::api::Problem;
use crate::auth::{Actor, Call, Role};
use crate::changes::{self, FeedEntry, FeedPage, FeedReader};
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Session, Tx};
use crate::outbox;
use crate::vocabulary::WireName;

/// The duration of a lease. It is longer than one attempt with the writes before and after it.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// The largest number of webhooks that one instance sends to at the same time.
const CONCURRENCY: usize = 16;
/// The largest number of messages to one webhook before it is released, so that other webhooks get their turn.
const MESSAGES_IN_TURN: usize = 50;
/// The time for which deliveries are stored.
const RETENTION: TimeDelta = TimeDelta::days(30);

impl WebhookContext {
    /// Sends messages until the token is cancelled. Then finishes the attempts that are under way and returns.
    pub async fn dispatch(&self, stop: CancellationToken) {
        let serve = |(claimed, until)| self.serve(claimed, until, &stop);
        outbox::run("webhooks", CONCURRENCY, &stop, async |limit| self.claim(limit).await, serve).await;
    }

    /// Claims webhooks that have something to send, each with the instant at which its lease ends.
    async fn claim(&self, limit: i32) -> Result<Vec<(ClaimedWebhook, DateTime<Utc>)>, Problem> {
        let until = self.clock.now() + LEASE;
        let claimed = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::claim(tx, until, limit).await?, Vec::new()));
        let claimed = self.db.read_audited(&service_call(&self.clock), claimed).await?;
        Ok(claimed.into_iter().map(|webhook| (webhook, until)).collect())
    }

    /// Sends messages to a claimed webhook and logs a failure.
    async fn serve(&self, claimed: ClaimedWebhook, lease: DateTime<Utc>, stop: &CancellationToken) {
        if let Err(problem) = self.send_in_turn(&claimed, lease, stop).await {
            // The lease expires by itself, and another turn then sends the stored message.
            tracing::warn!(webhook = %claimed.id, %problem, "cannot send the messages of a webhook");
        }
    }

    /// Sends messages to a claimed webhook, one after the other, and releases it. `lease` is the instant at which the
    /// lease ends; each message renews it.
    async fn send_in_turn(
        &self,
        claimed: &ClaimedWebhook,
        mut lease: DateTime<Utc>,
        stop: &CancellationToken,
    ) -> Result<(), Problem> {
        let call = || side_call(&claimed.area, claimed.side, self.clock.now());
        for _ in 0..MESSAGES_IN_TURN {
            if stop.is_cancelled() {
                break;
            }
            let Some((webhook, stored, until)) = self.store_next(&call(), claimed.id, lease).await? else {
                return Ok(());
            };
            lease = until;
            let outcome = self.attempt(&webhook, stored.delivery.message_id, &stored.body).await;
            if !self.record_dispatched(&call(), &stored, &outcome, lease).await? {
                return Ok(());
            }
        }
        let released =
            async |tx: &Tx<'_>| Ok(AuditedRead::new(store::release_lease(tx, claimed.id, lease).await?, Vec::new()));
        self.db.read_audited(&call(), released).await.map(drop)
    }

    /// Returns the next change that a webhook has not received, and whether the webhook was set back: if the database was
    /// restored to a state before what the webhook has reached, it continues where the restored feed begins to differ.
    async fn find_next(
        &self,
        call: &Call,
        webhook: &WebhookRecord,
        lease: DateTime<Utc>,
    ) -> Result<(Option<FeedEntry>, bool), Problem> {
        let types = webhook.types.as_deref().unwrap_or(changes::ALL);
        let reader = FeedReader::SignedIn(call.actor.clone());
        let (mut reached, mut was_set_back) = (webhook.reached(), false);
        loop {
            let (next, after) = match reader.page(&self.db, &reached, types, 1).await? {
                FeedPage::Changes { entries, reached, .. } => (entries.into_iter().next(), reached),
                FeedPage::Restarted(restart) => {
                    (reached, was_set_back) = (restart.reached, true);
                    let restarted = async |tx: &Tx<'_>| {
                        let settled = store::restart(tx, webhook.id, lease, reached.position).await?;
                        Ok(AuditedRead::new(settled, Vec::new()))
                    };
                    let settled = self.db.read_audited(call, restarted).await?;
                    tracing::warn!(webhook = %webhook.id, settled, "the database was restored: a webhook was set back");
                    continue;
                }
            };
            let Some(next) = next else { return Ok((None, was_set_back)) };
            let is_delivered = async |db: &Session<'_>| store::is_delivered(db, webhook.id, next.item.id).await;
            if !self.db.read(&call.actor, is_delivered).await? {
                return Ok((Some(next), was_set_back));
            }
            reached = after;
        }
    }

    /// Stores a webhook's next message and renews the lease. Returns the webhook, the message and the end of the
    /// lease, or `None` if there is nothing to send or the lease is lost.
    async fn store_next(
        &self,
        call: &Call,
        id: Uuid,
        lease: DateTime<Utc>,
    ) -> Result<Option<(WebhookRecord, StoredDelivery, DateTime<Utc>)>, Problem> {
        let read = self.db.read(&call.actor, async |db| {
            let webhook = store::find(db, id).await?.filter(|webhook| webhook.leased_until == Some(lease));
            let Some(webhook) = webhook else { return Ok(None) };
            // The head must be read before the feed: a change after it is then found in the next turn.
            let head = store::find_feed_head(db, &webhook.area).await?;
            Ok(Some((store::find_pending(db, id).await?, webhook, head)))
        });
        let Some((pending, webhook, head)) = read.await? else { return Ok(None) };
        let (next, was_set_back) = self.find_next(call, &webhook, lease).await?;
        let mut new = None;
        if pending.is_none() || was_set_back {
            let Some(next) = next else {
                let advanced = async |tx: &Tx<'_>| {
                    Ok(AuditedRead::new(store::advance_position(tx, id, lease, head).await?, Vec::new()))
                };
                self.db.read_audited(call, advanced).await?;
                return Ok(None);
            };
            new = Some(NewDelivery {
                id: Uuid::now_v7(),
                message_id: next.item.id,
                position: Some(next.position),
                kind: next.item.kind.as_str().to_owned(),
                body: message::change_message(&next.item),
                happened_at: next.item.at,
            });
        }
        let until = call.at + LEASE;
        self.db
            .read_audited(call, async |tx| {
                if !store::renew_lease(tx, id, lease, until).await? {
                    return Ok(AuditedRead::new(None, Vec::new()));
                }
                if let Some(new) = &new {
                    store::insert_delivery(tx, &webhook, new).await?;
                }
                let found = store::find(tx, id).await?.zip(store::find_pending(tx, id).await?);
                Ok(AuditedRead::new(found.map(|(webhook, stored)| (webhook, stored, until)), Vec::new()))
            })
            .await
    }
}

/// The subject and the request id of the service's calls for webhooks.
const WEBHOOKS: &str = "webhooks";

/// Returns a call by the service for one webhook. Its actor has the highest role of the webhook's side, so it reads
/// what that side may see.
fn side_call(area: &str, side: WebhookSide, at: DateTime<Utc>) -> Call {
    let role = match side {
        WebhookSide::PolicingBody => Role::OpccApprover,
        WebhookSide::Force => Role::ChiefOfficer,
    };
    Call::by_service(Actor::service(WEBHOOKS, &[role], &[area]), WEBHOOKS, at)
}

/// Returns a call by the service itself, whose actor can read no area's records.
fn service_call(clock: &Clock) -> Call {
    Call::by_service(Actor::service(WEBHOOKS, &[], &[]), WEBHOOKS, clock.now())
}

/// Returns the age of the oldest change that an active webhook has not received yet, or zero if there is none.
pub async fn oldest_unsent(db: &Db, clock: &Clock) -> Result<TimeDelta, Problem> {
    let call = service_call(clock);
    let oldest = db.read(&call.actor, async |db| store::oldest_unsent(db).await).await?;
    Ok(oldest.map_or(TimeDelta::zero(), |at| call.at - at))
}

/// Deletes deliveries that were settled more than 30 days ago, and returns their number.
pub async fn delete_old_deliveries(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    let call = service_call(clock);
    let before = call.at - RETENTION;
    let deleted = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::delete_settled(tx, before).await?, Vec::new()));
    Ok(db.read_audited(&call, deleted).await?.unsigned_abs())
}

//! The dispatcher: takes webhooks that have something to be sent, each for itself among all instances, and sends them their
//! messages in order. A message is kept before it is sent, so that after a crash the same one is sent again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::context::WebhookContext;
use super::message;
use super::record::{Record, at_work};
use super::store::{self, Claimed, Made, Sent};
use crate::api::Problem;
use crate::auth::{Actor, Call, RequestId};
use crate::changes::{self, Reader};
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Tx};
use crate::vocabulary::WireName;

/// How often it is looked what is to be sent.
const PACE: Duration = Duration::from_millis(500);
/// How long an instance has a webhook to itself: longer than one try takes, with what is kept before and after.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How many webhooks are sent to at one time.
const AT_ONCE: usize = 16;
/// How many messages a webhook is sent before others get their turn.
const IN_TURN: usize = 50;
/// How long what became of messages is kept.
const KEPT: TimeDelta = TimeDelta::days(30);

impl WebhookContext {
    /// Sends what there is to be sent, until it is told to stop; then what is under way is finished.
    pub async fn dispatch(&self, ending: CancellationToken) {
        let mut running = FuturesUnordered::new();
        let mut ticks = tokio::time::interval(PACE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick(), if !ending.is_cancelled() => {
                    let until = self.clock.now() + LEASE;
                    match self.claim(until, AT_ONCE - running.len()).await {
                        Ok(claimed) => running.extend(claimed.into_iter().map(|it| self.serve(it, until, &ending))),
                        Err(problem) => tracing::warn!(%problem, "it was not seen which webhooks have something to be sent"),
                    }
                }
                Some(()) = running.next() => {}
                else => return,
            }
        }
    }

    async fn claim(&self, until: DateTime<Utc>, most: usize) -> Result<Vec<Claimed>, Problem> {
        let most = i32::try_from(most).map_err(Problem::internal)?;
        if most == 0 {
            return Ok(Vec::new());
        }
        let claimed = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::claim(tx, until, most).await?, Vec::new()));
        self.db.read_audited(&nobody(&self.clock), claimed).await
    }

    /// Sends a webhook its messages, one after the other.
    async fn serve(&self, claimed: Claimed, lease: DateTime<Utc>, ending: &CancellationToken) {
        if let Err(problem) = self.send_in_turn(&claimed, lease, ending).await {
            // Its lease runs out by itself, and what was begun is taken up again.
            tracing::warn!(webhook = %claimed.id, %problem, "a webhook's turn broke off");
        }
    }

    async fn send_in_turn(
        &self,
        claimed: &Claimed,
        mut lease: DateTime<Utc>,
        ending: &CancellationToken,
    ) -> Result<(), Problem> {
        let call = || at_work(&claimed.area, claimed.side, self.clock.now());
        for _ in 0..IN_TURN {
            if ending.is_cancelled() {
                break;
            }
            let Some((webhook, sent, until)) = self.begin(&call(), claimed.id, lease).await? else { return Ok(()) };
            lease = until;
            let outcome = self.attempt(&webhook, sent.delivery.message_id, &sent.body).await;
            if !self.settle_in_turn(&call(), &sent, &outcome, lease).await? {
                return Ok(());
            }
        }
        let released =
            async |tx: &Tx<'_>| Ok(AuditedRead::new(store::released(tx, claimed.id, lease).await?, Vec::new()));
        self.db.read_audited(&call(), released).await.map(drop)
    }

    /// The webhook's next message, kept, and until when the webhook is leased; none where there is nothing to be sent.
    async fn begin(
        &self,
        call: &Call,
        id: Uuid,
        lease: DateTime<Utc>,
    ) -> Result<Option<(Record, Sent, DateTime<Utc>)>, Problem> {
        let read = self.db.read(&call.actor, async |db| {
            let webhook = store::find(db, id).await?.filter(|webhook| webhook.leased_until == Some(lease));
            let Some(webhook) = webhook else { return Ok(None) };
            // Before the feed is read: what is placed after this is looked for next time.
            let head = store::heads_of(db, &webhook.area).await?;
            Ok(Some((store::pending(db, id).await?, webhook, head)))
        });
        let Some((pending, webhook, head)) = read.await? else { return Ok(None) };
        let mut made = None;
        if pending.is_none() {
            let types = webhook.types.as_deref().unwrap_or(changes::ALL);
            let reader = Reader::Known(call.actor.clone());
            let Some(next) = reader.page(&self.db, webhook.position, types, 1).await?.into_iter().next() else {
                let passed =
                    async |tx: &Tx<'_>| Ok(AuditedRead::new(store::passed(tx, id, lease, head).await?, Vec::new()));
                self.db.read_audited(call, passed).await?;
                return Ok(None);
            };
            made = Some(Made {
                id: Uuid::now_v7(),
                message_id: next.item.id,
                position: Some(next.position),
                kind: next.item.kind.as_str().to_owned(),
                body: message::of_change(&next.item),
                happened_at: next.item.at,
            });
        }
        let until = call.at + LEASE;
        self.db
            .read_audited(call, async |tx| {
                if !store::renewed(tx, id, lease, until).await? {
                    return Ok(AuditedRead::new(None, Vec::new()));
                }
                if let Some(made) = &made {
                    store::insert_delivery(tx, &webhook, made).await?;
                }
                let now = store::find(tx, id).await?.zip(store::pending(tx, id).await?);
                Ok(AuditedRead::new(now.map(|(webhook, sent)| (webhook, sent, until)), Vec::new()))
            })
            .await
    }
}

/// The service itself, which reaches no area's records.
fn nobody(clock: &Clock) -> Call {
    let actor = Actor::new("section55", "webhooks", Some("Section 55"), &[], &[]);
    Call { actor, at: clock.now(), request_id: RequestId("webhooks".into()) }
}

/// How long ago that happened of which a webhook in use was not told yet.
pub async fn oldest_unsent(db: &Db, clock: &Clock) -> Result<TimeDelta, Problem> {
    let call = nobody(clock);
    let oldest = db.read(&call.actor, async |db| store::oldest_unsent(db).await).await?;
    Ok(oldest.map_or(TimeDelta::zero(), |at| call.at - at))
}

/// Lets go what became of messages long ago; gives how many they were.
pub async fn let_go(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    let call = nobody(clock);
    let before = call.at - KEPT;
    let swept = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::sweep(tx, before).await?, Vec::new()));
    Ok(db.read_audited(&call, swept).await?.unsigned_abs())
}

//! How far each webhook has been told, and which instance is at it. Only whoever holds a webhook's lease moves it on.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::api::Problem;
use crate::db::{Session, Tx};
use crate::webhooks::model::{DeliveryState, WebhookSide};
use crate::webhooks::sender::Outcome;
use crate::webhooks::store::Sent;

/// A webhook that this instance has to itself for a while.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Which.
    pub id: Uuid,
    /// The area it is of.
    pub area: String,
    /// The side it is of.
    pub side: WebhookSide,
}

/// Takes up to so many webhooks that have something to be sent.
pub async fn claim(tx: &Tx<'_>, until: DateTime<Utc>, most: i32) -> Result<Vec<Claimed>, Problem> {
    let rows =
        tx.rows("select id, area, side from claim_webhooks($1, $2, $3)", &[&tx.call().at, &until, &most]).await?;
    Ok(rows.iter().map(|row| Claimed { id: row.get("id"), area: row.get("area"), side: row.get("side") }).collect())
}

/// How far the streams that an area's webhooks follow have come.
pub async fn heads_of(db: &Session<'_>, area: &str) -> Result<i64, Problem> {
    let sql = "select coalesce(max(position), 0) from change_heads where stream in ($1, '_shared', '_public')";
    Ok(db.maybe(sql, &[&area]).await?.map_or(0, |row| row.get(0)))
}

/// Whether the lease was still held, and lasts until `until` from now on; then its message is due.
pub async fn renewed(tx: &Tx<'_>, id: Uuid, lease: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool, Problem> {
    let sql =
        "update webhooks set leased_until = $3, due_at = $4 where id = $1 and leased_until = $2 and state = 'active'";
    Ok(tx.execute(sql, &[&id, &lease, &until, &tx.call().at]).await? == 1)
}

/// Lets a webhook go that has nothing to be sent up to a position.
pub async fn passed(tx: &Tx<'_>, id: Uuid, lease: DateTime<Utc>, position: i64) -> Result<u64, Problem> {
    let sql = "update webhooks set position = greatest(position, $3), due_at = null, leased_until = null
               where id = $1 and leased_until = $2";
    tx.execute(sql, &[&id, &lease, &position]).await
}

/// Lets a webhook go that is busy for longer than others should wait.
pub async fn released(tx: &Tx<'_>, id: Uuid, lease: DateTime<Utc>) -> Result<u64, Problem> {
    tx.execute("update webhooks set leased_until = null where id = $1 and leased_until = $2", &[&id, &lease]).await
}

/// Keeps what came of a try, and what the message is now; where it was taken, the webhook goes on after it.
pub async fn settle(tx: &Tx<'_>, sent: &Sent, outcome: &Outcome, state: DeliveryState) -> Result<(), Problem> {
    let at = tx.call().at;
    let took = i32::try_from(outcome.took.as_millis()).unwrap_or(i32::MAX);
    let status = outcome.status.map(i32::from);
    let tries = if outcome.is_taken() { 0 } else { sent.tries + 1 };
    let id = sent.delivery.id;
    tx.execute(
        "insert into webhook_attempts (delivery_id, area, side, attempt, at, status, error, duration_ms)
         select d.id, d.area, d.side, 1 + (select count(*)::integer from webhook_attempts a where a.delivery_id = d.id), $2,
                $3, $4, $5
         from webhook_deliveries d
         where d.id = $1",
        &[&id, &at, &status, &outcome.error, &took],
    )
    .await?;
    tx.execute(
        "update webhook_deliveries set state = $2, tries = $3, due_at = null, updated_at = $4 where id = $1",
        &[&id, &state, &tries, &at],
    )
    .await?;
    if let (DeliveryState::Delivered, Some(position)) = (state, sent.position) {
        // One that was taken before, and is sent again, leaves the webhook where it is.
        let sql = "update webhooks set position = $2, due_at = null where id = $1 and position < $2";
        tx.execute(sql, &[&sent.delivery.webhook_id, &position]).await?;
    }
    Ok(())
}

/// Puts a message off until it is tried again, and lets its webhook go until then. Also takes up a message that had failed.
pub async fn put_off(tx: &Tx<'_>, webhook: Uuid, until: DateTime<Utc>, tries: i32) -> Result<u64, Problem> {
    let sql = "update webhook_deliveries set state = 'pending', due_at = $2, tries = $3, updated_at = $4
               where webhook_id = $1 and position is not null
                 and position > (select w.position from webhooks w where w.id = $1)";
    let count = tx.execute(sql, &[&webhook, &until, &tries, &tx.call().at]).await?;
    if count > 0 {
        let sql = "update webhooks set due_at = $2, leased_until = null where id = $1";
        tx.execute(sql, &[&webhook, &until]).await?;
    }
    Ok(count)
}

/// When that happened of which a webhook in use was not told yet.
pub async fn oldest_unsent(db: &Session<'_>) -> Result<Option<DateTime<Utc>>, Problem> {
    Ok(db.maybe("select oldest_unsent_change()", &[]).await?.and_then(|row| row.get(0)))
}

/// Takes away what was settled before an instant; gives how many messages.
pub async fn sweep(tx: &Tx<'_>, before: DateTime<Utc>) -> Result<i64, Problem> {
    Ok(tx.maybe("select sweep_webhook_deliveries($1)", &[&before]).await?.map_or(0, |row| row.get(0)))
}

//! The statements that lease webhooks to instances, advance each webhook's position in the change feed, and record the
//! outcomes of attempts. Only the instance that holds a webhook's lease advances its position.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::api::Problem;
use crate::db::{Session, Tx};
use crate::webhooks::model::{DeliveryState, WebhookSide};
use crate::webhooks::sender::Outcome;
use crate::webhooks::store::StoredDelivery;

/// A webhook that is leased to this instance.
#[derive(Clone, Debug)]
pub struct ClaimedWebhook {
    /// The webhook's id.
    pub id: Uuid,
    /// The code of its area.
    pub area: String,
    /// The side that owns it.
    pub side: WebhookSide,
}

/// Claims at most `limit` webhooks that have something to send. The leases end at `until`.
pub async fn claim(tx: &Tx<'_>, until: DateTime<Utc>, limit: i32) -> Result<Vec<ClaimedWebhook>, Problem> {
    let rows =
        tx.query("select id, area, side from claim_webhooks($1, $2, $3)", &[&tx.call().at, &until, &limit]).await?;
    Ok(rows
        .iter()
        .map(|row| ClaimedWebhook { id: row.get("id"), area: row.get("area"), side: row.get("side") })
        .collect())
}

/// Returns the last position in the streams that an area's webhooks follow.
pub async fn find_feed_head(db: &Session<'_>, area: &str) -> Result<i64, Problem> {
    let sql = "select coalesce(max(position), 0) from stream_heads where stream in ($1, '_shared', '_public')";
    Ok(db.query_opt(sql, &[&area]).await?.map_or(0, |row| row.get(0)))
}

/// Extends a lease to `until` and makes the webhook's message due now. Returns false if the lease was lost or the
/// webhook is disabled.
pub async fn renew_lease(tx: &Tx<'_>, id: Uuid, lease: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool, Problem> {
    let sql =
        "update webhooks set leased_until = $3, due_at = $4 where id = $1 and leased_until = $2 and state = 'active'";
    Ok(tx.execute(sql, &[&id, &lease, &until, &tx.call().at]).await? == 1)
}

/// Releases a webhook that has nothing to send, and advances its position.
pub async fn advance_position(tx: &Tx<'_>, id: Uuid, lease: DateTime<Utc>, position: i64) -> Result<u64, Problem> {
    let sql = "update webhooks set position = greatest(position, $3), due_at = null, leased_until = null
               where id = $1 and leased_until = $2";
    tx.execute(sql, &[&id, &lease, &position]).await
}

/// Sets a webhook back to a position in a restored feed. Stored messages about later changes are settled: the feed
/// shows the changes that still exist again. Returns the number of settled messages.
pub async fn restart(tx: &Tx<'_>, id: Uuid, lease: DateTime<Utc>, position: i64) -> Result<u64, Problem> {
    let sql = "update webhooks set position = $3, due_at = null where id = $1 and leased_until = $2";
    if tx.execute(sql, &[&id, &lease, &position]).await? == 0 {
        return Ok(0);
    }
    let sql = "update webhook_deliveries
               set state = case state when 'pending' then 'failed' else state end, position = $2, due_at = null, updated_at = $3
               where webhook_id = $1 and position > $2";
    tx.execute(sql, &[&id, &position, &tx.call().at]).await
}

/// Returns true if the receiver has accepted the message of a change before, as it can have before a restart.
pub async fn is_delivered(db: &Session<'_>, webhook: Uuid, message_id: Uuid) -> Result<bool, Problem> {
    let sql = "select true from webhook_deliveries
               where webhook_id = $3 and message_id = $4 and state = 'delivered' and in_scope(area, $1) and side = any ($2)";
    Ok(db.query_opt(sql, &[&db.areas(), &db.sides(), &webhook, &message_id]).await?.is_some())
}

/// Releases a webhook that has more to send, so that other webhooks get their turn.
pub async fn release_lease(tx: &Tx<'_>, id: Uuid, lease: DateTime<Utc>) -> Result<u64, Problem> {
    tx.execute("update webhooks set leased_until = null where id = $1 and leased_until = $2", &[&id, &lease]).await
}

/// Records the outcome of an attempt and the delivery's new state. After an accepted message, advances the webhook's
/// position.
pub async fn record_outcome(
    tx: &Tx<'_>,
    stored: &StoredDelivery,
    outcome: &Outcome,
    state: DeliveryState,
) -> Result<(), Problem> {
    let at = tx.call().at;
    let duration_ms = i32::try_from(outcome.duration.as_millis()).unwrap_or(i32::MAX);
    let status = outcome.status.map(i32::from);
    let tries = if outcome.is_accepted() { 0 } else { stored.tries + 1 };
    let id = stored.delivery.id;
    tx.execute(
        "insert into webhook_attempts (delivery_id, area, side, attempt, at, status, error, duration_ms)
         select d.id, d.area, d.side, 1 + (select count(*)::integer from webhook_attempts a where a.delivery_id = d.id), $2,
                $3, $4, $5
         from webhook_deliveries d
         where d.id = $1",
        &[&id, &at, &status, &outcome.error, &duration_ms],
    )
    .await?;
    tx.execute(
        "update webhook_deliveries set state = $2, tries = $3, due_at = null, updated_at = $4 where id = $1",
        &[&id, &state, &tries, &at],
    )
    .await?;
    if let (DeliveryState::Delivered, Some(position)) = (state, stored.position) {
        // The position must not go back when an old message is sent again.
        let sql = "update webhooks set position = $2, due_at = null where id = $1 and position < $2";
        tx.execute(sql, &[&stored.delivery.webhook_id, &position]).await?;
    }
    Ok(())
}

/// Schedules the next attempt of a webhook's unfinished message, and releases the webhook until then. Also makes a
/// failed message pending again.
pub async fn reschedule(tx: &Tx<'_>, webhook: Uuid, until: DateTime<Utc>, tries: i32) -> Result<u64, Problem> {
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

/// Returns the instant of the oldest change that an active webhook has not received yet.
pub async fn oldest_unsent(db: &Session<'_>) -> Result<Option<DateTime<Utc>>, Problem> {
    Ok(db.query_opt("select oldest_unsent_change()", &[]).await?.and_then(|row| row.get(0)))
}

/// Deletes the deliveries that were settled before an instant, and returns their number.
pub async fn delete_settled(tx: &Tx<'_>, before: DateTime<Utc>) -> Result<i64, Problem> {
    Ok(tx.query_opt("select delete_settled_webhook_deliveries($1)", &[&before]).await?.map_or(0, |row| row.get(0)))
}

//! The statements on deliveries and their attempts.

use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use chrono::{DateTime, Utc};

use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{FromRow, Session, Sql, Tx, list};
use crate::vocabulary::WireName;
use crate::webhooks::model::{DeliveryState, WebhookDelivery, WebhookRecord};

/// Selects the deliveries of the caller's areas ($1) and sides ($2).
const RECORD: &str = "
    select d.id, d.webhook_id, d.message_id, d.position, d.type, d.body, d.state, d.tries, d.due_at, d.created_at,
           d.updated_at,
           coalesce((select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'at', a.at, 'status', a.status,
                                                         'error', a.error, 'duration_ms', a.duration_ms)
                                      order by a.attempt)
                     from webhook_attempts a
                     where a.delivery_id = d.id), '[]') as attempts
    from webhook_deliveries d
    where in_scope(d.area, $1) and d.side = any ($2)";

/// A delivery as the database stores it.
#[derive(Clone, Debug)]
pub struct StoredDelivery {
    /// The delivery as callers see it.
    pub delivery: WebhookDelivery,
    /// The position of the change in the feed, or `None` for a ping.
    pub position: Option<i64>,
    /// The body of the message.
    pub body: String,
    /// The number of failed attempts that count towards the limit.
    pub tries: i32,
}

impl FromRow for WebhookDelivery {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (id, webhook_id) = (row.try_get("id")?, row.try_get("webhook_id")?);
        let Json(attempts) = row.try_get("attempts")?;
        Ok(Self {
            id,
            webhook_id,
            message_id: row.try_get("message_id")?,
            kind: row.try_get("type")?,
            state: row.try_get("state")?,
            attempts,
            next_attempt_at: row.try_get("due_at")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            links: Self::links(id, webhook_id),
        })
    }
}

impl FromRow for StoredDelivery {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            delivery: WebhookDelivery::from_row(row)?,
            position: row.try_get("position")?,
            body: row.try_get("body")?,
            tries: row.try_get("tries")?,
        })
    }
}

/// The listing of a webhook's deliveries.
#[derive(Debug)]
pub enum Deliveries {}

impl ListDefinition for Deliveries {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("state", FilterType::OneOf(DeliveryState::NAMES), "state = any ($)", "Returns only deliveries in these states."),
        ("type", FilterType::Texts, "type = any ($)", "Returns only deliveries of these types, such as `ping`."),
    ];
    const SORTS: &'static [Sort] = &[("created_at", "created_at", "timestamptz")];
    const DEFAULT_SORT: &'static str = "-created_at";
}

type Page = (Vec<(WebhookDelivery, Cursor)>, Option<i64>);

/// Returns one page of a webhook's deliveries, and the total if the query has `count`.
pub async fn list_deliveries(db: &Session<'_>, query: &ListQuery<Deliveries>) -> Result<Page, Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.sides()], query).await
}

/// Returns one delivery of a webhook.
pub async fn find_delivery(db: &Session<'_>, webhook: Uuid, id: Uuid) -> Result<Option<StoredDelivery>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and d.webhook_id = $3 and d.id = $4");
    db.find(sql, &[&db.areas(), &db.sides(), &webhook, &id]).await
}

/// Returns the webhook's stored message that is still to be sent, if there is one. Pings are left out.
pub async fn find_pending(db: &Session<'_>, webhook: Uuid) -> Result<Option<StoredDelivery>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and d.webhook_id = $3 and d.state = 'pending' and d.position is not null");
    db.find(sql, &[&db.areas(), &db.sides(), &webhook]).await
}

/// A new delivery.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The id of the delivery.
    pub id: Uuid,
    /// The id of the message, which the receiver gets as `webhook-id`.
    pub message_id: Uuid,
    /// The position of the change in the feed, or `None` for a ping.
    pub position: Option<i64>,
    /// The type of the message: a type of change, or `ping`.
    pub kind: String,
    /// The body of the message.
    pub body: String,
    /// The instant of the change or of the ping.
    pub happened_at: DateTime<Utc>,
}

/// Stores a message before it is sent. After a crash between the two, the same message is sent again. A message that
/// exists already becomes pending again.
pub async fn insert_delivery(tx: &Tx<'_>, webhook: &WebhookRecord, new: &NewDelivery) -> Result<u64, Problem> {
    let at = tx.call().at;
    let due = new.position.map(|_| at);
    tx.execute(
        "insert into webhook_deliveries (id, webhook_id, area, side, message_id, position, type, body, happened_at, state,
                                         due_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $11)
         on conflict (webhook_id, message_id) do update
         set state = 'pending', tries = 0, position = excluded.position, due_at = excluded.due_at, updated_at = excluded.updated_at",
        &[
            &new.id,
            &webhook.id,
            &webhook.area,
            &webhook.side,
            &new.message_id,
            &new.position,
            &new.kind,
            &new.body,
            &new.happened_at,
            &due,
            &at,
        ],
    )
    .await
}

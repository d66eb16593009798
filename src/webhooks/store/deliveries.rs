//! Messages to webhooks, and every try to send them.

use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use chrono::{DateTime, Utc};

use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Session, Sql, Tx, list};
use crate::vocabulary::WireName;
use crate::webhooks::model::{DeliveryState, WebhookDelivery};
use crate::webhooks::record::Record;

/// Those of the areas ($1) and sides ($2) in scope.
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

/// A message as it is kept.
#[derive(Clone, Debug)]
pub struct Sent {
    /// As its keepers see it.
    pub delivery: WebhookDelivery,
    /// Its place in the feed; none of a ping.
    pub position: Option<i64>,
    /// Its bytes.
    pub body: String,
    /// The tries that count towards the last.
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

impl FromRow for Sent {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            delivery: WebhookDelivery::from_row(row)?,
            position: row.try_get("position")?,
            body: row.try_get("body")?,
            tries: row.try_get("tries")?,
        })
    }
}

/// The list of a webhook's deliveries.
#[derive(Debug)]
pub enum Deliveries {}

impl Listing for Deliveries {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("state", Field::Words(DeliveryState::NAMES), "state = any ($)", "Deliveries in these states."),
        ("type",  Field::Texts,                       "type = any ($)",  "Deliveries of these types."),
    ];
    const SORTS: &'static [Sort] = &[("created_at", "created_at", "timestamptz")];
    const DEFAULT: &'static str = "-created_at";
}

type Page = (Vec<(WebhookDelivery, Cursor)>, Option<i64>);

/// One page of a webhook's deliveries.
pub async fn page_of_deliveries(db: &Session<'_>, query: &Query<Deliveries>) -> Result<Page, Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.sides()], query).await
}

/// One message to a webhook.
pub async fn find_delivery(db: &Session<'_>, webhook: Uuid, id: Uuid) -> Result<Option<Sent>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and d.webhook_id = $3 and d.id = $4");
    db.find(sql, &[&db.areas(), &db.sides(), &webhook, &id]).await
}

/// The message that a webhook is to be sent next, where one was begun.
pub async fn pending(db: &Session<'_>, webhook: Uuid) -> Result<Option<Sent>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and d.webhook_id = $3 and d.state = 'pending' and d.position is not null");
    db.find(sql, &[&db.areas(), &db.sides(), &webhook]).await
}

/// A message that is about to be sent.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its delivery's id.
    pub id: Uuid,
    /// What the receiver knows it by.
    pub message_id: Uuid,
    /// Its place in the feed; none of a ping.
    pub position: Option<i64>,
    /// What it tells of.
    pub kind: String,
    /// Its bytes.
    pub body: String,
    /// When that happened.
    pub happened_at: DateTime<Utc>,
}

/// Keeps a message before it is sent, so that a crash between the two sends it again and not another.
pub async fn insert_delivery(tx: &Tx<'_>, webhook: &Record, made: &Made) -> Result<u64, Problem> {
    let at = tx.call().at;
    let due = made.position.map(|_| at);
    tx.execute(
        "insert into webhook_deliveries (id, webhook_id, area, side, message_id, position, type, body, happened_at, state,
                                         due_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $11)
         on conflict (webhook_id, message_id) do update
         set state = 'pending', tries = 0, due_at = excluded.due_at, updated_at = excluded.updated_at",
        &[
            &made.id,
            &webhook.id,
            &webhook.area,
            &webhook.side,
            &made.message_id,
            &made.position,
            &made.kind,
            &made.body,
            &made.happened_at,
            &due,
            &at,
        ],
    )
    .await
}

//! The statements on webhooks.

use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{FromRow, Session, Sql, Tx, list};
use crate::vocabulary::WireName;
use crate::webhooks::model::{WebhookRecord, WebhookSide, WebhookState};

/// Selects the webhooks of the caller's areas ($1) and sides ($2).
const RECORD: &str = "
    select id, area, side, url, description, types, state, disabled_reason, disabled_at, secret, previous_secret,
           previous_until, position, position_event, position_epoch, due_at, leased_until, version, created_at, updated_at
    from webhooks
    where in_scope(area, $1) and side = any ($2)";

impl FromRow for WebhookRecord {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            area: row.try_get("area")?,
            side: row.try_get("side")?,
            url: row.try_get("url")?,
            description: row.try_get("description")?,
            types: row.try_get("types")?,
            state: row.try_get("state")?,
            disabled_reason: row.try_get("disabled_reason")?,
            disabled_at: row.try_get("disabled_at")?,
            secret: row.try_get("secret")?,
            previous_secret: row.try_get("previous_secret")?,
            previous_until: row.try_get("previous_until")?,
            position: row.try_get("position")?,
            position_event: row.try_get("position_event")?,
            position_epoch: row.try_get("position_epoch")?,
            due_at: row.try_get("due_at")?,
            leased_until: row.try_get("leased_until")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

/// The listing of webhooks.
#[derive(Debug)]
pub enum Webhooks {}

impl ListDefinition for Webhooks {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",  FilterType::Labels,                     "area = any ($)",  "Returns only webhooks of these areas."),
        ("side",  FilterType::OneOf(WebhookSide::NAMES),  "side = any ($)",  "Returns only webhooks of these sides."),
        ("state", FilterType::OneOf(WebhookState::NAMES), "state = any ($)", "Returns only webhooks in these states."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("area",       "area",       "text"),
    ];
    const DEFAULT_SORT: &'static str = "created_at";
}

/// Returns one page of webhooks, and the total if the query has `count`.
pub async fn list_webhooks(
    db: &Session<'_>,
    query: &ListQuery<Webhooks>,
) -> Result<(Vec<(WebhookRecord, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.sides()], query).await
}

/// Returns one webhook.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<WebhookRecord>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3");
    db.find(sql, &[&db.areas(), &db.sides(), &id]).await
}

/// Returns one webhook, and locks its row until the end of the transaction.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<WebhookRecord>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3 for update");
    tx.find(sql, &[&tx.areas(), &tx.sides(), &id]).await
}

/// Counts the webhooks of one side of an area.
pub async fn count(tx: &Tx<'_>, area: &str, side: WebhookSide) -> Result<i64, Problem> {
    let sql = "select count(*) from webhooks where area = $1 and side = $2";
    Ok(tx.query_opt(sql, &[&area, &side]).await?.map_or(0, |row| row.get(0)))
}

/// Inserts a new webhook. Its position is the end of the change feed, so it receives only later changes.
pub async fn insert(tx: &Tx<'_>, webhook: &WebhookRecord) -> Result<u64, Problem> {
    tx.execute(
        "insert into webhooks (id, area, side, url, description, types, state, secret, position, version, created_at, updated_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, coalesce(max(h.position), 0), 1, $9, $9
         from stream_heads h",
        &[
            &webhook.id,
            &webhook.area,
            &webhook.side,
            &webhook.url,
            &webhook.description,
            &webhook.types,
            &webhook.state,
            &webhook.secret,
            &webhook.created_at,
        ],
    )
    .await
}

/// Updates a webhook if it still has the version that was read. Returns the number of rows: 0 if it has another
/// version.
pub async fn update(tx: &Tx<'_>, webhook: &WebhookRecord) -> Result<u64, Problem> {
    tx.execute(
        "update webhooks
         set url = $3, description = $4, types = $5, state = $6, disabled_reason = $7, disabled_at = $8, secret = $9,
             previous_secret = $10, previous_until = $11, due_at = $12, leased_until = $13, version = version + 1,
             updated_at = $14
         where id = $1 and version = $2",
        &[
            &webhook.id,
            &webhook.version,
            &webhook.url,
            &webhook.description,
            &webhook.types,
            &webhook.state,
            &webhook.disabled_reason,
            &webhook.disabled_at,
            &webhook.secret,
            &webhook.previous_secret,
            &webhook.previous_until,
            &webhook.due_at,
            &webhook.leased_until,
            &tx.call().at,
        ],
    )
    .await
}

/// Deletes a webhook with its deliveries if it still has the version that was read. Returns the number of rows.
pub async fn delete(tx: &Tx<'_>, webhook: &WebhookRecord) -> Result<u64, Problem> {
    tx.execute("delete from webhooks where id = $1 and version = $2", &[&webhook.id, &webhook.version]).await
}

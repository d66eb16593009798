//! Webhooks as they are kept.

use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Session, Sql, Tx, list};
use crate::vocabulary::WireName;
use crate::webhooks::model::{WebhookSide, WebhookState};
use crate::webhooks::record::Record;

/// Those of the areas ($1) and sides ($2) in scope.
const RECORD: &str = "
    select id, area, side, url, description, types, state, disabled_reason, disabled_at, secret, previous_secret,
           previous_until, position, due_at, leased_until, version, created_at, updated_at
    from webhooks
    where in_scope(area, $1) and side = any ($2)";

impl FromRow for Record {
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
            due_at: row.try_get("due_at")?,
            leased_until: row.try_get("leased_until")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

/// The list of webhooks.
#[derive(Debug)]
pub enum Webhooks {}

impl Listing for Webhooks {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",  Field::Texts,                      "area = any ($)",  "Webhooks of these areas."),
        ("side",  Field::Words(WebhookSide::NAMES),  "side = any ($)",  "Webhooks of these sides."),
        ("state", Field::Words(WebhookState::NAMES), "state = any ($)", "Webhooks in these states."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("area",       "area",       "text"),
    ];
    const DEFAULT: &'static str = "created_at";
}

/// One page of webhooks.
pub async fn page(db: &Session<'_>, query: &Query<Webhooks>) -> Result<(Vec<(Record, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.sides()], query).await
}

/// One webhook.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<Record>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3");
    db.find(sql, &[&db.areas(), &db.sides(), &id]).await
}

/// One webhook, held until the end of the transaction.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<Record>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3 for update");
    tx.find(sql, &[&tx.areas(), &tx.sides(), &id]).await
}

/// How many one side of an area has.
pub async fn count(tx: &Tx<'_>, area: &str, side: WebhookSide) -> Result<i64, Problem> {
    let sql = "select count(*) from webhooks where area = $1 and side = $2";
    Ok(tx.maybe(sql, &[&area, &side]).await?.map_or(0, |row| row.get(0)))
}

/// Keeps a new one; it is told of what comes after what there is now.
pub async fn insert(tx: &Tx<'_>, it: &Record) -> Result<u64, Problem> {
    tx.execute(
        "insert into webhooks (id, area, side, url, description, types, state, secret, position, version, created_at, updated_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, coalesce(max(h.position), 0), 1, $9, $9
         from change_heads h",
        &[&it.id, &it.area, &it.side, &it.url, &it.description, &it.types, &it.state, &it.secret, &it.created_at],
    )
    .await
}

/// Writes what was amended of one, at the version that was read.
pub async fn update(tx: &Tx<'_>, it: &Record) -> Result<u64, Problem> {
    tx.execute(
        "update webhooks
         set url = $3, description = $4, types = $5, state = $6, disabled_reason = $7, disabled_at = $8, secret = $9,
             previous_secret = $10, previous_until = $11, due_at = $12, leased_until = $13, version = version + 1,
             updated_at = $14
         where id = $1 and version = $2",
        &[
            &it.id,
            &it.version,
            &it.url,
            &it.description,
            &it.types,
            &it.state,
            &it.disabled_reason,
            &it.disabled_at,
            &it.secret,
            &it.previous_secret,
            &it.previous_until,
            &it.due_at,
            &it.leased_until,
            &tx.call().at,
        ],
    )
    .await
}

/// Takes one away, with all that was sent to it.
pub async fn delete(tx: &Tx<'_>, it: &Record) -> Result<u64, Problem> {
    tx.execute("delete from webhooks where id = $1 and version = $2", &[&it.id, &it.version]).await
}

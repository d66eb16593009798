//! SQL of calendars. Each statement for a caller is limited to the caller's own calendars.

use chrono::NaiveDate;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::events::ShownEvent;
use super::model::{FoundCalendar, NewCalendar, SecretCalendar};
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::auth::Role;
use crate::db::{FromRow, Session, Sql, Tx, list};
use crate::vocabulary::WireName;

/// Selects the calendars of the person `$2` that read one of the areas `$1`.
const ROWS: &str = "
    select c.id, c.areas, c.kinds, c.description, c.last_used_on, c.version, c.created_at
    from calendars c
    where c.areas && $1 and c.owner_issuer = split_part($2, e'\\n', 1)
      and published.label_key(c.owner_subject) = substr($2, strpos($2, e'\\n') + 1)";

impl FromRow for SecretCalendar {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let id: Uuid = row.try_get("id")?;
        Ok(Self {
            id,
            areas: row.try_get("areas")?,
            kinds: row.try_get("kinds")?,
            description: row.try_get("description")?,
            address: None,
            last_used_on: row.try_get("last_used_on")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            links: [("self", format!("/v1/calendars/{id}"))].into(),
        })
    }
}

/// The list of calendars: its filters and sort orders.
#[derive(Debug)]
pub enum Calendars {}

impl ListDefinition for Calendars {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area", FilterType::Labels, "areas && $", "Returns only calendars of these police areas."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "created_at";
}

/// Returns one page of the caller's calendars, with the total if the query requests it.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<Calendars>,
) -> Result<(Vec<(SecretCalendar, Cursor)>, Option<i64>), Problem> {
    list(db, &[ROWS], &[&db.areas(), &db.person()], query).await
}

/// Returns the caller's calendar with this id.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<SecretCalendar>, Problem> {
    let mut sql = Sql::from(ROWS);
    sql.push(" and c.id = $3");
    db.find(sql, &[&db.areas(), &db.person(), &id]).await
}

/// Returns the number of the caller's calendars.
pub async fn count(tx: &Tx<'_>) -> Result<i64, Problem> {
    let sql = constcat::concat!("select count(*) from (", ROWS, ") own");
    Ok(tx.query_opt(sql, &[&tx.areas(), &tx.person()]).await?.map_or(0, |row| row.get(0)))
}

/// Returns those of the areas that exist.
pub async fn existing_areas(tx: &Tx<'_>, areas: &[String]) -> Result<Vec<String>, Problem> {
    let rows = tx.query("select code from areas where code = any ($1) order by code", &[&areas]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Inserts a calendar.
pub async fn insert(tx: &Tx<'_>, new: &NewCalendar) -> Result<u64, Problem> {
    tx.execute(
        "insert into calendars (id, owner_issuer, owner_subject, roles, areas, kinds, description, secret_sha256,
                                created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        &[
            &new.id,
            &new.owner_issuer,
            &new.owner_subject,
            &new.roles,
            &new.areas,
            &new.kinds,
            &new.description,
            &new.secret_sha256,
            &new.created_at,
        ],
    )
    .await
}

/// Deletes the caller's calendar with this id. Returns the number of rows.
pub async fn delete(tx: &Tx<'_>, id: Uuid) -> Result<u64, Problem> {
    let sql = constcat::concat!("delete from calendars where id in (select id from (", ROWS, " and c.id = $3) own)");
    tx.execute(sql, &[&tx.areas(), &tx.person(), &id]).await
}

impl FromRow for FoundCalendar {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let roles: Vec<String> = row.try_get("roles")?;
        let shown: Value = row.try_get("shown")?;
        Ok(Self {
            id: row.try_get("id")?,
            owner_issuer: row.try_get("owner_issuer")?,
            owner_subject: row.try_get("owner_subject")?,
            roles: roles.iter().filter_map(|role| Role::find(role)).collect(),
            areas: row.try_get("areas")?,
            kinds: row.try_get("kinds")?,
            // Unreadable: as if the calendar had shown nothing yet.
            shown: serde_json::from_value(shown).unwrap_or_default(),
            last_used_on: row.try_get("last_used_on")?,
        })
    }
}

/// Returns the calendar of a secret, by the secret's SHA-256. This is the one statement without a caller: who has the secret
/// may read the calendar.
pub async fn find_by_secret(db: &Session<'_>, sha256: &[u8]) -> Result<Option<FoundCalendar>, Problem> {
    db.find("select * from find_calendar($1)", &[&sha256]).await
}

/// Locks a calendar until the transaction ends, and returns what it has shown. Returns `None` if it was deleted.
pub async fn lock_shown(tx: &Tx<'_>, id: Uuid) -> Result<Option<Vec<ShownEvent>>, Problem> {
    let sql = "select shown from calendars where id = $1 and areas && $2 for update";
    let row = tx.query_opt(sql, &[&id, &tx.areas()]).await?;
    Ok(row.map(|row| serde_json::from_value(row.get("shown")).unwrap_or_default()))
}

/// Records what a calendar has shown, and the day.
pub async fn set_shown(tx: &Tx<'_>, id: Uuid, shown: &[ShownEvent], today: NaiveDate) -> Result<u64, Problem> {
    let shown = serde_json::to_value(shown).map_err(Problem::internal)?;
    let sql = "update calendars set shown = $2, last_used_on = $3 where id = $1 and areas && $4";
    tx.execute(sql, &[&id, &shown, &today, &tx.areas()]).await
}

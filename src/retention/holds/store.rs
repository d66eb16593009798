//! SQL of legal holds.

use tokio_postgres::Row;
use uuid::Uuid;

use super::model::{HeldResource, LegalHold};
use super::workflow::HoldState;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{FromRow, Session, Sql, Tx, WriteStatement, compare_and_set, list, values};
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

/// Selects the holds of the areas in `$1`.
const ROWS: &str = "
    select id, area, resource, resource_id, reason, state, coalesce(set_name, set_subject) as set_by, lifted_name, lifted_at,
           lifted_reason, version, created_at, updated_at
    from legal_holds
    where in_scope(area, $1)";

impl FromRow for LegalHold {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let id = row.try_get("id")?;
        Ok(Self {
            id,
            area: row.try_get("area")?,
            resource: row.try_get("resource")?,
            resource_id: row.try_get("resource_id")?,
            reason: row.try_get("reason")?,
            state: row.try_get("state")?,
            set_by: row.try_get("set_by")?,
            lifted_by: row.try_get("lifted_name")?,
            lifted_at: row.try_get("lifted_at")?,
            lifted_reason: row.try_get("lifted_reason")?,
            allowed_actions: None,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            links: Self::links(id),
        })
    }
}

/// The definition of the list of legal holds: its filters and sort orders.
#[derive(Debug)]
pub enum LegalHolds {}

impl ListDefinition for LegalHolds {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",        FilterType::Labels,                     "area = any ($)",     "Returns only holds of these police areas."),
        ("state",       FilterType::OneOf(HoldState::NAMES),    "state = any ($)",    "Returns only holds in these states."),
        ("resource",    FilterType::OneOf(HeldResource::NAMES), "resource = any ($)", "Returns only holds on these kinds of record."),
        ("resource_id", FilterType::Id,                         "resource_id = $",    "Returns only holds on this record."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("updated_at", "updated_at", "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "-created_at";
}

/// Returns one page of the holds of the caller's areas, with the total if the query requests it.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<LegalHolds>,
) -> Result<(Vec<(LegalHold, Cursor)>, Option<i64>), Problem> {
    list(db, &[ROWS], &[&db.areas()], query).await
}

/// Returns the hold with this id, if it belongs to one of the caller's areas.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<LegalHold>, Problem> {
    let mut sql = Sql::from(ROWS);
    sql.push(" and id = $2");
    db.find(sql, &[&db.areas(), &id]).await
}

/// Returns the hold as [`find`] does, and locks its row until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<LegalHold>, Problem> {
    let mut sql = Sql::from(ROWS);
    sql.push(" and id = $2 for update");
    tx.find(sql, &[&tx.areas(), &id]).await
}

/// Inserts a hold.
pub async fn insert(tx: &Tx<'_>, it: &LegalHold) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into legal_holds (id, area, resource, resource_id, reason, state, set_issuer, set_subject, set_name,
                                  created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        &[
            &it.id,
            &it.area,
            &it.resource,
            &it.resource_id,
            &it.reason,
            &it.state,
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &it.created_at,
        ],
    )
    .await
}

/// Updates a hold's state and the members of its lifting, if the hold still has its version and state.
pub fn update(tx: &Tx<'_>, it: &LegalHold, permitted: &PermittedTransition<HoldState>, reason: &str) -> WriteStatement {
    WriteStatement::new(
        compare_and_set!(
            "update legal_holds
         set state = $4, lifted_name = $5, lifted_at = $6, lifted_reason = $7, version = version + 1, updated_at = $6
         where id = $1 and version = $2 and state = $3 and in_scope(area, $8)"
        ),
        values![
            it.id,
            it.version,
            permitted.from(),
            permitted.to(false),
            tx.call().actor.display_name().to_owned(),
            tx.call().at,
            reason.to_owned(),
            tx.areas().to_vec(),
        ],
    )
}

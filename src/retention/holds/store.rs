//! Legal holds in the database.

use tokio_postgres::Row;
use uuid::Uuid;

use super::model::{HeldResource, LegalHold};
use super::workflow::HoldState;
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Session, Sql, Tx, WriteStatement, compare_and_set, list, values};
use crate::vocabulary::WireName;
use crate::workflow::Step;

const RECORD: &str = "
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

/// The list of legal holds.
#[derive(Debug)]
pub enum LegalHolds {}

impl Listing for LegalHolds {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",        Field::Texts,                      "area = any ($)",     "Holds of these areas."),
        ("state",       Field::Words(HoldState::NAMES),    "state = any ($)",    "Holds in force, or lifted."),
        ("resource",    Field::Words(HeldResource::NAMES), "resource = any ($)", "Holds on these kinds of record."),
        ("resource_id", Field::Id,                         "resource_id = $",    "Holds on one record."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("updated_at", "updated_at", "timestamptz"),
    ];
    const DEFAULT: &'static str = "-created_at";
}

/// One page of the holds of the areas in scope.
pub async fn page(
    db: &Session<'_>,
    query: &Query<LegalHolds>,
) -> Result<(Vec<(LegalHold, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas()], query).await
}

/// One hold of the areas in scope.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<LegalHold>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $2");
    db.find(sql, &[&db.areas(), &id]).await
}

/// The same, held until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<LegalHold>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $2 for update");
    tx.find(sql, &[&tx.areas(), &id]).await
}

/// Sets a hold.
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

/// Lifts a hold by a step of the table, where it stands at its version.
pub fn lift(tx: &Tx<'_>, it: &LegalHold, step: &Step<HoldState>, reason: &str) -> WriteStatement {
    WriteStatement::new(
        compare_and_set!(
            "update legal_holds
         set state = $4, lifted_name = $5, lifted_at = $6, lifted_reason = $7, version = version + 1, updated_at = $6
         where id = $1 and version = $2 and state = $3 and in_scope(area, $8)"
        ),
        values![
            it.id,
            it.version,
            step.from(),
            step.to(false),
            tx.call().actor.called().to_owned(),
            tx.call().at,
            reason.to_owned(),
            tx.areas().to_vec(),
        ],
    )
}

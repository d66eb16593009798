//! SQL of disposals, and the call of the database function that performs one.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::model::{Certificate, Disposal, DisposalRow, DisposedItem, DisposedResource, Ground};
use super::workflow::DisposalState;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{FromRow, Parameters, Session, Sql, Tx, WriteStatement, compare_and_set, list, values};
use crate::retention::store::{RetentionSubject, held_column};
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

/// Selects the disposals of the areas in `$1`.
const ROWS: &str = concat!(
    "select s.id, s.area, s.ground, s.resource, s.resource_id, s.owner, s.reason, s.state, s.proposed_issuer,
            s.proposed_subject, s.proposed_sides, coalesce(s.proposed_name, s.proposed_subject) as proposed_by,
            coalesce(s.decided_name, s.decided_subject) as decided_by, s.decided_at, s.decision_reason, s.disposed_at,
            s.certificate, s.version, s.created_at, s.updated_at, ",
    held_column!(),
    " from disposals s where in_scope(s.area, $1)"
);

impl FromRow for DisposalRow {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let id = row.try_get("id")?;
        let disposal = Disposal {
            id,
            area: row.try_get("area")?,
            ground: row.try_get("ground")?,
            resource: row.try_get("resource")?,
            resource_id: row.try_get("resource_id")?,
            owner: row.try_get("owner")?,
            reason: row.try_get("reason")?,
            state: row.try_get("state")?,
            held: row.try_get("held")?,
            proposed_by: row.try_get("proposed_by")?,
            decided_by: row.try_get("decided_by")?,
            decided_at: row.try_get("decided_at")?,
            decision_reason: row.try_get("decision_reason")?,
            disposed_at: row.try_get("disposed_at")?,
            certificate: row.try_get::<_, Option<Json<_>>>("certificate")?.map(|it| it.0),
            allowed_actions: None,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            links: Disposal::links(id),
        };
        Ok(Self {
            disposal,
            proposed_issuer: row.try_get("proposed_issuer")?,
            proposed_subject: row.try_get("proposed_subject")?,
            proposed_sides: row.try_get("proposed_sides")?,
        })
    }
}

/// The definition of the list of disposals: its filters and sort orders.
#[derive(Debug)]
pub enum Disposals {}

impl ListDefinition for Disposals {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",        FilterType::Labels,                         "area = any ($)",     "Returns only disposals of these police areas."),
        ("state",       FilterType::OneOf(DisposalState::NAMES),    "state = any ($)",    "Returns only disposals in these states."),
        ("ground",      FilterType::OneOf(Ground::NAMES),           "ground = any ($)",   "Returns only disposals on these grounds."),
        ("resource",    FilterType::OneOf(DisposedResource::NAMES), "resource = any ($)", "Returns only disposals of these kinds of record."),
        ("resource_id", FilterType::Id,                             "resource_id = $",    "Returns only disposals of this record."),
        ("disposed",    FilterType::Flag, "(disposed_at is not null) = $",                "Returns only disposals that the service has performed (true), or only the others (false)."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("updated_at", "updated_at", "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "-created_at";
}

/// Returns one page of the disposals of the caller's areas, with the total if the query requests it.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<Disposals>,
) -> Result<(Vec<(DisposalRow, Cursor)>, Option<i64>), Problem> {
    list(db, &[ROWS], &[&db.areas()], query).await
}

/// Returns the disposal with this id, if it belongs to one of the caller's areas.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<DisposalRow>, Problem> {
    let mut sql = Sql::from(ROWS);
    sql.push(" and s.id = $2");
    db.find(sql, &[&db.areas(), &id]).await
}

/// Returns the disposal as [`find`] does, and locks its row until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<DisposalRow>, Problem> {
    let sql = "select from disposals where id = $2 and in_scope(area, $1) for update";
    let areas = tx.areas();
    let parameters: Parameters<'_> = &[&areas, &id];
    let (_, found) = tokio::try_join!(biased; tx.query_opt(sql, parameters), find(tx, id))?;
    Ok(found)
}

/// Returns the ids of the disposals that are confirmed, not under a legal hold and not performed yet, oldest first.
pub async fn find_confirmed(db: &Session<'_>, limit: i64) -> Result<Vec<Uuid>, Problem> {
    let mut sql = Sql::from("select q.id from (");
    sql.push(ROWS);
    sql.push(") q where q.state = 'confirmed' and q.disposed_at is null and not q.held order by q.created_at limit $2");
    Ok(db.query(sql, &[&db.areas(), &limit]).await?.iter().map(|row| row.get("id")).collect())
}

/// Inserts a proposal.
pub async fn insert(tx: &Tx<'_>, it: &Disposal, subject: &RetentionSubject) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into disposals (id, area, ground, resource, resource_id, within, owner, reason, state, proposed_issuer,
                                proposed_subject, proposed_name, proposed_sides, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
        &[
            &it.id,
            &it.area,
            &it.ground,
            &it.resource,
            &it.resource_id,
            &subject.within,
            &it.owner,
            &it.reason,
            &it.state,
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &actor.scope().sides(),
            &it.created_at,
        ],
    )
    .await
}

/// Updates the state and the decision of a disposal, if it still has its version and state.
pub fn update_decision(
    tx: &Tx<'_>,
    it: &Disposal,
    permitted: &PermittedTransition<DisposalState>,
    reason: Option<&str>,
) -> WriteStatement {
    let actor = &tx.call().actor;
    WriteStatement::new(
        compare_and_set!(
            "update disposals
         set state = $4, decided_issuer = $5, decided_subject = $6, decided_name = $7, decided_at = $8, decision_reason = $9,
             version = version + 1, updated_at = $8
         where id = $1 and version = $2 and state = $3 and in_scope(area, $10)"
        ),
        values![
            it.id,
            it.version,
            permitted.from(),
            permitted.to(false),
            actor.issuer.clone(),
            actor.subject.clone(),
            actor.name.clone(),
            tx.call().at,
            reason.map(str::to_owned),
            tx.areas().to_vec(),
        ],
    )
}

/// Removes the texts and files, and returns what was removed. If a legal hold came first, removes nothing.
pub async fn dispose(tx: &Tx<'_>, id: Uuid, at: DateTime<Utc>) -> Result<Vec<DisposedItem>, Problem> {
    let rows = tx.query("select * from dispose($1, $2)", &[&id, &at]).await?;
    let item = |row: &Row| DisposedItem {
        resource: row.get("resource"),
        id: row.get("id"),
        version: row.get("version"),
        sha256: row.get("digest"),
    };
    Ok(rows.iter().map(item).collect())
}

/// Stores the certificate, and marks the disposal as performed. Returns the number of rows.
pub async fn update_certificate(tx: &Tx<'_>, it: &Disposal, certificate: &Certificate) -> Result<u64, Problem> {
    tx.execute(
        "update disposals
         set disposed_at = $3, certificate = $4, version = version + 1, updated_at = $3
         where id = $1 and version = $2 and state = 'confirmed' and in_scope(area, $5)",
        &[&it.id, &it.version, &tx.call().at, &Json(certificate), &tx.areas()],
    )
    .await
}

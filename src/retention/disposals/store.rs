//! Disposals in the database, and the function that carries one out.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::super::store::{Subject, held};
use super::model::{Certificate, Disposal, DisposedItem, DisposedResource, Ground};
use super::workflow::DisposalState;
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::auth::Side;
use crate::db::{FromRow, Parameters, Session, Sql, Tx, WriteStatement, compare_and_set, list, values};
use crate::vocabulary::WireName;
use crate::workflow::Step;

/// A disposal as it is stored.
#[derive(Clone, Debug)]
pub struct Record {
    /// As its area sees it, without what can be done.
    pub shown: Disposal,
    /// Who proposed it: the token's issuer.
    pub proposed_issuer: String,
    /// Who proposed it: the token's subject.
    pub proposed_subject: String,
    /// The sides they stood on.
    pub proposed_sides: Vec<Side>,
}

/// Of the areas in scope ($1).
const RECORD: &str = concat!(
    "select s.id, s.area, s.ground, s.resource, s.resource_id, s.owner, s.reason, s.state, s.proposed_issuer,
            s.proposed_subject, s.proposed_sides, coalesce(s.proposed_name, s.proposed_subject) as proposed_by,
            coalesce(s.decided_name, s.decided_subject) as decided_by, s.decided_at, s.decision_reason, s.disposed_at,
            s.certificate, s.version, s.created_at, s.updated_at, ",
    held!(),
    " from disposals s where in_scope(s.area, $1)"
);

impl FromRow for Record {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let id = row.try_get("id")?;
        let shown = Disposal {
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
            shown,
            proposed_issuer: row.try_get("proposed_issuer")?,
            proposed_subject: row.try_get("proposed_subject")?,
            proposed_sides: row.try_get("proposed_sides")?,
        })
    }
}

/// The list of disposals.
#[derive(Debug)]
pub enum Disposals {}

impl Listing for Disposals {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",        Field::Texts,                          "area = any ($)",     "Disposals of these areas."),
        ("state",       Field::Words(DisposalState::NAMES),    "state = any ($)",    "Disposals in these states."),
        ("ground",      Field::Words(Ground::NAMES),           "ground = any ($)",   "Disposals on these grounds."),
        ("resource",    Field::Words(DisposedResource::NAMES), "resource = any ($)", "Disposals of these kinds of record."),
        ("resource_id", Field::Id,                             "resource_id = $",    "Disposals of one record."),
        ("disposed",    Field::Flag, "(disposed_at is not null) = $",                "Whether they were carried out."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("updated_at", "updated_at", "timestamptz"),
    ];
    const DEFAULT: &'static str = "-created_at";
}

/// One page of the disposals of the areas in scope.
pub async fn page(db: &Session<'_>, query: &Query<Disposals>) -> Result<(Vec<(Record, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas()], query).await
}

/// One disposal of the areas in scope.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<Record>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and s.id = $2");
    db.find(sql, &[&db.areas(), &id]).await
}

/// The same, held until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<Record>, Problem> {
    let sql = "select from disposals where id = $2 and in_scope(area, $1) for update";
    let areas = tx.areas();
    let held: Parameters<'_> = &[&areas, &id];
    let (_, found) = tokio::try_join!(biased; tx.maybe(sql, held), find(tx, id))?;
    Ok(found)
}

/// Those that were confirmed, are not held and were not carried out yet, oldest first.
pub async fn waiting(db: &Session<'_>, most: i64) -> Result<Vec<Uuid>, Problem> {
    let mut sql = Sql::from("select q.id from (");
    sql.push(RECORD);
    sql.push(") q where q.state = 'confirmed' and q.disposed_at is null and not q.held order by q.created_at limit $2");
    Ok(db.rows(sql, &[&db.areas(), &most]).await?.iter().map(|row| row.get("id")).collect())
}

/// Enters a proposal.
pub async fn insert(tx: &Tx<'_>, it: &Disposal, subject: &Subject) -> Result<u64, Problem> {
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

/// Decides by a step of the table, where it stands at its version.
pub fn decide(tx: &Tx<'_>, it: &Disposal, step: &Step<DisposalState>, reason: Option<&str>) -> WriteStatement {
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
            step.from(),
            step.to(false),
            actor.issuer.clone(),
            actor.subject.clone(),
            actor.name.clone(),
            tx.call().at,
            reason.map(str::to_owned),
            tx.areas().to_vec(),
        ],
    )
}

/// Takes the words and bytes away; gives what went. Nothing, where a hold came first.
pub async fn dispose(tx: &Tx<'_>, id: Uuid, at: DateTime<Utc>) -> Result<Vec<DisposedItem>, Problem> {
    let rows = tx.rows("select * from dispose($1, $2)", &[&id, &at]).await?;
    let item = |row: &Row| DisposedItem {
        resource: row.get("resource"),
        id: row.get("id"),
        version: row.get("version"),
        sha256: row.get("digest"),
    };
    Ok(rows.iter().map(item).collect())
}

/// Keeps the certificate of what went.
pub async fn certify(tx: &Tx<'_>, it: &Disposal, certificate: &Certificate) -> Result<u64, Problem> {
    tx.execute(
        "update disposals
         set disposed_at = $3, certificate = $4, version = version + 1, updated_at = $3
         where id = $1 and version = $2 and state = 'confirmed' and in_scope(area, $5)",
        &[&it.id, &it.version, &tx.call().at, &Json(certificate), &tx.areas()],
    )
    .await
}

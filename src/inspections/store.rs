//! Inspections in the database: the record, and the copy that anyone may read.

use std::collections::HashMap;

use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::model::{Inspection, InspectionKind};
use super::needs::InspectionContext;
use super::workflow::State;
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Public, Session, Sql, Tx, list};
use crate::vocabulary::WireName;
use crate::workflow::Step;

macro_rules! columns {
    () => {
        "id, reference, source, title, kind, legal_basis, scope, lead_inspectorate, participating_inspectorates,
         published_on, due_on, report_url, key_findings, subjects, registered_by, follows_up, state, corrections,
         version, created_at, updated_at"
    };
}

const PUBLISHED: &str = concat!(
    "select ",
    columns!(),
    ", recommendations_count, null::timestamptz as shown_at, false as draft from published.inspections"
);
/// What others were shown, and the drafts of the areas in scope ($1) or, for a registrar ($2), of all.
const RECORD: &str = concat!(
    "select ",
    columns!(),
    ", shown_at, state <> 'published' as draft, (select count(*) from recommendations where inspection_id = inspections.id) as recommendations_count
     from inspections
     where (shown_at is not null or in_scope(registered_by, $1) or $2)"
);

impl FromRow for Inspection {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let id = row.try_get("id")?;
        Ok(Self {
            id,
            reference: row.try_get("reference")?,
            source: row.try_get("source")?,
            title: row.try_get("title")?,
            kind: row.try_get("kind")?,
            legal_basis: row.try_get("legal_basis")?,
            scope: row.try_get("scope")?,
            lead_inspectorate: row.try_get("lead_inspectorate")?,
            participating_inspectorates: row.try_get("participating_inspectorates")?,
            published_on: row.try_get("published_on")?,
            due_on: row.try_get("due_on")?,
            report_url: row.try_get("report_url")?,
            key_findings: row.try_get("key_findings")?,
            subjects: row.try_get::<_, Option<Vec<String>>>("subjects")?.into(),
            registered_by: row.try_get("registered_by")?,
            follows_up: row.try_get("follows_up")?,
            state: row.try_get("state")?,
            recommendations_count: row.try_get("recommendations_count")?,
            corrections: row.try_get::<_, Json<_>>("corrections")?.0,
            allowed_actions: None,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            links: Self::links(id),
            shown_at: row.try_get("shown_at")?,
        })
    }
}

/// The list of inspections.
#[derive(Debug)]
pub enum Inspections {}

impl Listing for Inspections {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("state",            Field::Words(State::NAMES),          "state = any ($)",     "Inspections in these states."),
        ("kind",             Field::Words(InspectionKind::NAMES), "kind = any ($)",      "Inspections of these kinds."),
        ("reference",        Field::Texts,                        "reference = any ($)", "Inspections with these references."),
        ("source",           Field::Texts,                        "source = any ($)",    "Inspections of these sources."),
        ("area",             Field::Texts, "(subjects is null or subjects && $)",        "Inspections that bind one of these areas."),
        ("published_after",  Field::Date,  "published_on > $",                           "Reports published after this day."),
        ("published_before", Field::Date,  "published_on < $",                           "Reports published before this day."),
        ("q", Field::Text,
         "published.is_answerable(published.sought($)) and (
              id in (select id from published.texts where facets @> '{type:inspection}' and words @@ published.sought($))
              or draft and published.words(concat_ws(' ', reference, title), key_findings) @@ published.sought($))",
         "Words in the reference, title or key findings. Not ranked: see /v1/search."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("published_on", "coalesce(published_on, 'infinity')",  "date"),
        ("reference",    "reference collate \"C\"",             "text"),
        ("title",        "coalesce(title, '') collate \"C\"",   "text"),
        ("created_at",   "created_at",                          "timestamptz"),
        ("updated_at",   "updated_at",                          "timestamptz"),
    ];
    const DEFAULT: &'static str = "-published_on,reference";
}

type Rows = (Vec<(Inspection, Cursor)>, Option<i64>);

/// One page of published inspections.
pub async fn page_public(db: &Public<'_>, query: &Query<Inspections>) -> Result<Rows, Problem> {
    list(db, &[PUBLISHED], &[], query).await
}

/// One page of what the caller can see.
pub async fn page(db: &Session<'_>, query: &Query<Inspections>) -> Result<Rows, Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.is_registrar()], query).await
}

/// One published inspection.
pub async fn find_public(db: &Session<'_>, id: Uuid) -> Result<Option<Inspection>, Problem> {
    let mut sql = Sql::from(PUBLISHED);
    sql.push(" where id = $1");
    db.find(sql, &[&id]).await
}

/// One inspection that the caller can see.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<Inspection>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3");
    db.find(sql, &[&db.areas(), &db.is_registrar(), &id]).await
}

/// One inspection that the caller can see, held until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<Inspection>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3 for update");
    tx.find(sql, &[&tx.areas(), &tx.is_registrar(), &id]).await
}

/// The inspection that has this reference already, where it is one the caller can see.
pub async fn find_by_reference(db: &Session<'_>, source: &str, reference: &str) -> Result<Option<Inspection>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and source = $3 and reference = $4 and state <> 'withdrawn'");
    db.find(sql, &[&db.areas(), &db.is_registrar(), &source, &reference]).await
}

/// What stands beside inspections and decides what can be done with each.
pub async fn beside(db: &Session<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, InspectionContext>, Problem> {
    let sql = "select i.id, (select count(*) from recommendations c
                             where c.inspection_id = i.id and c.kind = 'cause_of_concern'
                               and not exists (select from recommendations r
                                               where r.inspection_id = c.inspection_id and r.cause_of_concern_id = c.id
                                                 and r.kind = 'recommendation')),
                      (select count(*) from published.responses p where p.inspection_id = i.id)
               from unnest($1::uuid[]) as i(id)";
    let rows = db.rows(sql, &[&ids]).await?;
    let beside = |row: &Row| InspectionContext { bare_causes: row.get(1), published_responses: row.get(2) };
    Ok(rows.iter().map(|row| (row.get(0), beside(row))).collect())
}

/// Enters a new inspection.
pub async fn insert(tx: &Tx<'_>, it: &Inspection) -> Result<u64, Problem> {
    tx.execute(
        concat!(
            "insert into inspections (",
            columns!(),
            ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '[]', $18, $19, $19)"
        ),
        &[
            &it.id,
            &it.reference,
            &it.source,
            &it.title,
            &it.kind,
            &it.legal_basis,
            &it.scope,
            &it.lead_inspectorate,
            &it.participating_inspectorates,
            &it.published_on,
            &it.due_on,
            &it.report_url,
            &it.key_findings,
            &it.subjects.named(),
            &it.registered_by,
            &it.follows_up,
            &it.state,
            &it.version,
            &it.created_at,
        ],
    )
    .await
}

/// Writes the members that can be amended, where it stands at its version.
pub async fn update(tx: &Tx<'_>, it: &Inspection) -> Result<u64, Problem> {
    tx.execute(
        "update inspections
         set reference = $2, source = $3, title = $4, kind = $5, legal_basis = $6, scope = $7, lead_inspectorate = $8,
             participating_inspectorates = $9, published_on = $10, due_on = $11, report_url = $12, key_findings = $13,
             subjects = $14, follows_up = $15, corrections = $16, version = version + 1, updated_at = $17
         where id = $1 and version = $18",
        &[
            &it.id,
            &it.reference,
            &it.source,
            &it.title,
            &it.kind,
            &it.legal_basis,
            &it.scope,
            &it.lead_inspectorate,
            &it.participating_inspectorates,
            &it.published_on,
            &it.due_on,
            &it.report_url,
            &it.key_findings,
            &it.subjects.named(),
            &it.follows_up,
            &Json(&it.corrections),
            &tx.call().at,
            &it.version,
        ],
    )
    .await
}

/// Moves the state by a step of the table, where it stands at its version.
pub async fn advance(tx: &Tx<'_>, it: &Inspection, step: &Step<State>) -> Result<u64, Problem> {
    let to = step.to(false);
    tx.execute(
        "update inspections
         set state = $4, version = version + 1, updated_at = $5,
             shown_at = case when $4 = 'published' then coalesce(shown_at, $5) else shown_at end
         where id = $1 and version = $2 and state = $3",
        &[&it.id, &it.version, &step.from(), &to, &tx.call().at],
    )
    .await
}

/// Copies the inspection to where anyone may read it, in place of what stood there.
pub async fn publish(tx: &Tx<'_>, id: Uuid) -> Result<u64, Problem> {
    tx.execute(
        concat!(
            "insert into published.inspections (",
            columns!(),
            ", recommendations_count) select ",
            columns!(),
            ", (select count(*) from recommendations where inspection_id = $1) from inspections where id = $1
             on conflict (id) do update
             set title = excluded.title, published_on = excluded.published_on, due_on = excluded.due_on,
                 report_url = excluded.report_url, key_findings = excluded.key_findings,
                 corrections = excluded.corrections, version = excluded.version, updated_at = excluded.updated_at"
        ),
        &[&id],
    )
    .await
}

/// Takes the inspection back from where anyone could read it.
pub async fn unpublish(tx: &Tx<'_>, id: Uuid) -> Result<u64, Problem> {
    tx.execute("delete from published.inspections where id = $1", &[&id]).await
}

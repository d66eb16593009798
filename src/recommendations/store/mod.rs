//! Recommendations in the database: the records, and their published copies.

mod batch;

use std::sync::LazyLock;

use tokio_postgres::Row;
use uuid::Uuid;

pub use batch::{find_ids, insert_all, update_causes};

use super::model::{Addressee, Recommendation, RecommendationKind, RecommendationTarget};
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{ColumnGroup, FromRow, Public, Session, Sql, SqlValue, Tx, WriteStatement, list, values};
use crate::vocabulary::WireName;

const PUBLISHED: &str =
    constcat::concat!("select ", Recommendation::COLUMNS, ", false as draft from published.recommendations where true");
/// Recommendations of inspections that were ever published, of the drafts of the areas in scope ($1), and for a
/// registrar ($2) of all drafts.
const RECORD: &str = constcat::concat!(
    "select ",
    Recommendation::COLUMNS,
    ", (select i.state <> 'published' from inspections i where i.id = inspection_id) as draft
     from recommendations
     where (select i.shown_at is not null or in_scope(i.registered_by, $1) or $2
            from inspections i where i.id = inspection_id)"
);

impl FromRow for RecommendationTarget {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { kind: row.try_get("target_kind")?, text: row.try_get("target_text")?, on: row.try_get("target_on")? })
    }
}

impl ColumnGroup for RecommendationTarget {
    fn values(&self) -> Vec<SqlValue> {
        values![self.kind, self.text.clone(), self.on]
    }
}

/// The filters and sorts of the list of recommendations.
#[derive(Debug)]
pub enum Recommendations {}

impl ListDefinition for Recommendations {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("inspection_id", FilterType::Id,                               "inspection_id = $",   "Returns only recommendations of this inspection."),
        ("reference",     FilterType::Labels, "published.label_key(reference) = any ($)", "Returns only recommendations with these references."),
        ("kind",          FilterType::OneOf(RecommendationKind::NAMES), "kind = any ($)",      "Returns only recommendations of these kinds."),
        ("addressee",     FilterType::OneOf(Addressee::NAMES),          "addressees && $",     "Returns only recommendations addressed to one of these bodies."),
        ("theme",         FilterType::Labels, "exists (select from unnest(themes) theme where published.label_key(theme) = any ($))", "Returns only recommendations on one of these themes."),
        ("q", FilterType::Text,
         "published.has_required_word(published.lookup_query($)) and (
              id in (select id from published.texts where facets @> '{type:recommendation}' and search_vector @@ published.lookup_query($))
              or draft and published.search_vector(reference, text) @@ published.lookup_query($))",
         "Returns only recommendations with these words in the reference or the text. The result is not ranked by \
          relevance; for that, use GET /v1/search."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("inspection_id", "inspection_id",              "uuid"),
        ("number",        "ordinal",                    "integer"),
        ("reference",     "reference collate \"C\"",    "text"),
        ("target_on",     "coalesce(target_on, 'infinity')", "date"),
        ("created_at",    "created_at",                 "timestamptz"),
        ("updated_at",    "updated_at",                 "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "inspection_id,number";
}

type Rows = (Vec<(Recommendation, Cursor)>, Option<i64>);

/// Returns one page of published recommendations.
pub async fn page_public(db: &Public<'_>, query: &ListQuery<Recommendations>) -> Result<Rows, Problem> {
    list(db, &[PUBLISHED], &[], query).await
}

/// Returns one page of the recommendations that the caller can see.
pub async fn page(db: &Session<'_>, query: &ListQuery<Recommendations>) -> Result<Rows, Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.is_registrar()], query).await
}

/// Returns a published recommendation.
pub async fn find_public(db: &Public<'_>, id: Uuid) -> Result<Option<Recommendation>, Problem> {
    let mut sql = Sql::from(PUBLISHED);
    sql.push(" and id = $1");
    db.find(sql, &[&id]).await
}

/// Returns a recommendation that the caller can see.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<Recommendation>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3");
    db.find(sql, &[&db.areas(), &db.is_registrar(), &id]).await
}

/// Returns the recommendations of an inspection that the caller can see, in the report's order.
pub async fn find_of_inspection(db: &Session<'_>, inspection_id: Uuid) -> Result<Vec<Recommendation>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and inspection_id = $3 order by ordinal, id");
    db.find_all(sql, &[&db.areas(), &db.is_registrar(), &inspection_id]).await
}

/// Returns the published recommendations of an inspection, in the report's order.
pub async fn find_public_of_inspection(db: &Session<'_>, inspection_id: Uuid) -> Result<Vec<Recommendation>, Problem> {
    let mut sql = Sql::from(PUBLISHED);
    sql.push(" and inspection_id = $1 order by ordinal, id");
    db.find_all(sql, &[&inspection_id]).await
}

/// Returns the position after the last recommendation of an inspection.
pub async fn next_ordinal(tx: &Tx<'_>, inspection_id: Uuid) -> Result<i32, Problem> {
    let sql = "select coalesce(max(ordinal), 0) + 1 from recommendations where inspection_id = $1";
    let row = tx.query_opt(sql, &[&inspection_id]).await?;
    Ok(row.map_or(1, |row| row.get(0)))
}

/// Returns true if recommendations belong to this one, as they do to a cause of concern.
pub async fn has_children(tx: &Tx<'_>, it: &Recommendation) -> Result<bool, Problem> {
    let sql = "select from recommendations where inspection_id = $1 and cause_of_concern_id = $2 limit 1";
    Ok(tx.query_opt(sql, &[&it.inspection_id, &it.id]).await?.is_some())
}

/// Inserts a new recommendation.
pub async fn insert(tx: &Tx<'_>, it: &Recommendation) -> Result<u64, Problem> {
    tx.write(WriteStatement::new(Recommendation::insert_sql(), it.insert_values())).await
}

/// Updates the members that can be amended.
///
/// # Errors
/// 412 if the version has changed since.
pub async fn update(tx: &Tx<'_>, it: &Recommendation) -> Result<u64, Problem> {
    let mut parameters = values![it.id, it.version, tx.call().at];
    parameters.extend(it.update_values());
    tx.write(WriteStatement::new(Recommendation::update_sql(), parameters)).await
}

/// Updates the target's date and basis. The version rises only if the date has changed.
pub async fn update_target_date(tx: &Tx<'_>, it: &Recommendation, date_changed: bool) -> Result<u64, Problem> {
    tx.execute(
        "update recommendations
         set target_on = $2, target_basis = $3, version = case when $5 then version + 1 else version end,
             updated_at = case when $5 then $4 else updated_at end
         where id = $1",
        &[&it.id, &it.target.on, &it.target_basis, &tx.call().at, &date_changed],
    )
    .await
}

/// Deletes a recommendation.
pub async fn delete(tx: &Tx<'_>, id: Uuid) -> Result<u64, Problem> {
    tx.execute("delete from recommendations where id = $1", &[&id]).await
}

/// Copies the recommendations of an inspection to the published copy, and replaces earlier copies.
pub async fn publish(tx: &Tx<'_>, inspection_id: Uuid) -> Result<u64, Problem> {
    static SQL: LazyLock<String> =
        LazyLock::new(|| Recommendation::copy_sql("published.recommendations", &[], "inspection_id = $1"));
    tx.execute(SQL.as_str(), &[&inspection_id]).await
}

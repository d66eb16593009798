//! Inspections in the database: the records, and their published copies.

use std::collections::HashMap;
use std::error::Error;
use std::sync::LazyLock;

use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::model::{Inspection, InspectionKind, State, Subjects};
use super::workflow::{InspectionContext, ReferenceHolder};
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{Public, Session, Sql, Tx, WriteStatement, list, values};
use crate::label;
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

const PUBLISHED: &str = constcat::concat!(
    "select ",
    Inspection::COLUMNS,
    ", recommendations_count, null::timestamptz as shown_at, false as draft from published.inspections"
);
/// Inspections that were ever published, the drafts of the areas in scope ($1), and for a registrar ($2) all drafts.
const RECORD: &str = constcat::concat!(
    "select ",
    Inspection::COLUMNS,
    ", shown_at, state <> 'published' as draft, (select count(*) from recommendations where inspection_id = inspections.id) as recommendations_count
     from inspections
     where (shown_at is not null or in_scope(registered_by, $1) or $2)"
);

impl ToSql for Subjects {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.codes().to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        <Option<&[String]> as ToSql>::accepts(kind)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Subjects {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Vec::from_sql(kind, raw).map(Self::Codes)
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::All)
    }

    fn accepts(kind: &Type) -> bool {
        <Vec<String> as FromSql>::accepts(kind)
    }
}

/// The filters and sorts of the list of inspections.
#[derive(Debug)]
pub enum Inspections {}

impl ListDefinition for Inspections {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("state",            FilterType::OneOf(State::NAMES),          "state = any ($)",     "Returns only inspections in these states."),
        ("kind",             FilterType::OneOf(InspectionKind::NAMES), "kind = any ($)",      "Returns only inspections of these kinds."),
        ("reference",        FilterType::Labels, "published.label_key(reference) = any ($)", "Returns only inspections with these references."),
        ("source",           FilterType::Labels, "published.label_key(source) = any ($)",    "Returns only inspections from these sources."),
        ("area",             FilterType::Labels,"(subjects is null or subjects && $)",        "Returns only inspections that bind one of these areas."),
        ("published_after",  FilterType::Date,  "published_on > $",                           "Returns only inspections whose report was published after this day."),
        ("published_before", FilterType::Date,  "published_on < $",                           "Returns only inspections whose report was published before this day."),
        ("q", FilterType::Text,
         "published.has_required_word(published.lookup_query($)) and (
              id in (select id from published.texts where facets @> '{type:inspection}' and search_vector @@ published.lookup_query($))
              or draft and published.search_vector(concat_ws(' ', reference, title), key_findings) @@ published.lookup_query($))",
         "Returns only inspections with these words in the reference, title or key findings. The \
          result is not ranked by relevance; for that, use GET /v1/search."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("published_on", "coalesce(published_on, 'infinity')",  "date"),
        ("reference",    "reference collate \"C\"",             "text"),
        ("title",        "coalesce(title, '') collate \"C\"",   "text"),
        ("created_at",   "created_at",                          "timestamptz"),
        ("updated_at",   "updated_at",                          "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "-published_on,reference";
}

type Rows = (Vec<(Inspection, Cursor)>, Option<i64>);

/// Returns one page of published inspections.
pub async fn page_public(db: &Public<'_>, query: &ListQuery<Inspections>) -> Result<Rows, Problem> {
    list(db, &[PUBLISHED], &[], query).await
}

/// Returns one page of the inspections that the caller can see.
pub async fn page(db: &Session<'_>, query: &ListQuery<Inspections>) -> Result<Rows, Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.is_registrar()], query).await
}

/// Returns a published inspection.
pub async fn find_public(db: &Session<'_>, id: Uuid) -> Result<Option<Inspection>, Problem> {
    let mut sql = Sql::from(PUBLISHED);
    sql.push(" where id = $1");
    db.find(sql, &[&id]).await
}

/// Returns an inspection that the caller can see.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<Inspection>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3");
    db.find(sql, &[&db.areas(), &db.is_registrar(), &id]).await
}

/// Returns an inspection that the caller can see, and locks its row until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<Inspection>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3 for update");
    tx.find(sql, &[&tx.areas(), &tx.is_registrar(), &id]).await
}

/// Returns the inspection that has this reference for an area: the published one, or the area's own draft. Without an area,
/// it is a registrar's draft. A withdrawn inspection does not count.
pub async fn find_by_reference(
    db: &Session<'_>,
    source: &str,
    reference: &str,
    area: Option<&str>,
) -> Result<Option<Inspection>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(
        " and published.label_key(source) = $3 and published.label_key(reference) = $4
          and (state = 'published' or state = 'draft' and registered_by is not distinct from $5)
          order by state = 'published' desc, reference_twin
          limit 1",
    );
    let (source, reference) = (label::key(source), label::key(reference));
    db.find(sql, &[&db.areas(), &db.is_registrar(), &source, &reference, &area]).await
}

/// Returns, for each inspection, the facts about other records that its workflow depends on.
pub async fn find_contexts(db: &Session<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, InspectionContext>, Problem> {
    let sql = "select i.id, (select count(*) from recommendations c
                             where c.inspection_id = i.id and c.kind = 'cause_of_concern'
                               and not exists (select from recommendations r
                                               where r.inspection_id = c.inspection_id and r.cause_of_concern_id = c.id
                                                 and r.kind = 'recommendation')),
                      (select count(*) from published.responses p where p.inspection_id = i.id),
                      holder.id, holder.registered_by
               from unnest($1::uuid[]) as i(id)
               left join lateral (
                   select p.id, p.registered_by
                   from inspections p
                   where p.id = (select published_with_reference_of(d.id)
                                 from inspections d where d.id = i.id and d.state = 'draft')
                   limit 1
               ) holder on true";
    let rows = db.query(sql, &[&ids]).await?;
    let context = |row: &Row| InspectionContext {
        causes_without_recommendation: row.get(1),
        published_responses: row.get(2),
        reference_holder: row.get::<_, Option<Uuid>>(3).map(|id| ReferenceHolder { id, registered_by: row.get(4) }),
    };
    Ok(rows.iter().map(|row| (row.get(0), context(row))).collect())
}

/// Waits until no other transaction publishes an inspection with this source and reference, and keeps others waiting until
/// this one ends. The second to be published then sees the first.
pub async fn lock_reference(tx: &Tx<'_>, it: &Inspection) -> Result<(), Problem> {
    let key = format!("{}\n{}", label::key(&it.source), label::key(&it.reference));
    tx.query_opt("select pg_advisory_xact_lock(hashtextextended($1, 25))", &[&key]).await.map(drop)
}

/// Inserts a new inspection.
pub async fn insert(tx: &Tx<'_>, it: &Inspection) -> Result<u64, Problem> {
    tx.write(WriteStatement::new(Inspection::insert_sql(), it.insert_values())).await
}

/// Updates the members that can be amended or corrected.
///
/// # Errors
/// 412 if the version has changed since.
pub async fn update(tx: &Tx<'_>, it: &Inspection) -> Result<u64, Problem> {
    let mut parameters = values![it.id, it.version, tx.call().at];
    parameters.extend(it.update_values());
    tx.write(WriteStatement::new(Inspection::update_sql(), parameters)).await
}

/// Updates the state by a step of the workflow. Returns the number of rows: 0 if the state or version has changed
/// since.
pub async fn update_state(tx: &Tx<'_>, it: &Inspection, step: &PermittedTransition<State>) -> Result<u64, Problem> {
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

/// Copies the inspection to the published copy, and replaces an earlier copy.
pub async fn publish(tx: &Tx<'_>, id: Uuid) -> Result<u64, Problem> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let count = ("recommendations_count", "(select count(*) from recommendations where inspection_id = $1)");
        Inspection::copy_sql("published.inspections", &[count], "id = $1")
    });
    tx.execute(SQL.as_str(), &[&id]).await
}

/// Deletes the inspection from the published copy.
pub async fn unpublish(tx: &Tx<'_>, id: Uuid) -> Result<u64, Problem> {
    tx.execute("delete from published.inspections where id = $1", &[&id]).await
}

//! A list's question made into one statement: filters, keyset and order from the resource's table, values as parameters.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::FromRow;
use super::session::{Parameters, Session, Sql};
use crate::api::{Cursor, FilterValue, Listing, MOST_COUNTED, Problem, Query, ScanStart};

/// What a list is of: one select or several, whose columns the table's SQL names, with an `id`. The rows of several stand
/// in one order; each is read along it by itself.
pub type Relation = &'static [&'static str];

/// The rows of one page, and one more where there is another page, each with its cursor; and the count, where asked.
///
/// `first` are the relation's own parameters, from `$1`.
pub async fn list<T: FromRow, L: Listing>(
    db: &Session<'_>,
    relation: Relation,
    first: Parameters<'_>,
    query: &Query<L>,
) -> Result<(Vec<(T, Cursor)>, Option<i64>), Problem> {
    if let Some(walk) = &query.walk {
        return Ok((walked(db, relation, first, query, walk).await?, None));
    }
    let (filters, mut values) = filtered(first.len(), query);
    let total = if query.count {
        // One more than is told: that there are more.
        let mut sql = Sql::from("select count(*) from (select from (");
        together(&mut sql, relation);
        sql.push(") r where true");
        sql.append(&filters);
        sql.push(" limit ");
        sql.push_number(usize::try_from(MOST_COUNTED + 1).map_err(Problem::internal)?);
        sql.push(") counted");
        let all: Vec<&(dyn ToSql + Sync)> = first.iter().copied().chain(values.iter().map(|v| &**v as _)).collect();
        db.maybe(sql, &all).await?.map(|row| row.get(0))
    } else {
        None
    };
    let place = first.len() + values.len();
    values.extend(query.after.iter().flatten().map(|key| Box::new(key.clone()) as Box<dyn ToSql + Sync + Send>));
    values.push(Box::new(i64::try_from(query.limit + 1).map_err(Problem::internal)?));
    let limit = first.len() + values.len();
    let mut sql = Sql::from("select * from (");
    for (at, each) in relation.iter().enumerate() {
        sql.push(if at > 0 { " union all (" } else { "(" });
        paged(&mut sql, each, query, &filters, place, limit);
        sql.push(")");
    }
    sql.push(") pages");
    if relation.len() > 1 {
        ordered(&mut sql, query);
    }
    sql.push(" limit ");
    sql.push_place(limit);
    let all: Vec<&(dyn ToSql + Sync)> = first.iter().copied().chain(values.iter().map(|v| &**v as _)).collect();
    let rows = db.rows(sql, &all).await?;
    let made = rows.iter().map(|row| Ok((T::from_row(row)?, row.try_get("cursor")?)));
    let made: Result<Vec<_>, tokio_postgres::Error> = made.collect();
    Ok((made.map_err(Problem::internal)?, total))
}

/// A list's records counted: `what` of those that the filters keep, and then `rest`, which groups and orders.
pub async fn tally<T: FromRow, L: Listing>(
    db: &Session<'_>,
    what: &'static str,
    relation: Relation,
    first: Parameters<'_>,
    query: &Query<L>,
    rest: &'static str,
) -> Result<Vec<T>, Problem> {
    let (filters, values) = filtered(first.len(), query);
    let mut sql = Sql::from(what);
    sql.push(" from (");
    together(&mut sql, relation);
    sql.push(") r where true");
    sql.append(&filters);
    sql.push(rest);
    let all: Vec<&(dyn ToSql + Sync)> = first.iter().copied().chain(values.iter().map(|v| &**v as _)).collect();
    let rows = db.rows(sql, &all).await?;
    rows.iter().map(|row| T::from_row(row).map_err(Problem::internal)).collect()
}

/// All the selects as one.
fn together(sql: &mut Sql, relation: Relation) {
    for (at, each) in relation.iter().enumerate() {
        sql.push(if at > 0 { " union all " } else { "" });
        sql.push(each);
    }
}

/// The most rows that are read for a page: of the longest that a caller may ask for, or of what the program itself asks.
fn longest<L: Listing>(query: &Query<L>) -> usize {
    (query.limit + 1).max(201)
}

/// One page of one select. The longest page is said outright, so that a plan made without knowing `limit` is one for a page.
fn paged<L: Listing>(sql: &mut Sql, select: &'static str, query: &Query<L>, filters: &Sql, after: usize, limit: usize) {
    sql.push("select * from (select r.*, array[");
    for (key, _) in &query.order {
        sql.push("(");
        sql.push(key.1);
        sql.push(")::text, ");
    }
    sql.push("id::text] as cursor from (");
    sql.push(select);
    sql.push(") r where true");
    sql.append(filters);
    if query.after.is_some() {
        keyset(sql, query, after);
    }
    ordered(sql, query);
    sql.push(" limit ");
    sql.push_number(longest(query));
    sql.push(") page limit ");
    sql.push_place(limit);
}

/// The next rows of all of a list: a cursor of the database, opened by the first call, goes on where it stopped.
async fn walked<T: FromRow, L: Listing>(
    db: &Session<'_>,
    relation: Relation,
    first: Parameters<'_>,
    query: &Query<L>,
    walk: &ScanStart,
) -> Result<Vec<(T, Cursor)>, Problem> {
    if walk.begins() {
        let (filters, values) = filtered(first.len(), query);
        let mut sql = Sql::from("declare walk no scroll cursor for select r.* from (");
        together(&mut sql, relation);
        sql.push(") r where true");
        sql.append(&filters);
        ordered(&mut sql, query);
        let all: Vec<&(dyn ToSql + Sync)> = first.iter().copied().chain(values.iter().map(|v| &**v as _)).collect();
        db.declare(sql, &all).await?;
    }
    let mut sql = Sql::from("fetch forward ");
    sql.push_number(query.limit);
    sql.push(" from walk");
    let rows = db.fetch(sql).await?;
    let made = rows.iter().map(|row| Ok((T::from_row(row)?, Cursor::new())));
    made.collect::<Result<_, tokio_postgres::Error>>().map_err(Problem::internal)
}

/// The filters as conditions, and their values, whose places follow the relation's own.
fn filtered<L: Listing>(places: usize, query: &Query<L>) -> (Sql, Vec<Box<dyn ToSql + Sync + Send>>) {
    let mut values: Vec<Box<dyn ToSql + Sync + Send>> = Vec::new();
    let mut filters = Sql::default();
    for (fragment, value) in &query.filters {
        filters.push(" and ");
        // One value is looked for as one: an index then keeps its order, and is read no further than the page.
        if let (Some(of), FilterValue::Texts(texts)) = (fragment.strip_suffix(" = any ($)"), value)
            && let [only] = texts.as_slice()
        {
            values.push(Box::new(only.clone()));
            filters.push(of);
            filters.push(" = ");
            filters.push_place(places + values.len());
            continue;
        }
        values.push(boxed(value));
        for (at, piece) in fragment.split('$').enumerate() {
            if at > 0 {
                filters.push_place(places + values.len());
            }
            filters.push(piece);
        }
    }
    (filters, values)
}

fn ordered<L: Listing>(sql: &mut Sql, query: &Query<L>) {
    sql.push(" order by ");
    for (key, descends) in &query.order {
        sql.push(key.1);
        sql.push(if *descends { " desc, " } else { ", " });
    }
    sql.push("id");
}

/// Rows that come after the cursor: past its first key, or equal in it and past its second, and so on to the id.
fn keyset<L: Listing>(sql: &mut Sql, query: &Query<L>, before: usize) {
    let id = ("id", "id", "uuid");
    let keys: Vec<(&(&'static str, &'static str, &'static str), bool)> =
        query.order.iter().copied().chain([(&id, false)]).collect();
    // Said apart, for an index to begin there.
    let (first, descends) = keys[0];
    sql.push(" and ");
    compare(sql, first, if descends { " <= " } else { " >= " }, before + 1);
    sql.push(" and (");
    for (at, (key, descends)) in keys.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { " or (" });
        for (earlier, (equal, _)) in keys[..at].iter().enumerate() {
            compare(sql, equal, " = ", before + earlier + 1);
            sql.push(" and ");
        }
        compare(sql, key, if *descends { " < " } else { " > " }, before + at + 1);
        sql.push(")");
    }
    sql.push(")");
}

fn compare(sql: &mut Sql, key: &(&'static str, &'static str, &'static str), by: &'static str, place: usize) {
    sql.push(key.1);
    sql.push(by);
    sql.push_place(place);
    sql.push("::text::");
    sql.push(key.2);
}

fn boxed(value: &FilterValue) -> Box<dyn ToSql + Sync + Send> {
    match value {
        FilterValue::Text(text) => Box::new(text.clone()),
        FilterValue::Texts(texts) => Box::new(texts.clone()),
        FilterValue::Date(date) => Box::<NaiveDate>::new(*date),
        FilterValue::Instant(at) => Box::<DateTime<Utc>>::new(*at),
        FilterValue::Id(id) => Box::<Uuid>::new(*id),
        FilterValue::Ids(ids) => Box::new(ids.clone()),
        FilterValue::Flag(flag) => Box::new(*flag),
    }
}

//! Compiles a list request into one statement: filters, keyset and order come from the resource's table, values are
//! sent as parameters.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::session::Session;
use super::statement::{FromRow, Parameters, Sql, SqlValue};
use crate::api::{Cursor, FilterValue, ListDefinition, ListQuery, MAX_TOTAL, Problem, ScanStart};

/// The selects that a list is made of. Each has an `id` and the columns that the resource's filters and sort keys name.
/// Several selects are read separately in the same order, and merged.
pub type Relation = &'static [&'static str];

/// Returns the rows of one page with their cursors, and the total count where the caller requests it. There is one
/// row more than the page holds when another page follows.
///
/// `own_parameters` are the relation's own parameters, from `$1`.
///
/// # Errors
/// 503 when the deadline passes or the connection fails; 500 when a statement or a row does not match the schema.
pub async fn list<T: FromRow, L: ListDefinition>(
    db: &Session<'_>,
    relation: Relation,
    own_parameters: Parameters<'_>,
    query: &ListQuery<L>,
) -> Result<(Vec<(T, Cursor)>, Option<i64>), Problem> {
    if let Some(scan) = &query.scan {
        return Ok((next_batch(db, relation, own_parameters, query, scan).await?, None));
    }
    let (filters, mut values) = filter_conditions(own_parameters.len(), query);
    let total = if query.count {
        let mut sql = Sql::from("select count(*) from (select from (");
        push_union(&mut sql, relation);
        sql.push(") r where true");
        sql.append(&filters);
        sql.push(" limit ");
        // One more than the largest total that is stated, to know that there are more.
        sql.push_number(usize::try_from(MAX_TOTAL + 1).map_err(Problem::internal)?);
        sql.push(") counted");
        db.query_opt(sql, &concatenate(own_parameters, &values)).await?.map(|row| row.get(0))
    } else {
        None
    };
    let before_keyset = own_parameters.len() + values.len();
    values.extend(query.after.iter().flatten().map(|key| Box::new(key.clone()) as SqlValue));
    values.push(Box::new(i64::try_from(query.limit + 1).map_err(Problem::internal)?));
    let limit = own_parameters.len() + values.len();
    let mut sql = Sql::from("select * from (");
    for (index, select) in relation.iter().enumerate() {
        sql.push(if index > 0 { " union all (" } else { "(" });
        push_page(&mut sql, select, query, &filters, before_keyset, limit);
        sql.push(")");
    }
    sql.push(") pages");
    if relation.len() > 1 {
        push_order(&mut sql, query);
    }
    sql.push(" limit ");
    sql.push_parameter(limit);
    let rows = db.query(sql, &concatenate(own_parameters, &values)).await?;
    let items = rows.iter().map(|row: &Row| Ok((T::from_row(row)?, row.try_get("cursor")?)));
    let items: Result<Vec<_>, tokio_postgres::Error> = items.collect();
    Ok((items.map_err(Problem::internal)?, total))
}

/// Aggregates the records that the filters of a list select. `select` is the statement up to its `from`;
/// `group_and_order` follows the filters.
///
/// # Errors
/// As [`list`].
pub async fn aggregate<T: FromRow, L: ListDefinition>(
    db: &Session<'_>,
    select: &'static str,
    relation: Relation,
    own_parameters: Parameters<'_>,
    query: &ListQuery<L>,
    group_and_order: &'static str,
) -> Result<Vec<T>, Problem> {
    let (filters, values) = filter_conditions(own_parameters.len(), query);
    let mut sql = Sql::from(select);
    sql.push(" from (");
    push_union(&mut sql, relation);
    sql.push(") r where true");
    sql.append(&filters);
    sql.push(group_and_order);
    db.find_all(sql, &concatenate(own_parameters, &values)).await
}

fn concatenate<'a>(own: Parameters<'a>, values: &'a [SqlValue]) -> Vec<&'a (dyn ToSql + Sync)> {
    own.iter().copied().chain(values.iter().map(|value| &**value as _)).collect()
}

/// Appends all selects of a relation as one.
fn push_union(sql: &mut Sql, relation: Relation) {
    for (index, select) in relation.iter().enumerate() {
        sql.push(if index > 0 { " union all " } else { "" });
        sql.push(select);
    }
}

/// Returns the largest number of rows read for a page: the longest page that a caller may request and one row more,
/// or what the program itself requests.
fn longest_page<L: ListDefinition>(query: &ListQuery<L>) -> usize {
    (query.limit + 1).max(201)
}

/// Appends one page of one select. The longest page is written as a number: PostgreSQL plans the statement without
/// knowing the parameter `limit`, and would otherwise plan for the whole list.
fn push_page<L: ListDefinition>(
    sql: &mut Sql,
    select: &'static str,
    query: &ListQuery<L>,
    filters: &Sql,
    before_keyset: usize,
    limit: usize,
) {
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
        push_keyset(sql, query, before_keyset);
    }
    push_order(sql, query);
    sql.push(" limit ");
    sql.push_number(longest_page(query));
    sql.push(") page limit ");
    sql.push_parameter(limit);
}

/// Returns the next batch of a whole list. The first call opens a cursor in the database; each later call continues it.
async fn next_batch<T: FromRow, L: ListDefinition>(
    db: &Session<'_>,
    relation: Relation,
    own_parameters: Parameters<'_>,
    query: &ListQuery<L>,
    scan: &ScanStart,
) -> Result<Vec<(T, Cursor)>, Problem> {
    if scan.is_first_batch() {
        let (filters, values) = filter_conditions(own_parameters.len(), query);
        let mut sql = Sql::from("declare walk no scroll cursor for select r.* from (");
        push_union(&mut sql, relation);
        sql.push(") r where true");
        sql.append(&filters);
        push_order(&mut sql, query);
        db.declare_cursor(sql, &concatenate(own_parameters, &values)).await?;
    }
    let mut sql = Sql::from("fetch forward ");
    sql.push_number(query.limit);
    sql.push(" from walk");
    let rows = db.fetch(sql).await?;
    let items = rows.iter().map(|row| Ok((T::from_row(row)?, Cursor::new())));
    items.collect::<Result<_, tokio_postgres::Error>>().map_err(Problem::internal)
}

/// Returns the filters as conditions, and their values. The parameters follow the relation's own.
fn filter_conditions<L: ListDefinition>(own_parameters: usize, query: &ListQuery<L>) -> (Sql, Vec<SqlValue>) {
    let mut values: Vec<SqlValue> = Vec::new();
    let mut filters = Sql::default();
    for (fragment, value) in &query.filters {
        filters.push(" and ");
        // A list with one value is compared with `=`: an index then keeps its order and is read no further than the
        // page.
        if let (Some(column), FilterValue::Texts(texts)) = (fragment.strip_suffix(" = any ($)"), value)
            && let [only] = texts.as_slice()
        {
            values.push(Box::new(only.clone()));
            filters.push(column);
            filters.push(" = ");
            filters.push_parameter(own_parameters + values.len());
            continue;
        }
        values.push(to_parameter(value));
        for (index, piece) in fragment.split('$').enumerate() {
            if index > 0 {
                filters.push_parameter(own_parameters + values.len());
            }
            filters.push(piece);
        }
    }
    (filters, values)
}

fn push_order<L: ListDefinition>(sql: &mut Sql, query: &ListQuery<L>) {
    sql.push(" order by ");
    for (key, descends) in &query.order {
        sql.push(key.1);
        sql.push(if *descends { " desc, " } else { ", " });
    }
    sql.push("id");
}

/// Appends the condition that a row follows the cursor: its first key is past the cursor's; or equal, and the second
/// key is past; and so on, to the id.
fn push_keyset<L: ListDefinition>(sql: &mut Sql, query: &ListQuery<L>, before_keyset: usize) {
    let id = ("id", "id", "uuid");
    let keys: Vec<(&(&'static str, &'static str, &'static str), bool)> =
        query.order.iter().copied().chain([(&id, false)]).collect();
    // Repeated as a simple comparison, so that an index scan can start at the cursor.
    let (first, descends) = keys[0];
    sql.push(" and ");
    push_comparison(sql, first, if descends { " <= " } else { " >= " }, before_keyset + 1);
    sql.push(" and (");
    for (index, (key, descends)) in keys.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { " or (" });
        for (earlier, (equal, _)) in keys[..index].iter().enumerate() {
            push_comparison(sql, equal, " = ", before_keyset + earlier + 1);
            sql.push(" and ");
        }
        push_comparison(sql, key, if *descends { " < " } else { " > " }, before_keyset + index + 1);
        sql.push(")");
    }
    sql.push(")");
}

fn push_comparison(
    sql: &mut Sql,
    key: &(&'static str, &'static str, &'static str),
    operator: &'static str,
    parameter: usize,
) {
    sql.push(key.1);
    sql.push(operator);
    sql.push_parameter(parameter);
    sql.push("::text::");
    sql.push(key.2);
}

fn to_parameter(value: &FilterValue) -> SqlValue {
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

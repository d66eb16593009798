//! SQL of the people of the caller's areas.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::Person;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::auth::Side;
use crate::db::{Session, Sql, Tx, WriteStatement, list, values};

/// Selects the people of the areas in `$1`.
const ROWS: &str = constcat::concat!("select ", Person::COLUMNS, " from people p where in_scope(p.area, $1)");

/// The list of people: its filters and sort orders.
#[derive(Debug)]
pub enum People {}

impl ListDefinition for People {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",   FilterType::Labels,                            "area = any ($)", "Returns only people of these police areas."),
        ("side",   FilterType::OneOf(&["policing_body", "force"]), "side = any ($)", "Returns only people of these sides."),
        ("role",   FilterType::OneOf(&["opcc", "opcc_approver", "constabulary", "chief_officer"]), "roles && $", "Returns only people whose last token had one of these roles."),
        ("active", FilterType::Flag,                              "active = $",     "Returns only people who are active (true), or only the others (false)."),
        ("q",      FilterType::Text, "strpos(published.label_key(name || ' ' || subject), published.label_key($)) > 0",
         "Returns only people whose name or subject contains this text. Case does not count."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("name",         "published.label_key(name) collate \"C\"", "text"),
        ("area",         "area collate \"C\"",                      "text"),
        ("last_seen_on", "coalesce(last_seen_on, '-infinity')",     "date"),
        ("created_at",   "created_at",                              "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "name";
}

/// Returns one page of the people of the caller's areas, with the total if the query requests it.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<People>,
) -> Result<(Vec<(Person, Cursor)>, Option<i64>), Problem> {
    list(db, &[ROWS], &[&db.areas()], query).await
}

/// Returns the person with this id, if one of the caller's areas has the entry.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<Person>, Problem> {
    let mut sql = Sql::from(ROWS);
    sql.push(" and p.id = $2");
    db.find(sql, &[&db.areas(), &id]).await
}

/// Returns the person as [`find`] does, and locks the row until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<Person>, Problem> {
    // Row security hides an entry of the other side, which the caller may read and not write, from a statement that locks.
    let sql = "select from people p where p.id = $2 and in_scope(p.area, $1) for update";
    tx.query_opt(sql, &[&tx.areas(), &id]).await?;
    find(tx, id).await
}

/// Returns the entries of a subject in the caller's areas and these sides, and locks their rows until the transaction
/// ends.
pub async fn lock_entries(tx: &Tx<'_>, issuer: &str, subject: &str, sides: &[Side]) -> Result<Vec<Person>, Problem> {
    let sql = constcat::concat!(
        ROWS,
        " and p.area = any ($1) and p.side = any ($4) and p.issuer = $2
          and published.label_key(p.subject) = published.label_key($3)
          order by p.id for update"
    );
    tx.find_all(sql, &[&tx.areas(), &issuer, &subject, &sides]).await
}

/// Returns those of the caller's areas that exist.
pub async fn existing_areas(tx: &Tx<'_>) -> Result<Vec<String>, Problem> {
    let rows = tx.query("select code from areas where code = any ($1) order by code", &[&tx.areas()]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Inserts an entry.
pub fn insert(person: &Person) -> WriteStatement {
    WriteStatement::new(Person::insert_sql(), person.insert_values())
}

/// Writes the members that can change and increases the version, if the stored version is still this one.
pub fn update(tx: &Tx<'_>, version: i64, person: &Person) -> WriteStatement {
    let mut parameters = values![person.id, version, tx.call().at, tx.areas().to_vec()];
    parameters.extend(person.update_values());
    WriteStatement::new(Person::update_sql(), parameters)
}

/// Writes the last day on which the service saw a token of the person. The version stays the same.
pub fn set_last_seen(tx: &Tx<'_>, id: Uuid, day: NaiveDate) -> WriteStatement {
    let sql = "update people set last_seen_on = $2 where id = $1 and last_seen_on < $2 and in_scope(area, $3)";
    WriteStatement::new(sql, values![id, day, tx.areas().to_vec()])
}

/// Writes the address of the caller's token where the caller chose to be notified at an earlier one.
pub fn set_address(tx: &Tx<'_>, email: &str) -> WriteStatement {
    let sql = "update notification_preferences set email = $2 where person = $1 and email <> $2";
    WriteStatement::new(sql, values![tx.person().to_owned(), email.to_owned()])
}

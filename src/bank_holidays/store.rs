//! SQL of bank holidays, which are in the published copy: they belong to no area.

use chrono::NaiveDate;
use tokio_postgres::Row;

use super::model::BankHoliday;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::calendar::BankHolidays;
use crate::db::{FromRow, Session, Sql, Tx, list};

const ROWS: &str = "select id, day, name, version, created_at, updated_at from published.bank_holidays";

impl FromRow for BankHoliday {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let day = row.try_get("day")?;
        Ok(Self {
            id: row.try_get("id")?,
            day,
            name: row.try_get("name")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            links: Self::links(day),
        })
    }
}

/// The definition of the list of bank holidays: its filters and sort orders.
#[derive(Debug)]
pub enum BankHolidayList {}

impl ListDefinition for BankHolidayList {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("after",  FilterType::Date, "day > $", "Returns only bank holidays after this day."),
        ("before", FilterType::Date, "day < $", "Returns only bank holidays before this day."),
    ];
    const SORTS: &'static [Sort] = &[("day", "day", "date")];
    const DEFAULT_SORT: &'static str = "day";
}

/// Returns one page of bank holidays.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<BankHolidayList>,
) -> Result<(Vec<(BankHoliday, Cursor)>, Option<i64>), Problem> {
    list(db, &[ROWS], &[], query).await
}

/// Returns the bank holiday of a day.
pub async fn find(db: &Session<'_>, day: NaiveDate) -> Result<Option<BankHoliday>, Problem> {
    let mut sql = Sql::from(ROWS);
    sql.push(" where day = $1");
    db.find(sql, &[&day]).await
}

/// Returns the days of all bank holidays.
///
/// # Errors
/// 503 if the database fails.
pub async fn find_days(db: &Session<'_>) -> Result<BankHolidays, Problem> {
    let row = db.query_opt("select coalesce(array_agg(day), '{}') as days from published.bank_holidays", &[]).await?;
    Ok(row.map(|row| BankHolidays::new(row.get::<_, Vec<NaiveDate>>("days"))).unwrap_or_default())
}

/// Inserts a bank holiday.
pub async fn insert(tx: &Tx<'_>, it: &BankHoliday) -> Result<u64, Problem> {
    let sql = "insert into published.bank_holidays (id, day, name, version, created_at, updated_at)
               values ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, &[&it.id, &it.day, &it.name, &it.version, &it.created_at, &it.updated_at]).await
}

/// Writes the name, if the stored version is still the one before. Returns the number of rows.
pub async fn update(tx: &Tx<'_>, it: &BankHoliday) -> Result<u64, Problem> {
    let sql = "update published.bank_holidays set name = $2, version = $3, updated_at = $4
               where id = $1 and version = $3::bigint - 1";
    tx.execute(sql, &[&it.id, &it.name, &it.version, &it.updated_at]).await
}

/// Deletes a bank holiday of this version. Returns the number of rows.
pub async fn delete(tx: &Tx<'_>, it: &BankHoliday) -> Result<u64, Problem> {
    tx.execute("delete from published.bank_holidays where id = $1 and version = $2", &[&it.id, &it.version]).await
}

//! The statements that find the registered inspections that a proposal may be about.

use chrono::NaiveDate;

use crate::api::Problem;
use crate::db::{Session, Sql};
use crate::inspections::Inspection;
use crate::label;

/// The most inspections that are compared with a proposal.
const MAX_COMPARED: i64 = 500;

/// Returns the inspections that the caller can see, and that have this reference, this title, or a day of publication in
/// this period. Withdrawn inspections are left out.
pub async fn find(
    db: &Session<'_>,
    (source, reference): (&str, Option<&str>),
    title: Option<&str>,
    period: Option<(NaiveDate, NaiveDate)>,
) -> Result<Vec<Inspection>, Problem> {
    let mut sql = Sql::from(constcat::concat!(
        "select ",
        Inspection::COLUMNS,
        ", shown_at, (select count(*) from recommendations where inspection_id = inspections.id) as recommendations_count
         from inspections
         where (shown_at is not null or in_scope(registered_by, $1) or $2) and state <> 'withdrawn'"
    ));
    sql.push(
        " and (published.label_key(source) = $3 and published.label_key(reference) = $4
               or published.label_key(title) = $5 or published_on between $6 and $7)
          order by (published.label_key(source) = $3 and published.label_key(reference) = $4) desc nulls last,
                   state = 'published' desc, published_on desc, id limit $8",
    );
    let (source, reference, title) = (label::key(source), reference.map(label::key), title.map(label::key));
    let (first, last) = period.unzip();
    let areas = db.areas();
    let registrar = db.is_registrar();
    db.find_all(sql, &[&areas, &registrar, &source, &reference, &title, &first, &last, &MAX_COMPARED]).await
}

/// Returns the references of the source that begin with these characters, among the inspections that the caller can
/// see. Withdrawn inspections are included, so that a reference is not used twice.
pub async fn find_references(db: &Session<'_>, beginning: &str) -> Result<Vec<String>, Problem> {
    let sql = "select reference from inspections
               where (shown_at is not null or in_scope(registered_by, $1) or $2) and starts_with(reference, $3)";
    let rows = db.query(sql, &[&db.areas(), &db.is_registrar(), &beginning]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

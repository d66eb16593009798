//! SQL that reads and locks assignments of the caller's areas, with their positions and target changes.

use tokio_postgres::types::Json;
use uuid::Uuid;

use super::row::{AssignmentRow, assignment_rows};
use crate::api::Problem;
use crate::assignments::model::TargetChange;
use crate::assignments::positions::{self, PositionEntry};
use crate::auth::Scope;
use crate::bank_holidays;
use crate::calendar::BankHolidays;
use crate::db::{FromRow, Parameters, Session, Tx};
use crate::people::assignees::{self, Assignee};

/// An assignment with the latest entry of each position and the history of its target.
#[derive(Clone, Debug)]
pub struct AssignmentRecord {
    /// The row.
    pub row: AssignmentRow,
    /// The latest entry of each position, ordered by the position's name.
    pub positions: Vec<PositionEntry>,
    /// The changes of the area's own target date, oldest first.
    pub target_changes: Vec<TargetChange>,
    /// The person to whom the caller's side has assigned the record.
    pub assigned_to: Option<Assignee>,
    /// The bank holidays.
    pub holidays: BankHolidays,
}

/// Selects the assignments in $2 with their positions and target changes. PostgreSQL answers three statements one after
/// the other, so one statement is faster.
const RECORDS: &str = constcat::concat!(
    "select a.*, p.entries as positions, c.changes as target_changes, g.assignee
     from (",
    assignment_rows!("$1"),
    " and a.id = any ($2)) a
     left join (",
    positions::store::latest_positions!(),
    ") p on p.assignment_id = a.id
     left join (
         select assignment_id,
                json_agg(json_build_object('from', from_on, 'to', to_on, 'reason', reason,
                                           'by', coalesce(name, subject), 'at', at) order by at, id) as changes
         from target_changes
         where assignment_id = any ($2) and in_scope(area, $1)
         group by assignment_id) c on c.assignment_id = a.id
     left join (",
    assignees::of_records!(),
    ") g on g.resource_id = a.id"
);

/// Returns the assignment with this id, if it belongs to one of the caller's areas.
///
/// The scope is not used here: the session applies it. As an argument it shows that the caller's scope was determined.
pub async fn find(db: &Session<'_>, _: &Scope, id: Uuid) -> Result<Option<AssignmentRecord>, Problem> {
    Ok(find_many(db, &[id]).await?.pop())
}

/// Returns the assignment as [`find`] does, and locks its row until the transaction ends.
pub async fn lock(tx: &Tx<'_>, scope: &Scope, id: Uuid) -> Result<Option<AssignmentRecord>, Problem> {
    // The lock is a statement of its own: a joined row would show the state from before the wait for the lock.
    let sql = "select from assignments where id = $2 and in_scope(area, $1) for update";
    let areas = tx.areas();
    let parameters: Parameters<'_> = &[&areas, &id];
    let (_, found) = tokio::try_join!(biased; tx.query_opt(sql, parameters), find(tx, scope, id))?;
    Ok(found)
}

/// Returns the id of a recommendation's assignment in an area, if the area is one of the caller's.
pub async fn find_id_in_area(db: &Session<'_>, recommendation: Uuid, area: &str) -> Result<Option<Uuid>, Problem> {
    let sql = "select id from assignments where recommendation_id = $2 and area = $3 and in_scope(area, $1)";
    Ok(db.query_opt(sql, &[&db.areas(), &recommendation, &area]).await?.map(|row| row.get(0)))
}

/// Returns true if a recommendation may supersede the recommendation of an assignment: it has an assignment in the same
/// area, and comes from another published inspection whose report is no older.
pub async fn is_newer_recommendation(
    db: &Session<'_>,
    assignment: Uuid,
    recommendation: Uuid,
) -> Result<bool, Problem> {
    let sql = "select from assignments a
               join inspections ai on ai.id = a.inspection_id
               join assignments n on n.area = a.area and n.inspection_id <> a.inspection_id
               join inspections ni on ni.id = n.inspection_id
               where a.id = $2 and in_scope(a.area, $1) and n.recommendation_id = $3 and in_scope(n.area, $1)
                 and ni.state = 'published' and ni.published_on >= ai.published_on";
    Ok(db.query_opt(sql, &[&db.areas(), &assignment, &recommendation]).await?.is_some())
}

/// Returns the assignments with these ids that belong to the caller's areas, in no particular order.
pub(in crate::assignments) async fn find_many(
    db: &Session<'_>,
    ids: &[Uuid],
) -> Result<Vec<AssignmentRecord>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (areas, side) = (db.areas(), db.acting_side());
    let parameters: Parameters<'_> = &[&areas, &ids, &side];
    let (rows, holidays) = tokio::try_join!(biased; db.query(RECORDS, parameters), bank_holidays::find_days(db))?;
    let records = rows.iter().map(|row| {
        let positions: Option<Json<Vec<PositionEntry>>> = row.try_get("positions")?;
        let changes: Option<Json<Vec<TargetChange>>> = row.try_get("target_changes")?;
        let (Json(positions), Json(target_changes)) = (positions.unwrap_or_default(), changes.unwrap_or_default());
        let assigned_to: Option<Json<Assignee>> = row.try_get("assignee")?;
        let assigned_to = assigned_to.map(|Json(assignee)| assignee);
        let row = AssignmentRow::from_row(row)?;
        Ok(AssignmentRecord { row, positions, target_changes, assigned_to, holidays: holidays.clone() })
    });
    records.collect::<Result<_, tokio_postgres::Error>>().map_err(Problem::internal)
}

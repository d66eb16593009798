//! SQL that writes assignments: new ones, superseded ones, the state and members of one, and the changes of its target.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::row::AssignmentRow;
use crate::api::Problem;
use crate::assignments::positions::{AssuranceOpinion, BodyView, InspectorateStatus};
use crate::assignments::workflow::ForceStatus;
use crate::db::{FromRow, Tx, WriteStatement, compare_and_set, values};
use crate::workflow::PermittedTransition;

/// The first state of the assignments of one recommendation, the same in every area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentOpening {
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// The first status of the force.
    pub force_status: ForceStatus,
    /// The other bodies that the work depends on, if the first status is `dependent_on_other`.
    pub dependency: Option<String>,
}

/// Inserts an assignment of each recommendation in each of these areas. Returns the id and area of each, with its
/// opening.
pub async fn insert_for_areas<'o>(
    tx: &Tx<'_>,
    inspection_id: Uuid,
    openings: &'o [AssignmentOpening],
    areas: &'o [String],
) -> Result<Vec<(Uuid, &'o str, &'o AssignmentOpening)>, Problem> {
    let pairs =
        openings.iter().flat_map(|opening| areas.iter().map(move |area| (Uuid::now_v7(), area.as_str(), opening)));
    let pairs: Vec<(Uuid, &str, &AssignmentOpening)> = pairs.collect();
    macro_rules! column {
        ($of:expr) => {
            pairs.iter().map($of).collect::<Vec<_>>()
        };
    }
    let count = tx
        .execute(
            "insert into assignments (id, recommendation_id, inspection_id, area, force_status, dependency, created_at,
                                      updated_at)
             select id, recommendation_id, $5, area, force_status, dependency, $6, $6
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $7::text[])
                 as o(id, recommendation_id, area, force_status, dependency)",
            &[
                &column!(|(id, ..)| *id),
                &column!(|(.., opening)| opening.recommendation_id),
                &column!(|(_, area, _)| *area),
                &column!(|(.., opening)| opening.force_status),
                &inspection_id,
                &tx.call().at,
                &column!(|(.., opening)| opening.dependency.as_deref()),
            ],
        )
        .await?;
    if count != pairs.len() as u64 {
        return Err(Problem::internal("fewer assignments were inserted than there are recommendations and areas"));
    }
    Ok(pairs)
}

/// An assignment that the publication of an inspection superseded, as it was before, except for the members that say
/// so.
#[derive(Clone, Debug)]
pub struct SupersededAssignment {
    /// The assignment's id.
    pub id: Uuid,
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// The id of the recommendation's inspection.
    pub inspection_id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// The force's status before.
    pub from: ForceStatus,
    /// The policing body's view.
    pub body_view: BodyView,
    /// An auditor's opinion.
    pub assurance_opinion: AssuranceOpinion,
    /// The inspectorate's decision.
    pub inspectorate_status: InspectorateStatus,
    /// The person in the force who owns the work.
    pub owner: Option<String>,
    /// The area's own target date.
    pub local_target_on: Option<NaiveDate>,
    /// The other body that the work depended on.
    pub dependency: Option<String>,
    /// The newer recommendation that superseded this one.
    pub superseded_by: Uuid,
    /// The token issuer of the person who submitted the assignment for sign-off.
    pub submitted_issuer: Option<String>,
    /// The token subject of the person who submitted the assignment for sign-off.
    pub submitted_subject: Option<String>,
    /// The version after it was superseded.
    pub version: i64,
    /// When the assignment was opened.
    pub created_at: DateTime<Utc>,
    /// When the record last changed before it was superseded.
    pub updated_before: DateTime<Utc>,
}

impl FromRow for SupersededAssignment {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            recommendation_id: row.try_get("recommendation_id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            from: row.try_get("was")?,
            body_view: row.try_get("body_view")?,
            assurance_opinion: row.try_get("assurance_opinion")?,
            inspectorate_status: row.try_get("inspectorate_status")?,
            owner: row.try_get("owner")?,
            local_target_on: row.try_get("local_target_on")?,
            dependency: row.try_get("dependency")?,
            superseded_by: row.try_get("superseded_by")?,
            submitted_issuer: row.try_get("submitted_issuer")?,
            submitted_subject: row.try_get("submitted_subject")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_before: row.try_get("updated_before")?,
        })
    }
}

/// Supersedes the assignments of the recommendations that an inspection's own recommendations supersede, in every area
/// that has assignments of both. Only assignments in the given states change.
pub async fn supersede_older(
    tx: &Tx<'_>,
    inspection_id: Uuid,
    open: &[ForceStatus],
) -> Result<Vec<SupersededAssignment>, Problem> {
    tx.find_all("select * from supersede_assignments($1, $2, $3)", &[&inspection_id, &open, &tx.call().at]).await
}

/// An assignment whose recommendation was readdressed before anybody moved it, as it was before, except for the members
/// that say so.
#[derive(Clone, Debug)]
pub struct ReaddressedAssignment {
    /// The assignment's id.
    pub id: Uuid,
    /// The id of the recommendation's inspection.
    pub inspection_id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// The policing body's view.
    pub body_view: BodyView,
    /// An auditor's opinion.
    pub assurance_opinion: AssuranceOpinion,
    /// The inspectorate's decision.
    pub inspectorate_status: InspectorateStatus,
    /// The version after it was readdressed.
    pub version: i64,
    /// When the assignment was opened.
    pub created_at: DateTime<Utc>,
    /// When the record last changed before it was readdressed.
    pub updated_before: DateTime<Utc>,
}

impl FromRow for ReaddressedAssignment {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            body_view: row.try_get("body_view")?,
            assurance_opinion: row.try_get("assurance_opinion")?,
            inspectorate_status: row.try_get("inspectorate_status")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_before: row.try_get("updated_before")?,
        })
    }
}

/// Gives the assignments of a recommendation another first state, in every area. Only assignments that are still in
/// their earlier first state, with no owner and no local target, change.
pub async fn readdress(
    tx: &Tx<'_>,
    earlier: &AssignmentOpening,
    later: &AssignmentOpening,
) -> Result<Vec<ReaddressedAssignment>, Problem> {
    tx.find_all(
        "select * from readdress_assignments($1, $2, $3, $4, $5, $6)",
        &[
            &later.recommendation_id,
            &earlier.force_status,
            &earlier.dependency,
            &later.force_status,
            &later.dependency,
            &tx.call().at,
        ],
    )
    .await
}

/// Returns the statement that writes a permitted transition and the members that it changes, if the stored version is
/// still the row's.
///
/// An owner chooses the second target state of the rule, if the rule has one.
pub fn update_state(
    tx: &Tx<'_>,
    row: &AssignmentRow,
    transition: &PermittedTransition<ForceStatus>,
    has_owner: bool,
) -> WriteStatement {
    let target = AssignmentRow { force_status: transition.to(has_owner), ..row.clone() };
    update_row(tx, &target, transition.from())
}

/// Writes the members that the force may amend.
///
/// # Errors
/// 412 if the stored version is not the row's any more.
pub async fn update(tx: &Tx<'_>, row: &AssignmentRow) -> Result<u64, Problem> {
    tx.write(update_row(tx, row, row.force_status)).await
}

/// Increases the version alone. Who is to work on an assignment is no record of the work, so an assignment on which nothing
/// was recorded stays so.
///
/// # Errors
/// 412 if the stored version is not the row's any more.
pub async fn update_version(tx: &Tx<'_>, row: &AssignmentRow) -> Result<u64, Problem> {
    let sql = compare_and_set!(
        "update assignments
         set version = version + 1, updated_at = $3,
             blank_version = case when blank_version = version then version + 1 else blank_version end
         where id = $1 and version = $2 and in_scope(area, $4)"
    );
    tx.write(WriteStatement::new(sql, values![row.id, row.version, tx.call().at, tx.areas().to_vec()])).await
}

/// Returns the statement that writes the status and the members that an imported position states, if the stored version is
/// still the row's and the stored status is `from`.
pub fn update_as_imported(tx: &Tx<'_>, row: &AssignmentRow, from: ForceStatus) -> WriteStatement {
    update_row(tx, row, from)
}

fn update_row(tx: &Tx<'_>, row: &AssignmentRow, from: ForceStatus) -> WriteStatement {
    let mut parameters = values![row.id, row.version, tx.call().at, from, tx.areas().to_vec()];
    parameters.extend(row.update_values());
    WriteStatement::new(AssignmentRow::update_sql(), parameters)
}

/// Inserts a change of the area's own target date into the history of the target.
pub async fn insert_target_change(
    tx: &Tx<'_>,
    row: &AssignmentRow,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    reason: &str,
) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into target_changes (id, assignment_id, area, from_on, to_on, reason, issuer, subject, name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &Uuid::now_v7(),
            &row.id,
            &row.area,
            &from,
            &to,
            &reason,
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &tx.call().at,
        ],
    )
    .await
}

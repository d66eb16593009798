//! What is written of a line: the record by compare-and-set, the moves of its target; lines opened and superseded.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::super::positions::{AssuranceOpinion, BodyView, InspectorateStatus};
use super::super::workflow::ForceStatus;
use super::record::Record;
use crate::api::Problem;
use crate::db::{FromRow, Tx, WriteStatement, compare_and_set, values};
use crate::workflow::Step;

/// A line to be opened, of one recommendation in every one of the areas.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Where it begins.
    pub force_status: ForceStatus,
    /// The bodies it waits on, where it begins so.
    pub dependency: Option<String>,
}

/// Opens the lines of an inspection's recommendations in these areas; gives the id and area of each, with its opening.
pub async fn open<'o>(
    tx: &Tx<'_>,
    inspection_id: Uuid,
    openings: &'o [Opening],
    areas: &'o [String],
) -> Result<Vec<(Uuid, &'o str, &'o Opening)>, Problem> {
    let pairs =
        openings.iter().flat_map(|opening| areas.iter().map(move |area| (Uuid::now_v7(), area.as_str(), opening)));
    let pairs: Vec<(Uuid, &str, &Opening)> = pairs.collect();
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
        return Err(Problem::internal("not every assignment was opened"));
    }
    Ok(pairs)
}

/// A line that an inspection's publication closed, as it was before but for its version.
#[derive(Clone, Debug)]
pub struct Superseded {
    /// Its id.
    pub id: Uuid,
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Its inspection.
    pub inspection_id: Uuid,
    /// The police area.
    pub area: String,
    /// The state it left.
    pub from: ForceStatus,
    /// The policing body's view.
    pub body_view: BodyView,
    /// An auditor's opinion.
    pub assurance_opinion: AssuranceOpinion,
    /// The inspectorate's decision.
    pub inspectorate_status: InspectorateStatus,
    /// Who in the force owns it.
    pub owner: Option<String>,
    /// The area's own target.
    pub local_target_on: Option<NaiveDate>,
    /// The body it waited on.
    pub dependency: Option<String>,
    /// The newer recommendation.
    pub superseded_by: Uuid,
    /// Who submitted it for sign-off: the token's issuer.
    pub submitted_issuer: Option<String>,
    /// Who submitted it for sign-off: the token's subject.
    pub submitted_subject: Option<String>,
    /// Its version after it.
    pub version: i64,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last changed before.
    pub updated_before: DateTime<Utc>,
}

impl FromRow for Superseded {
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

/// Closes the lines, in these states, of the recommendations whose place an inspection's own take, in every area that
/// both bind.
pub async fn supersede_older(
    tx: &Tx<'_>,
    inspection_id: Uuid,
    open: &[ForceStatus],
) -> Result<Vec<Superseded>, Problem> {
    tx.all("select * from supersede_older($1, $2, $3)", &[&inspection_id, &open, &tx.call().at]).await
}

/// Moves the record on by a step of the table and writes what goes with it, where it stands at its version.
pub fn update(tx: &Tx<'_>, it: &Record, step: &Step<ForceStatus>, whole: bool) -> WriteStatement {
    WriteStatement::new(
        compare_and_set!(
            "update assignments
         set force_status = $4, owner = $5, dependency = $6, superseded_by = $7, submitted_issuer = $8,
             submitted_subject = $9, version = version + 1, updated_at = $10
         where id = $1 and version = $2 and force_status = $3 and in_scope(area, $11)"
        ),
        values![
            it.id,
            it.version,
            step.from(),
            step.to(whole),
            it.owner.clone(),
            it.dependency.clone(),
            it.superseded_by,
            it.submitted_issuer.clone(),
            it.submitted_subject.clone(),
            tx.call().at,
            tx.areas().to_vec(),
        ],
    )
}

/// Writes the members that the force can amend, where it stands at its version; gives the rows.
pub async fn amend(tx: &Tx<'_>, it: &Record) -> Result<u64, Problem> {
    tx.execute(
        "update assignments
         set owner = $3, local_target_on = $4, dependency = $5, version = version + 1, updated_at = $6
         where id = $1 and version = $2 and in_scope(area, $7)",
        &[&it.id, &it.version, &it.owner, &it.local_target_on, &it.dependency, &tx.call().at, &tx.areas()],
    )
    .await
}

/// Keeps a move of the local target.
pub async fn move_target(
    tx: &Tx<'_>,
    it: &Record,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    reason: &str,
) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into target_moves (id, assignment_id, area, from_on, to_on, reason, issuer, subject, name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &Uuid::now_v7(),
            &it.id,
            &it.area,
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

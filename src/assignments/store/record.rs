//! The record as it is stored, with what its recommendation and inspection say, and what was recorded beside it.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::super::model::{Headline, Marking, RecommendationSummary, TargetMove};
use super::super::positions::{self, AssuranceOpinion, BodyView, InspectorateStatus, PositionTaken};
use super::super::workflow::ForceStatus;
use crate::api::Problem;
use crate::auth::Scope;
use crate::db::{FromRow, Parameters, Session, Tx};
use crate::inspections;
use crate::recommendations::{RecommendationTarget, TargetBasis};

/// A line as it is stored, with what its recommendation and inspection say.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Its inspection.
    pub inspection_id: Uuid,
    /// The police area.
    pub area: String,
    /// The force's claim.
    pub force_status: ForceStatus,
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
    /// The body it waits on.
    pub dependency: Option<String>,
    /// The newer recommendation that took its place.
    pub superseded_by: Option<Uuid>,
    /// Who submitted it for sign-off: the token's issuer.
    pub submitted_issuer: Option<String>,
    /// Who submitted it for sign-off: the token's subject.
    pub submitted_subject: Option<String>,
    /// Items of evidence that were not withdrawn.
    pub evidence_count: i32,
    /// Those accepted.
    pub accepted_evidence_count: i32,
    /// Those rejected.
    pub rejected_evidence_count: i32,
    /// The highest marking of them.
    pub marking: Marking,
    /// Counts its changes.
    pub version: i64,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The recommendation in short.
    pub recommendation: RecommendationSummary,
    /// The report's target.
    pub target: RecommendationTarget,
    /// How its day came about.
    pub target_basis: TargetBasis,
    /// The day the report was published.
    pub published_on: Option<NaiveDate>,
    /// Where the inspection stands.
    pub inspection_state: inspections::State,
    /// The last day on which the line is in time.
    pub last_day: Option<NaiveDate>,
}

impl Record {
    /// How the line stands on a day, and whether it is overdue.
    pub fn stands(&self, on: NaiveDate) -> (Headline, bool) {
        let passed = self.last_day.is_some_and(|last| last < on);
        Headline::of(self.force_status, self.body_view, self.inspectorate_status, passed)
    }
}

/// A line with what was recorded beside it.
#[derive(Clone, Debug)]
pub struct File {
    /// The record.
    pub record: Record,
    /// The last of each position.
    pub positions: Vec<PositionTaken>,
    /// Each move of the local target, oldest first.
    pub moves: Vec<TargetMove>,
}

/// Every column of a line of the areas in scope, a parameter.
macro_rules! line {
    ($areas:literal) => {
        concat!(
            "select a.id, a.recommendation_id, a.inspection_id, a.area, a.force_status, a.body_view,
                    a.assurance_opinion, a.inspectorate_status, a.owner, a.local_target_on, a.dependency,
                    a.superseded_by, a.submitted_issuer, a.submitted_subject, a.evidence_count,
                    a.accepted_evidence_count, a.rejected_evidence_count, a.marking, a.version, a.created_at,
                    a.updated_at, r.reference, r.number, r.kind, r.text, r.ordinal, r.target_kind, r.target_text,
                    r.target_on, r.target_basis, i.published_on, i.state as inspection_state,
                    published.last_day(a.local_target_on, r.target_kind, r.target_on, i.due_on) as last_day
             from assignments a
             join recommendations r on r.id = a.recommendation_id
             join inspections i on i.id = a.inspection_id
             where in_scope(a.area, ",
            $areas,
            ")"
        )
    };
}

/// The same of the areas in scope ($2), with how each stands on a day ($1), to be narrowed and sorted by.
macro_rules! record {
    () => {
        concat!(
            "select s.*, published.is_overdue(s.standing, s.last_day, $1) as overdue,
                    published.headline(s.standing, published.is_overdue(s.standing, s.last_day, $1)) as headline
             from (select l.*, standing(l.force_status, l.body_view, l.inspectorate_status) as standing
                   from (",
            $crate::assignments::store::line!("$2"),
            ") l) s"
        )
    };
}

pub(crate) use {line, record};

/// Lines ($2) with what was recorded beside each, in one statement: three would be answered one after the other.
const FILES: &str = concat!(
    "select l.*, p.taken as positions, m.moved as moves
     from (",
    line!("$1"),
    " and a.id = any ($2)) l
     left join (",
    positions::store::last!(),
    ") p on p.assignment_id = l.id
     left join (
         select assignment_id,
                json_agg(json_build_object('from', from_on, 'to', to_on, 'reason', reason,
                                           'by', coalesce(name, subject), 'at', at) order by at, id) as moved
         from target_moves
         where assignment_id = any ($2) and in_scope(area, $1)
         group by assignment_id) m on m.assignment_id = l.id"
);

impl FromRow for RecommendationSummary {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            reference: row.try_get("reference")?,
            number: row.try_get("number")?,
            kind: row.try_get("kind")?,
            text: row.try_get("text")?,
        })
    }
}

impl FromRow for Record {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            recommendation_id: row.try_get("recommendation_id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            force_status: row.try_get("force_status")?,
            body_view: row.try_get("body_view")?,
            assurance_opinion: row.try_get("assurance_opinion")?,
            inspectorate_status: row.try_get("inspectorate_status")?,
            owner: row.try_get("owner")?,
            local_target_on: row.try_get("local_target_on")?,
            dependency: row.try_get("dependency")?,
            superseded_by: row.try_get("superseded_by")?,
            submitted_issuer: row.try_get("submitted_issuer")?,
            submitted_subject: row.try_get("submitted_subject")?,
            evidence_count: row.try_get("evidence_count")?,
            accepted_evidence_count: row.try_get("accepted_evidence_count")?,
            rejected_evidence_count: row.try_get("rejected_evidence_count")?,
            marking: row.try_get("marking")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            recommendation: RecommendationSummary::from_row(row)?,
            target: RecommendationTarget {
                kind: row.try_get("target_kind")?,
                text: row.try_get("target_text")?,
                on: row.try_get("target_on")?,
            },
            target_basis: row.try_get("target_basis")?,
            published_on: row.try_get("published_on")?,
            inspection_state: row.try_get("inspection_state")?,
            last_day: row.try_get("last_day")?,
        })
    }
}

/// The caller's own line of this id.
pub async fn find(db: &Session<'_>, _: &Scope, id: Uuid) -> Result<Option<File>, Problem> {
    Ok(files(db, &[id]).await?.pop())
}

/// The same, held until the transaction ends: of two who would move it, the later sees what the earlier made of it.
pub async fn lock(tx: &Tx<'_>, scope: &Scope, id: Uuid) -> Result<Option<File>, Problem> {
    // Apart from the reading: a joined row would be as it was before the wait.
    let sql = "select from assignments where id = $2 and in_scope(area, $1) for update";
    let areas = tx.areas();
    let held: Parameters<'_> = &[&areas, &id];
    let (_, found) = tokio::try_join!(biased; tx.maybe(sql, held), find(tx, scope, id))?;
    Ok(found)
}

/// The area's line for a recommendation.
pub async fn find_for(db: &Session<'_>, recommendation: Uuid, area: &str) -> Result<Option<Uuid>, Problem> {
    let sql = "select id from assignments where recommendation_id = $2 and area = $3 and in_scope(area, $1)";
    Ok(db.maybe(sql, &[&db.areas(), &recommendation, &area]).await?.map(|row| row.get(0)))
}

/// Whether a recommendation binds a line's area too, and is of another report that stands and is no older.
pub async fn is_newer(db: &Session<'_>, line: Uuid, recommendation: Uuid) -> Result<bool, Problem> {
    let sql = "select from assignments l
               join inspections o on o.id = l.inspection_id
               join assignments a on a.area = l.area and a.inspection_id <> l.inspection_id
               join inspections i on i.id = a.inspection_id
               where l.id = $2 and in_scope(l.area, $1) and a.recommendation_id = $3 and in_scope(a.area, $1)
                 and i.state = 'published' and i.published_on >= o.published_on";
    Ok(db.maybe(sql, &[&db.areas(), &line, &recommendation]).await?.is_some())
}

/// Lines of the areas in scope, with what was recorded beside them.
pub(super) async fn files(db: &Session<'_>, ids: &[Uuid]) -> Result<Vec<File>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = db.rows(FILES, &[&db.areas(), &ids]).await?;
    let files = rows.iter().map(|row| {
        let positions: Option<Json<Vec<PositionTaken>>> = row.try_get("positions")?;
        let moves: Option<Json<Vec<TargetMove>>> = row.try_get("moves")?;
        let (Json(positions), Json(moves)) = (positions.unwrap_or_default(), moves.unwrap_or_default());
        Ok(File { record: Record::from_row(row)?, positions, moves })
    });
    files.collect::<Result<_, tokio_postgres::Error>>().map_err(Problem::internal)
}

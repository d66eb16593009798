//! SQL of imported positions. The conditions on area and side stand beside row security, so that either holds alone.

use std::collections::HashMap;

use tokio_postgres::Row;
use uuid::Uuid;

use super::model::{ImportedPositionRecord, PositionSide};
use super::views::PositionOrigin;
use super::workflow::State;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::assignments::model::RecommendationSummary;
use crate::db::{FromRow, Parameters, Session, Sql, Tx, WriteStatement, list, values};
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

/// True for the positions of the areas in $1 that the sides in $2 may read.
macro_rules! readable {
    () => {
        "in_scope(p.area, $1) and $2::text[] && case p.side
             when 'inspectorate' then array['policing_body', 'force', 'audit'] else array[p.side, 'audit'] end"
    };
}

const RECORD: &str = constcat::concat!(
    "select ",
    ImportedPositionRecord::COLUMNS,
    ", p.proposed_name, p.proposed_subject, p.decided_name, p.decided_subject, a.id as assignment_id, r.reference,
            r.number, r.kind, r.text, r.addressees
     from imported_positions p
     left join recommendations r on r.id = p.recommendation_id
     left join assignments a on a.recommendation_id = p.recommendation_id and a.area = p.area
     where ",
    readable!()
);

impl FromRow for Option<RecommendationSummary> {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let exists = row.try_get::<_, Option<&str>>("reference")?.is_some();
        exists.then(|| RecommendationSummary::from_row(row)).transpose()
    }
}

/// The definition of the list of imported positions: its filters and sort orders.
#[derive(Debug)]
pub enum ImportedPositions {}

impl ListDefinition for ImportedPositions {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("import_id",     FilterType::Id,                         "import_id = $",     "Returns only positions of this import."),
        ("inspection_id", FilterType::Id,                         "inspection_id = $", "Returns only positions on recommendations of this inspection."),
        ("area",          FilterType::Labels,                     "area = any ($)",    "Returns only positions in these police areas."),
        ("state",         FilterType::OneOf(State::NAMES),        "state = any ($)",   "Returns only positions in these states."),
        ("side",          FilterType::OneOf(PositionSide::NAMES), "side = any ($)",    "Returns only positions of these sides."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("updated_at", "updated_at", "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "-created_at";
}

/// Returns one page of the imported positions that the caller can see.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<ImportedPositions>,
) -> Result<(Vec<(ImportedPositionRecord, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.sides()], query).await
}

/// Returns the imported positions with these ids that the caller can see, in the order in which they were imported.
pub async fn find_many(db: &Session<'_>, ids: &[Uuid]) -> Result<Vec<ImportedPositionRecord>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and p.id = any ($3) order by p.id");
    db.find_all(sql, &[&db.areas(), &db.sides(), &ids]).await
}

/// Returns the positions as [`find_many`] does, and locks their rows until the transaction ends.
pub async fn lock_many(tx: &Tx<'_>, ids: &[Uuid]) -> Result<Vec<ImportedPositionRecord>, Problem> {
    let sql = concat!(
        "select from imported_positions p where ",
        readable!(),
        " and p.id = any ($3) order by p.id for update"
    );
    let (areas, sides) = (tx.areas(), tx.sides());
    let parameters: Parameters<'_> = &[&areas, &sides, &ids];
    let (_, found) = tokio::try_join!(biased; tx.query(sql, parameters), find_many(tx, ids))?;
    Ok(found)
}

/// Locks the proposed positions of an import that belong to these sides, at most `limit`, and returns them.
pub async fn lock_proposed(
    tx: &Tx<'_>,
    import_id: Uuid,
    sides: &[PositionSide],
    limit: usize,
) -> Result<Vec<ImportedPositionRecord>, Problem> {
    let sql = concat!(
        "select p.id from imported_positions p where ",
        readable!(),
        " and p.import_id = $3 and p.state = 'proposed' and p.side = any ($4) order by p.id limit $5"
    );
    let limit = i64::try_from(limit).map_err(Problem::internal)?;
    let rows = tx.query(sql, &[&tx.areas(), &tx.sides(), &import_id, &sides, &limit]).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let mut positions = lock_many(tx, &ids).await?;
    // Another request may have decided on some of them meanwhile.
    positions.retain(|position| position.state == State::Proposed);
    Ok(positions)
}

/// Returns the inspection of each of these recommendations that the caller can see.
pub async fn find_inspections(db: &Session<'_>, recommendations: &[Uuid]) -> Result<HashMap<Uuid, Uuid>, Problem> {
    let sql = "select r.id, i.id from recommendations r join inspections i on i.id = r.inspection_id
               where r.id = any ($1) and (i.shown_at is not null or in_scope(i.registered_by, $2) or $3)";
    let rows = db.query(sql, &[&recommendations, &db.areas(), &db.is_registrar()]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Inserts the proposed positions of one import, and returns the number of rows.
pub async fn insert_all(tx: &Tx<'_>, all: &[ImportedPositionRecord]) -> Result<u64, Problem> {
    macro_rules! column {
        ($member:ident) => {
            all.iter().map(|it| it.$member.clone()).collect::<Vec<_>>()
        };
    }
    let Some(first) = all.first() else { return Ok(0) };
    tx.execute(
        "insert into imported_positions
             (id, inspection_id, recommendation_id, side, owner, local_target_on, force_status, update, update_on,
              body_view, inspectorate_status, note, import_id, area, filename, sha256, as_at, state, proposed_issuer,
              proposed_subject, proposed_name, proposed_sides, created_at, updated_at)
         select p.*, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $23
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::text[], $8::text[],
                     $9::date[], $10::text[], $11::text[], $12::text[]) p",
        &[
            &column!(id),
            &column!(inspection_id),
            &column!(recommendation_id),
            &column!(side),
            &column!(owner),
            &column!(local_target_on),
            &column!(force_status),
            &column!(update),
            &column!(update_on),
            &column!(body_view),
            &column!(inspectorate_status),
            &column!(note),
            &first.import_id,
            &first.area,
            &first.filename,
            &first.sha256,
            &first.as_at,
            &first.state,
            &first.proposed_issuer,
            &first.proposed_subject,
            &first.proposed_name,
            &first.proposed_sides,
            &first.created_at,
        ],
    )
    .await
}

/// Writes the decision on a position.
///
/// # Errors
/// 412 if the stored version or state is not the position's any more.
pub async fn update(
    tx: &Tx<'_>,
    it: &ImportedPositionRecord,
    permitted: &PermittedTransition<State>,
) -> Result<u64, Problem> {
    let mut parameters = values![it.id, it.version, tx.call().at, permitted.from(), tx.areas().to_vec()];
    parameters.extend(it.update_values());
    tx.write(WriteStatement::new(ImportedPositionRecord::update_sql(), parameters)).await
}

impl FromRow for PositionOrigin {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            import_id: row.try_get("import_id")?,
            area: row.try_get("area")?,
            inspection_id: row.try_get("inspection_id")?,
            recommendation_id: row.try_get("recommendation_id")?,
            side: row.try_get("side")?,
            filename: row.try_get("filename")?,
            sha256: row.try_get("sha256")?,
            as_at: row.try_get("as_at")?,
            state: row.try_get("state")?,
            proposed_by: row.try_get("proposed_by")?,
            decided_by: row.try_get("decided_by")?,
            decided_at: row.try_get("decided_at")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

/// Withdraws the proposed positions of an import, those of the force included. Returns all positions of the import as
/// they were before, without their values.
pub async fn withdraw_proposed(
    tx: &Tx<'_>,
    import_id: Uuid,
    permitted: &PermittedTransition<State>,
) -> Result<Vec<PositionOrigin>, Problem> {
    let actor = &tx.call().actor;
    tx.find_all(
        "select * from withdraw_imported_positions($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &import_id,
            &tx.areas(),
            &permitted.from(),
            &permitted.to(false),
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &tx.call().at,
        ],
    )
    .await
}

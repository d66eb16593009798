//! SQL for the published copy of responses, which anyone may read: the current edition, and every earlier one.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::row::ResponseRow;
use crate::api::Problem;
use crate::db::{FromRow, Session, Tx, WriteStatement, values};
use crate::responses::content::Edition;
use crate::responses::model::{Copy, InspectionSummary};
use crate::responses::printed::PrintedReport;
use crate::responses::workflow::State;

/// The columns of the table `published.editions`, under the alias `e`.
macro_rules! edition_columns {
    () => {
        "e.edition as published_edition, e.content, e.content_sha256, e.published_at,
         e.published_on as edition_published_on, e.first_published_at, e.first_published_on, e.url,
         e.recorded_afterwards, e.signed_by as edition_signed_by, e.missing_explanations, e.superseded_at"
    };
}

pub(super) use edition_columns;

impl FromRow for Edition {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            edition: row.try_get("published_edition")?,
            content: row.try_get::<_, Json<_>>("content")?.0,
            content_sha256: row.try_get("content_sha256")?,
            published_at: row.try_get("published_at")?,
            published_on: row.try_get("edition_published_on")?,
            first_published_at: row.try_get("first_published_at")?,
            first_published_on: row.try_get("first_published_on")?,
            url: row.try_get("url")?,
            recorded_afterwards: row.try_get("recorded_afterwards")?,
            signed_by: row.try_get("edition_signed_by")?,
            missing_explanations: row.try_get("missing_explanations")?,
            superseded_at: row.try_get("superseded_at")?,
        })
    }
}

/// A published response with its current edition, as the public sees it.
#[derive(Clone, Debug)]
pub struct PublishedResponse {
    /// The response's id.
    pub id: Uuid,
    /// The id of the inspection.
    pub inspection_id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// `published` or `complete`.
    pub state: State,
    /// A summary of the inspection.
    pub inspection: InspectionSummary,
    /// The last day for publication. `None` if there is no statutory deadline.
    pub due_on: Option<NaiveDate>,
    /// The current published edition.
    pub edition: Edition,
    /// The copies sent of that edition.
    pub copies: Vec<Copy>,
    /// The version of the record.
    pub version: i64,
    /// When the record was opened.
    pub created_at: DateTime<Utc>,
    /// When the record last changed.
    pub updated_at: DateTime<Utc>,
}

/// Selects published responses, each with its current edition.
macro_rules! published_responses {
    () => {
        concat!(
            "select p.id, p.inspection_id, p.area, p.state, p.copies, p.version, p.created_at, p.updated_at, i.reference,
                    i.title, i.published_on, i.due_on, i.state as inspection_state, ",
            edition_columns!(),
            " from published.responses p
              join published.editions e on e.response_id = p.id and e.edition = p.edition
              join published.inspections i on i.id = p.inspection_id"
        )
    };
}

impl FromRow for PublishedResponse {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            state: row.try_get("state")?,
            inspection: InspectionSummary::from_row(row)?,
            due_on: row.try_get("due_on")?,
            edition: Edition::from_row(row)?,
            copies: row.try_get::<_, Json<_>>("copies")?.0,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

/// Returns a published response.
pub async fn find_public(db: &Session<'_>, id: Uuid) -> Result<Option<PublishedResponse>, Problem> {
    db.find(concat!(published_responses!(), " where p.id = $1"), &[&id]).await
}

/// Returns the published responses with these ids, in no particular order.
pub(super) async fn find_many_public(db: &Session<'_>, ids: &[Uuid]) -> Result<Vec<PublishedResponse>, Problem> {
    db.find_all(concat!(published_responses!(), " where p.id = any ($1)"), &[&ids]).await
}

/// Returns the statements that insert an edition into the published copy, with what its document prints of other records,
/// and make it the current one.
pub fn insert_edition(
    tx: &Tx<'_>,
    row: &ResponseRow,
    edition: &Edition,
    printed: &PrintedReport,
) -> [WriteStatement; 3] {
    let at = tx.call().at;
    let current = WriteStatement::new(
        "insert into published.responses (id, inspection_id, area, state, edition, version, created_at, updated_at)
         values ($1, $2, $3, 'published', $4, $5, $6, $7)
         on conflict (id) do update
         set state = 'published', edition = excluded.edition, copies = '[]', version = excluded.version,
             updated_at = excluded.updated_at",
        values![row.id, row.inspection_id, row.area.clone(), edition.edition, row.version + 1, row.created_at, at],
    );
    let earlier = WriteStatement::new(
        "update published.editions set superseded_at = $2 where response_id = $1 and superseded_at is null",
        values![row.id, at],
    );
    let new = WriteStatement::new(
        "insert into published.editions (response_id, edition, area, content, content_sha256, due_on, published_at,
                                         published_on, first_published_at, first_published_on, url, recorded_afterwards,
                                         signed_by, missing_explanations, printed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        values![
            row.id,
            edition.edition,
            row.area.clone(),
            Json(edition.content.clone()),
            edition.content_sha256.clone(),
            row.due_on,
            edition.published_at,
            edition.published_on,
            edition.first_published_at,
            edition.first_published_on,
            edition.url.clone(),
            edition.recorded_afterwards,
            edition.signed_by.clone(),
            edition.missing_explanations.clone(),
            Json(printed.clone()),
        ],
    );
    [current, earlier, new]
}

/// Returns the statement that updates the list of copies sent of the current edition.
pub fn update_copies(tx: &Tx<'_>, row: &ResponseRow, state: State) -> WriteStatement {
    WriteStatement::new(
        "update published.responses set copies = $2, state = $3, version = $4, updated_at = $5 where id = $1",
        values![row.id, Json(row.copies.clone()), state, row.version + 1, tx.call().at],
    )
}

/// Returns what the document of an edition printed of other records at its publication. Returns `None` if an earlier
/// program published the edition.
pub async fn find_printed(db: &Session<'_>, id: Uuid, edition: i32) -> Result<Option<PrintedReport>, Problem> {
    let sql = "select printed from published.editions where response_id = $1 and edition = $2";
    let row = db.query_opt(sql, &[&id, &edition]).await?;
    let printed = row.map(|row| row.try_get::<_, Option<Json<_>>>("printed")).transpose().map_err(Problem::internal)?;
    Ok(printed.flatten().map(|printed| printed.0))
}

/// Lists the published editions of a response, newest first.
pub async fn list_editions(db: &Session<'_>, id: Uuid) -> Result<Vec<Edition>, Problem> {
    let sql = concat!(
        "select ",
        edition_columns!(),
        " from published.editions e where e.response_id = $1 order by e.edition desc"
    );
    db.find_all(sql, &[&id]).await
}

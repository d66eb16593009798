//! What anyone may read: the published response, and every edition of it.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::super::content::Edition;
use super::super::model::{Copy, InspectionSummary};
use super::super::workflow::State;
use super::record::Record;
use crate::api::Problem;
use crate::db::{FromRow, Session, Tx, WriteStatement, values};

/// The columns of an edition `e`.
macro_rules! edition_columns {
    () => {
        "e.edition as published_edition, e.content, e.content_sha256, e.published_at,
         e.published_on as edition_published_on, e.first_published_at, e.first_published_on, e.url,
         e.recorded_afterwards, e.superseded_at"
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
            superseded_at: row.try_get("superseded_at")?,
        })
    }
}

/// A published response as the public sees it.
#[derive(Clone, Debug)]
pub struct PublishedRecord {
    /// Its id.
    pub id: Uuid,
    /// The inspection it answers.
    pub inspection_id: Uuid,
    /// The police area.
    pub area: String,
    /// `published` or `complete`.
    pub state: State,
    /// The inspection in short.
    pub inspection: InspectionSummary,
    /// The last day for publication.
    pub due_on: Option<NaiveDate>,
    /// The current edition.
    pub edition: Edition,
    /// The copies sent of it.
    pub copies: Vec<Copy>,
    /// Counts its changes.
    pub version: i64,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

macro_rules! published {
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

impl FromRow for PublishedRecord {
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

/// One published response.
pub async fn find_public(db: &Session<'_>, id: Uuid) -> Result<Option<PublishedRecord>, Problem> {
    db.find(concat!(published!(), " where p.id = $1"), &[&id]).await
}

/// Published responses by their ids, in no order.
pub(super) async fn by_ids(db: &Session<'_>, ids: &[Uuid]) -> Result<Vec<PublishedRecord>, Problem> {
    db.all(concat!(published!(), " where p.id = any ($1)"), &[&ids]).await
}

/// Copies an edition to where anyone may read it, and makes it the current one.
pub fn publish(tx: &Tx<'_>, it: &Record, edition: &Edition) -> [WriteStatement; 3] {
    let at = tx.call().at;
    let current = WriteStatement::new(
        "insert into published.responses (id, inspection_id, area, state, edition, version, created_at, updated_at)
         values ($1, $2, $3, 'published', $4, $5, $6, $7)
         on conflict (id) do update
         set state = 'published', edition = excluded.edition, copies = '[]', version = excluded.version,
             updated_at = excluded.updated_at",
        values![it.id, it.inspection_id, it.area.clone(), edition.edition, it.version + 1, it.created_at, at],
    );
    let earlier = WriteStatement::new(
        "update published.editions set superseded_at = $2 where response_id = $1 and superseded_at is null",
        values![it.id, at],
    );
    let new = WriteStatement::new(
        "insert into published.editions (response_id, edition, area, content, content_sha256, due_on, published_at,
                                         published_on, first_published_at, first_published_on, url, recorded_afterwards)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values![
            it.id,
            edition.edition,
            it.area.clone(),
            Json(edition.content.clone()),
            edition.content_sha256.clone(),
            it.due_on,
            edition.published_at,
            edition.published_on,
            edition.first_published_at,
            edition.first_published_on,
            edition.url.clone(),
            edition.recorded_afterwards,
        ],
    );
    [current, earlier, new]
}

/// Records the copies sent of the current edition, all of them.
pub fn record_copies(tx: &Tx<'_>, it: &Record, state: State) -> WriteStatement {
    WriteStatement::new(
        "update published.responses set copies = $2, state = $3, version = $4, updated_at = $5 where id = $1",
        values![it.id, Json(it.copies.clone()), state, it.version + 1, tx.call().at],
    )
}

/// Every published edition of a response, newest first.
pub async fn editions(db: &Session<'_>, id: Uuid) -> Result<Vec<Edition>, Problem> {
    let sql = concat!(
        "select ",
        edition_columns!(),
        " from published.editions e where e.response_id = $1 order by e.edition desc"
    );
    db.all(sql, &[&id]).await
}

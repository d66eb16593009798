//! Import profiles in the database: one row for each area, with row security by area and side.

use tokio_postgres::Row;
use tokio_postgres::types::Json;

use super::model::ImportProfile;
use crate::api::Problem;
use crate::db::{FromRow, Session, Tx};
use crate::imports::reading::Profile;

impl FromRow for ImportProfile {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let area: String = row.try_get("area")?;
        let Json(words): Json<Profile> = row.try_get("words")?;
        Ok(Self {
            id: row.try_get("id")?,
            headings: words.headings,
            columns: words.columns,
            status_words: words.status_words,
            day_format: words.day_format,
            language: words.language,
            signatory: words.signatory,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            links: Self::links(&area),
            area,
        })
    }
}

/// Returns the profile of an area in the caller's scope. Only the policing body's side and auditors read it.
pub async fn find(db: &Session<'_>, area: &str) -> Result<Option<ImportProfile>, Problem> {
    let sql = "select id, area, words, version, created_at, updated_at from import_profiles
               where area = $1 and in_scope(area, $2) and $3::text[] && array['policing_body', 'audit']";
    db.find(sql, &[&area, &db.areas(), &db.sides()]).await
}

/// Returns the words with which documents of an area are read. They are empty until the office keeps some.
pub async fn find_words(db: &Session<'_>, area: &str) -> Result<Profile, Problem> {
    Ok(find(db, area).await?.map(|profile| profile.words()).unwrap_or_default())
}

/// Replaces an area's import profile if it still has the version of `profile`. Returns the number of rows updated: 0 if
/// another request changed the profile first.
pub async fn update(tx: &Tx<'_>, profile: &ImportProfile, words: &Profile) -> Result<u64, Problem> {
    tx.execute(
        "update import_profiles
         set words = $3, version = version + 1, updated_at = $4
         where area = $1 and version = $2 and in_scope(area, $5) and $6::text[] && array['policing_body']",
        &[&profile.area, &profile.version, &Json(words), &tx.call().at, &tx.areas(), &tx.sides()],
    )
    .await
}

//! The statements on what people choose. Row security limits them to the caller's own row.

use tokio_postgres::types::Json;
use uuid::Uuid;

use crate::api::Problem;
use crate::db::{Session, Tx};
use crate::notifications::preferences::NotificationPreferences;

/// Returns the caller's choices with their id, if the caller has made any.
pub async fn find_preferences(db: &Session<'_>) -> Result<Option<(Uuid, NotificationPreferences)>, Problem> {
    let sql = "select id, email, language, kinds, version from notification_preferences where person = $1";
    let Some(row) = db.query_opt(sql, &[&db.person()]).await? else { return Ok(None) };
    let Json(kinds) = row.try_get("kinds").map_err(Problem::internal)?;
    let (email, language) = (row.get("email"), row.get("language"));
    Ok(Some((row.get("id"), NotificationPreferences { email, language, kinds, version: row.get("version") })))
}

/// Writes the caller's choices if they still have this version. Returns the number of rows: 0 if they have another.
pub async fn write_preferences(
    tx: &Tx<'_>,
    id: Uuid,
    version: i64,
    email: &str,
    preferences: &NotificationPreferences,
) -> Result<u64, Problem> {
    let sql = "insert into notification_preferences as n (id, person, email, language, kinds, version, created_at, updated_at)
               values ($1, $2, $3, $4, $5, $6::bigint + 1, $7, $7)
               on conflict (person) do update
               set email = $3, language = $4, kinds = $5, version = $6::bigint + 1, updated_at = $7
               where n.version = $6::bigint";
    let kinds = Json(&preferences.kinds);
    let at = tx.call().at;
    tx.execute(sql, &[&id, &tx.person(), &email, &preferences.language, &kinds, &version, &at]).await
}

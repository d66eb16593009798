//! Checks that a connection keeps its session. A pooler such as PgBouncer in transaction mode gives each transaction
//! another one, and prepared statements and settings are then missing.

use std::time::Duration;

use tokio_postgres::{Client, Error, SimpleQueryMessage};
use uuid::Uuid;

use super::error::error_text;
use super::migrate_error::MigrateError;
use super::pool::Address;

/// The number of times that the check is repeated: another program's transaction could hide a shared session once.
const ROUNDS: usize = 6;
/// The longest time that the check may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Refuses an address through which two connections share a session of PostgreSQL, or one changes its session.
///
/// # Errors
/// [`MigrateError::Unsafe`] when they do, or when the address gives no result within 5 seconds.
pub async fn check_session(address: &Address) -> Result<(), MigrateError> {
    let refused = |reason: String| MigrateError::Unsafe(reason);
    let connect = async || address.connect().await.map_err(|error| refused(error.to_string()));
    let (first, second) = (connect().await?, connect().await?);
    let keeps_session = tokio::time::timeout(TIME_LIMIT, each_keeps_its_session(&first, &second)).await;
    match keeps_session {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(refused(
            "a connection pooler between this program and PostgreSQL changes the session of a connection from one \
             transaction to the next: set pool_mode = session in PgBouncer, or connect to PostgreSQL directly"
                .to_owned(),
        )),
        Ok(Err(error)) => Err(refused(format!(
            "the session of a connection could not be checked: {}. A connection pooler must give each connection its \
             own session (pool_mode = session in PgBouncer)",
            error_text(&error)
        ))),
        Err(_) => Err(refused(
            "two connections at the same time got no result within 5 seconds: a connection pooler between this program \
             and PostgreSQL must allow at least SECTION55_DATABASE_CONNECTIONS sessions"
                .to_owned(),
        )),
    }
}

/// Sets a value in the first session while the second is between transactions, and then reads it while the second is
/// within one. A pooler that shares sessions gives the second the session of the first, or the first another.
async fn each_keeps_its_session(first: &Client, second: &Client) -> Result<bool, Error> {
    for _ in 0..ROUNDS {
        let value = Uuid::new_v4().to_string();
        first.batch_execute(&format!("set section55.session_check = '{value}'")).await?;
        second.batch_execute("begin").await?;
        let is_shared = read(second).await? == Some(value.clone());
        let is_kept = !is_shared && read(first).await? == Some(value);
        second.batch_execute("rollback").await?;
        if !is_kept {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads the value without a prepared statement, which a pooler might not keep either.
async fn read(client: &Client) -> Result<Option<String>, Error> {
    let messages = client.simple_query("select current_setting('section55.session_check', true)").await?;
    Ok(messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}

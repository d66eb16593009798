//! Reading a long list to its end: one snapshot, as long as each batch gets on. Never tried again, for what was read has
//! gone out already.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::Instant;

use super::session::{Deadline, Public, Session};
use super::transaction::PooledConnection;
use crate::api::Problem;
use crate::auth::Scope;

/// How long a step may take: sorting a whole list is one.
const STEP: Duration = Duration::from_secs(60);

/// How long a connection is waited for.
const WAIT: Duration = Duration::from_secs(2);

/// One snapshot for all batches. PostgreSQL's limits stay below the step's, and allow for a reader that reads slowly;
/// the cursor is read to its end, and so planned for it.
const BEGIN: &str = "begin isolation level repeatable read read only;
                     set local statement_timeout = 55000;
                     set local idle_in_transaction_session_timeout = 90000;
                     set local cursor_tuple_fraction = 1";

/// Reads what is published, in one snapshot.
pub(super) async fn public<T>(
    pool: &Pool,
    work: impl AsyncFnOnce(&Public<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let borrowed = PooledConnection::from(pool, Instant::now() + WAIT).await?;
    let broken = AtomicBool::new(false);
    let session = Public::on(Session::on(borrowed.client()?, None, Deadline::Each(STEP), &broken));
    session.batch(BEGIN).await?;
    let read = work(&session).await?;
    session.end("commit").await?;
    borrowed.keep();
    Ok(read)
}

/// Reads under a scope, in one snapshot.
pub(super) async fn scoped<T>(
    pool: &Pool,
    scope: &Scope,
    work: impl AsyncFnOnce(&Session<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let borrowed = PooledConnection::from(pool, Instant::now() + WAIT).await?;
    let broken = AtomicBool::new(false);
    let session = Session::on(borrowed.client()?, Some(scope), Deadline::Each(STEP), &broken);
    let session = session.opening(BEGIN, false);
    let read = work(&session).await?;
    session.end("commit").await?;
    // Whatever did not come to its end is thrown away with its connection.
    borrowed.keep();
    Ok(read)
}

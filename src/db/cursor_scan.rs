//! Reads a long list to its end in one snapshot. There is no overall time limit, only one for each batch. A scan is
//! never retried, because its first batches have already been sent to the client.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::time::Instant;

use super::connection::PooledConnection;
use super::pool::Pools;
use super::queries::Public;
use super::session::{Deadline, Session};
use crate::api::Problem;
use crate::auth::Scope;

/// The longest time that one step may take. Sorting a whole list is one step.
const STEP: Duration = Duration::from_secs(60);

/// The longest wait for a connection.
const WAIT: Duration = Duration::from_secs(2);

/// One snapshot serves all batches. PostgreSQL's statement timeout is below [`STEP`]. Its idle timeout allows for a
/// client that reads slowly. The fraction of 1 makes the planner expect a full read.
const BEGIN: &str = "begin isolation level repeatable read read only;
                     set local statement_timeout = 55000;
                     set local idle_in_transaction_session_timeout = 90000;
                     set local cursor_tuple_fraction = 1";

/// Scans the published copy.
pub(super) async fn scan_published<T>(
    pools: &Pools,
    work: impl AsyncFnOnce(&Public<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let connection = PooledConnection::take(pools, Instant::now() + WAIT).await?;
    let broken = AtomicBool::new(false);
    let session = Public::new(Session::new(connection.client()?, None, Deadline::PerStep(STEP), &broken));
    session.batch(BEGIN).await?;
    let result = work(&session).await?;
    session.end("commit").await?;
    connection.give_back();
    Ok(result)
}

/// Scans under a scope.
pub(super) async fn scan<T>(
    pools: &Pools,
    scope: &Scope,
    work: impl AsyncFnOnce(&Session<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let connection = PooledConnection::take(pools, Instant::now() + WAIT).await?;
    let broken = AtomicBool::new(false);
    let session = Session::new(connection.client()?, Some(scope), Deadline::PerStep(STEP), &broken);
    let session = session.with_one_transaction(BEGIN, false);
    let result = work(&session).await?;
    session.end("commit").await?;
    connection.give_back();
    Ok(result)
}

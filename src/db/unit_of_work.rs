//! Runs one unit of work on a connection: a read of the published copy, a read under a caller's scope, or a write that
//! commits with its events. A connection whose work did not end is closed, never reused.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use tracing::Instrument;

use super::connection::PooledConnection;
use super::event_append;
use super::pool::Pools;
use super::queries::Public;
use super::session::{Deadline, Session};
use super::transaction::Tx;
use super::write::CompletedWork;
use crate::api::{Problem, ResponseCache, WriteMode};
use crate::auth::{Call, Scope};

/// The longest time that one request may spend at the database, with the wait for a connection. It is below the
/// deadline of the request, and above PostgreSQL's limit for one statement.
pub(super) const TIME_LIMIT: Duration = Duration::from_millis(4_500);

/// Runs work, and runs it once more where the connection failed, its plan was outdated or it lost a race. Both
/// attempts share one deadline.
pub(super) async fn retry_once<T>(work: impl AsyncFn(Instant) -> Result<T, Problem>) -> Result<T, Problem> {
    let deadline = Instant::now() + TIME_LIMIT;
    let span = || tracing::debug_span!("database", otel.kind = "client", db.system.name = "postgresql");
    match work(deadline).instrument(span()).await {
        Err(problem) if problem.is_transient() => work(deadline).instrument(span()).await,
        result => result,
    }
}

/// Reads the published copy.
pub(super) async fn read_published<T>(
    pools: &Pools,
    deadline: Instant,
    work: &impl AsyncFn(&Public<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let connection = PooledConnection::take(pools, deadline).await?;
    let broken = AtomicBool::new(false);
    let session = Session::new(connection.client()?, None, Deadline::At(deadline), &broken);
    let result = work(&Public::new(session)).await;
    if !broken.load(Ordering::Relaxed) {
        connection.give_back();
    }
    result
}

/// Which state of the record a read sees.
#[derive(Clone, Copy)]
pub(super) enum ReadState {
    /// The present state.
    Present,
    /// The present state, whose reading a committed audit event already records.
    PresentAlreadyAudited,
    /// The state at an instant, reconstructed from the log.
    AsOf(DateTime<Utc>),
}

/// Reads under a scope.
pub(super) async fn read<T>(
    pools: &Pools,
    deadline: Instant,
    scope: &Scope,
    state: ReadState,
    work: &impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let connection = PooledConnection::take(pools, deadline).await?;
    let broken = AtomicBool::new(false);
    let session = Session::new(connection.client()?, Some(scope), Deadline::At(deadline), &broken);
    let session = match state {
        ReadState::Present => session.with_transaction_per_statement(false),
        ReadState::PresentAlreadyAudited => session.with_transaction_per_statement(true),
        ReadState::AsOf(at) => {
            let session = session.with_one_transaction("begin read only", false);
            session.read_as_of(at).await?;
            session
        }
    };
    let result = Box::pin(work(&session)).await;
    let ended = session.commit_without_waiting();
    if ended.is_ok() && !broken.load(Ordering::Relaxed) {
        connection.give_back();
    }
    result
}

/// How a writing transaction begins, and the deadline of its steps.
pub(super) struct WriteStart {
    begin: &'static str,
    deadline: Deadline,
}

impl WriteStart {
    /// A write that ends within the time of one request.
    pub(super) fn within_one_request(deadline: Instant) -> Self {
        Self { begin: "begin", deadline: Deadline::At(deadline) }
    }

    /// A long write: each step may take 30 seconds, and the number of steps is not limited.
    pub(super) fn long() -> Self {
        Self { begin: BEGIN_LONG, deadline: Deadline::PerStep(Duration::from_secs(30)) }
    }
}

/// PostgreSQL's statement timeout is below the 30 seconds of a step, so that PostgreSQL ends a slow statement first.
const BEGIN_LONG: &str =
    "begin; set local statement_timeout = 28000; set local idle_in_transaction_session_timeout = 60000";

/// The pools that a write uses, and the cache that it empties when it changes the published copy.
#[derive(Clone, Copy)]
pub(super) struct WriteTarget<'d> {
    pub(super) pools: &'d Pools,
    pub(super) cache: Option<&'d ResponseCache>,
}

/// Runs work that commits together with its events: a write or an audited read.
pub(super) async fn write<T, W: Into<CompletedWork<T>>>(
    WriteTarget { pools, cache }: WriteTarget<'_>,
    connection_deadline: Instant,
    start: WriteStart,
    call: &Call,
    mode: WriteMode,
    work: impl AsyncFnOnce(&Tx<'_>) -> Result<W, Problem>,
) -> Result<T, Problem> {
    let connection = PooledConnection::take_for_write(pools, connection_deadline).await?;
    let broken = AtomicBool::new(false);
    let scope = call.actor.scope();
    let session = Session::new(connection.client()?, Some(&scope), start.deadline, &broken);
    let tx = Tx::new(session.with_one_transaction(start.begin, true), call);
    let end = match Box::pin(work(&tx)).await {
        Ok(completed) => {
            let completed: CompletedWork<T> = completed.into();
            let commits = mode == WriteMode::Write && !completed.is_rolled_back;
            event_append::finish(&tx, completed, if commits { "commit" } else { "rollback" }).await
        }
        Err(problem) => tx.roll_back(problem).await,
    };
    let wrote_published = tx.wrote_published();
    if end.connection_is_reusable {
        connection.give_back();
    }
    // The cache is emptied before the response goes out, also when it is not known whether the commit happened.
    if let Some(cache) = cache.filter(|_| mode == WriteMode::Write && wrote_published) {
        cache.clear();
    }
    end.result
}

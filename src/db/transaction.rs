//! Work run on a connection: as the public, under a caller's scope, or as a change that commits with its events. A
//! connection left in the middle of its work is thrown away, never reused.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio::time::{Instant, timeout_at};

use super::change::CompletedWork;
use super::record;
use super::session::{Deadline, Public, Session, Tx};
use crate::api::{Mode, Problem, ResponseCache};
use crate::auth::{Call, Scope};

/// A connection out of a pool; thrown away unless the work came to its end.
pub(super) struct PooledConnection {
    object: Option<Object>,
    broken: AtomicBool,
}

impl PooledConnection {
    pub(super) async fn from(pool: &Pool, by: Instant) -> Result<Self, Problem> {
        let object = match timeout_at(by, pool.get()).await {
            Ok(Ok(object)) => object,
            Ok(Err(error)) => return Err(Problem::unavailable(format!("no connection: {error}"), 1)),
            Err(_) => return Err(Problem::unavailable("no connection before the deadline", 1)),
        };
        // Broken until shown whole: a dropped future leaves it so.
        Ok(Self { object: Some(object), broken: AtomicBool::new(true) })
    }

    pub(super) fn client(&self) -> Result<&ClientWrapper, Problem> {
        self.object.as_deref().ok_or_else(|| Problem::internal("the connection is gone"))
    }

    pub(super) fn keep(self) {
        self.broken.store(false, Ordering::Relaxed);
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        if let Some(object) = self.object.take_if(|_| self.broken.load(Ordering::Relaxed)) {
            drop(Object::take(object));
        }
    }
}

pub(super) async fn public<T>(
    pool: &Pool,
    by: Instant,
    work: &impl AsyncFn(&Public<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let borrowed = PooledConnection::from(pool, by).await?;
    let broken = AtomicBool::new(false);
    let answer = work(&Public::on(Session::on(borrowed.client()?, None, Deadline::At(by), &broken))).await;
    if !broken.load(Ordering::Relaxed) {
        borrowed.keep();
    }
    answer
}

/// What a reading asks of.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// The present.
    Now,
    /// The present, told of by an event that is committed.
    Recorded,
    /// An instant, out of the log.
    Then(DateTime<Utc>),
}

pub(super) async fn read<T>(
    pool: &Pool,
    by: Instant,
    scope: &Scope,
    reading: Reading,
    work: &impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let borrowed = PooledConnection::from(pool, by).await?;
    let broken = AtomicBool::new(false);
    let session = Session::on(borrowed.client()?, Some(scope), Deadline::At(by), &broken);
    let session = match reading {
        Reading::Now => session.each_alone(false),
        Reading::Recorded => session.each_alone(true),
        Reading::Then(at) => {
            let session = session.opening("begin read only", false);
            session.go_back(at).await?;
            session
        }
    };
    let answer = Box::pin(work(&session)).await;
    let ended = session.leave();
    if ended.is_ok() && !broken.load(Ordering::Relaxed) {
        borrowed.keep();
    }
    answer
}

/// How a change begins, and by when its steps end.
pub(super) struct Begin {
    statement: &'static str,
    deadline: Deadline,
}

impl Begin {
    /// A change within one request's time.
    pub(super) fn by(by: Instant) -> Self {
        Self { statement: "begin", deadline: Deadline::At(by) }
    }

    /// A change that goes on as long as it gets on.
    pub(super) fn at_length() -> Self {
        Self { statement: LONG, deadline: Deadline::Each(Duration::from_secs(30)) }
    }
}

/// Below the step's own limit, as everywhere.
const LONG: &str = "begin; set local statement_timeout = 28000; set local idle_in_transaction_session_timeout = 60000";

/// What a change is made through, and what is cleared where it wrote what is published.
#[derive(Clone, Copy)]
pub(super) struct Writing<'d> {
    pub(super) pool: &'d Pool,
    pub(super) shelf: Option<&'d ResponseCache>,
}

/// Work that ends with its events: a change, or a reading that is recorded.
pub(super) async fn change<T, D: Into<CompletedWork<T>>>(
    Writing { pool, shelf }: Writing<'_>,
    by: Instant,
    begin: Begin,
    call: &Call,
    mode: Mode,
    work: impl AsyncFnOnce(&Tx<'_>) -> Result<D, Problem>,
) -> Result<T, Problem> {
    let borrowed = PooledConnection::from(pool, by).await?;
    let broken = AtomicBool::new(false);
    let scope = call.actor.scope();
    let session = Session::on(borrowed.client()?, Some(&scope), begin.deadline, &broken);
    let tx = Tx::on(session.opening(begin.statement, true), call);
    let end = if mode == Mode::Write { "commit" } else { "rollback" };
    let ended = match Box::pin(work(&tx)).await {
        // The events are the last statement: where they went in, the transaction was whole until then.
        Ok(done) => record::finish(&tx, done.into(), end).await,
        Err(problem) => tx.rolled_back(problem).await,
    };
    let wrote_published = tx.wrote_published();
    if ended.whole {
        borrowed.keep();
    }
    // Before the answer goes out; also where it is not known whether the commit happened.
    if let Some(shelf) = shelf.filter(|_| mode == Mode::Write && wrote_published) {
        shelf.clear();
    }
    ended.answer
}

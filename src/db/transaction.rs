//! A transaction that writes. Its last statements and the commit are sent together, so that a write costs one round
//! trip more than its own statements.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use futures_util::FutureExt;
use tokio_postgres::Row;

use super::event::Event;
use super::session::{Session, poll_once};
use super::statement::{Parameters, Sql, WriteStatement};
use super::write::Write;
use crate::api::Problem;
use crate::auth::Call;

/// A transaction that writes. Only [`Db::write`](super::Db::write) and its variants create one, and only they commit
/// it.
pub struct Tx<'c> {
    session: Session<'c>,
    call: &'c Call,
    wrote_published: AtomicBool,
}

/// How a transaction ended.
pub(super) struct TransactionEnd<T> {
    /// What the transaction returned.
    pub(super) result: Result<T, Problem>,
    /// True when the connection may be used again.
    pub(super) connection_is_reusable: bool,
    /// True when it is not known whether the transaction was committed.
    pub(super) uncertain: bool,
}

impl<T> TransactionEnd<T> {
    /// Converts the result.
    pub(super) fn map<U>(self, convert: impl FnOnce(T) -> U) -> TransactionEnd<U> {
        let Self { result, connection_is_reusable, uncertain } = self;
        TransactionEnd { result: result.map(convert), connection_is_reusable, uncertain }
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = Session<'c>;
    fn deref(&self) -> &Session<'c> {
        &self.session
    }
}

impl<'c> Tx<'c> {
    pub(super) fn new(session: Session<'c>, call: &'c Call) -> Self {
        Self { session, call, wrote_published: AtomicBool::new(false) }
    }

    /// Records whether the published copy was written.
    pub(super) fn set_wrote_published(&self, wrote: bool) {
        self.wrote_published.store(wrote, Ordering::Relaxed);
    }

    /// Returns true when the published copy was written.
    pub(super) fn wrote_published(&self) -> bool {
        self.wrote_published.load(Ordering::Relaxed)
    }

    /// Returns the call that this transaction serves.
    pub fn call(&self) -> &Call {
        self.call
    }

    /// Runs a statement at once, because a later statement reads what it writes. Returns the number of rows.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub async fn write(&self, statement: WriteStatement) -> Result<u64, Problem> {
        self.execute(statement.sql, &statement.parameters()).await
    }

    /// Runs the statements of a write at once, because a later part of the transaction reads what they write. Returns
    /// the write's value, and the events that the caller must pass on.
    ///
    /// # Errors
    /// As [`Self::execute`]; 412 when the version of a record has changed since.
    pub async fn apply<T>(&self, write: Write<T>) -> Result<(T, Vec<Event>), Problem> {
        let Write { value, events, statements, .. } = write;
        for statement in statements {
            self.write(statement).await?;
        }
        Ok((value, events))
    }

    /// Runs a statement and returns the number of rows it affected.
    ///
    /// # Errors
    /// 409 or 422 when the statement violates a constraint that names the caller's mistake; 503 when the deadline
    /// passes or the connection fails; 500 when PostgreSQL refuses the statement for another reason.
    pub async fn execute(&self, sql: impl Into<Sql>, parameters: Parameters<'_>) -> Result<u64, Problem> {
        let Sql(sql) = sql.into();
        let send_lock = self.send_order.lock().await;
        let statement = self.step(self.client.prepare_cached(&sql)).await?;
        self.send(send_lock, self.client.execute(&statement, parameters)).await
    }

    /// Sends the last statements together with `commit` or `rollback`, and returns the rows of each statement. When the
    /// database refuses a statement, the transaction has failed, and the commit that follows rolls it back.
    pub(super) async fn finish(
        &self,
        statements: &[(&'static str, Parameters<'_>)],
        commit_or_rollback: &'static str,
    ) -> TransactionEnd<Vec<Vec<Row>>> {
        let mut prepared = Vec::new();
        let prepare = async {
            // These can be the first statements too. There must be a transaction before they end it.
            if !self.has_begun() {
                self.query_opt("select true", &[]).await?;
            }
            for (sql, _) in statements {
                prepared.push(self.step(self.client.prepare_cached(sql)).await?);
            }
            Ok(())
        };
        if let Err(problem) = prepare.await {
            return self.roll_back(problem).await;
        }
        let send_lock = self.send_order.lock().await;
        let mut queries = Vec::new();
        for (statement, (_, parameters)) in prepared.iter().zip(statements) {
            let mut query = Box::pin(self.client.query(statement, parameters));
            match poll_once(&mut query.as_mut()).await {
                // The statement was not sent, so the transaction has not failed: no commit may follow.
                Poll::Ready(Err(error)) => {
                    let problem = self.problem(&error);
                    drop((send_lock, queries));
                    return self.roll_back(problem).await;
                }
                Poll::Ready(Ok(rows)) => queries.push(async { Ok(rows) }.boxed_local()),
                Poll::Pending => queries.push(query.boxed_local()),
            }
        }
        let mut end = Box::pin(self.client.batch_execute(commit_or_rollback));
        let early_end = poll_once(&mut end.as_mut()).await;
        drop(send_lock);
        let mut results = Vec::new();
        let mut refused = None;
        let waited = self.step(async {
            for query in queries {
                match query.await {
                    Ok(rows) => results.push(rows),
                    Err(error) if error.as_db_error().is_some() => refused = refused.take().or(Some(error)),
                    Err(error) => return Err(error),
                }
            }
            match early_end {
                Poll::Ready(ended) => ended,
                Poll::Pending => end.await,
            }
        });
        let waited = waited.await;
        let refused = refused.map(|error| self.problem(&error));
        let connection_is_reusable = waited.is_ok() && !self.is_broken();
        let (result, uncertain) = match (refused, waited) {
            (Some(problem), _) => (Err(problem), false),
            (None, Ok(())) => (Ok(results), false),
            // It is unknown whether PostgreSQL committed. The problem states that. The work is not repeated, because it
            // could then be written twice.
            (None, Err(_)) if commit_or_rollback == "commit" => {
                (Err(Problem::uncertain("the database did not confirm the commit")), true)
            }
            (None, Err(problem)) => (Err(problem), false),
        };
        TransactionEnd { result, connection_is_reusable, uncertain }
    }

    /// Rolls back after a failure.
    pub(super) async fn roll_back<T>(&self, problem: Problem) -> TransactionEnd<T> {
        let ended = self.end("rollback").await;
        let connection_is_reusable = ended.is_ok() && !self.is_broken();
        TransactionEnd { result: Err(problem), connection_is_reusable, uncertain: false }
    }
}

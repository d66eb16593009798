//! A connection at work: limited to a caller's scope and to a deadline. Statements go out in order without waiting for
//! earlier results. A transaction begins with its first statement, so that it costs no extra round trip.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use futures_util::FutureExt;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::{Error, Statement};

use super::error::DatabaseError;
use super::row_security::{RowSecuritySettings, SET_SETTINGS};
use crate::api::Problem;
use crate::auth::{Scope, Side};

/// A connection that reads.
pub struct Session<'c> {
    pub(super) client: &'c ClientWrapper,
    scope: Option<&'c Scope>,
    deadline: Deadline,
    /// Set when the connection must not be used again.
    broken: &'c AtomicBool,
    transaction: Option<TransactionStart>,
    has_begun: AtomicBool,
    /// Sent with every statement, when each statement is a transaction of its own.
    pub(super) settings_per_statement: Option<RowSecuritySettings>,
    /// Held while a statement is sent: statements go out in the order in which they were requested.
    pub(super) send_order: Mutex<()>,
}

/// How a transaction begins. It is sent with the first statement, not before.
#[derive(Clone, Copy)]
struct TransactionStart {
    begin: &'static str,
    /// True when an audit event records what is read.
    audited: bool,
}

/// When the steps of a session end.
#[derive(Clone, Copy)]
pub(super) enum Deadline {
    /// All steps end by this instant.
    At(Instant),
    /// Each step has this much time; the work as a whole has no limit.
    PerStep(Duration),
}

impl<'c> Session<'c> {
    /// Creates a session. It sets `broken` when the connection must not be used again.
    pub(super) fn new(
        client: &'c ClientWrapper,
        scope: Option<&'c Scope>,
        deadline: Deadline,
        broken: &'c AtomicBool,
    ) -> Self {
        let (has_begun, send_order) = (AtomicBool::new(false), Mutex::new(()));
        Self { client, scope, deadline, broken, transaction: None, has_begun, settings_per_statement: None, send_order }
    }

    /// Makes each statement a transaction of its own. `audited` states that an audit event records what is read.
    pub(super) fn with_transaction_per_statement(self, audited: bool) -> Self {
        let settings = self.scope.map(|scope| RowSecuritySettings::new(scope, audited));
        Self { settings_per_statement: settings, ..self }
    }

    /// Makes all statements one transaction, which `begin` begins.
    pub(super) fn with_one_transaction(self, begin: &'static str, audited: bool) -> Self {
        Self { transaction: Some(TransactionStart { begin, audited }), ..self }
    }

    /// Returns the areas whose private records the caller may read. Queries repeat this condition beside row security.
    pub fn areas(&self) -> &[String] {
        self.scope.map_or(&[], Scope::areas)
    }

    /// Returns the sides whose unpublished texts the caller may read.
    pub fn sides(&self) -> &[Side] {
        self.scope.map_or(&[], Scope::sides)
    }

    /// Returns the side for which the caller acts; none for a caller of neither side.
    pub fn acting_side(&self) -> Option<Side> {
        Side::acting(self.sides())
    }

    /// Returns the caller's identity, as the SQL function `person_key` makes it.
    pub fn person(&self) -> &str {
        self.scope.map_or("", Scope::person)
    }

    /// Returns a digest of the caller's identity, under which idempotent responses are stored.
    pub fn caller(&self) -> &str {
        self.scope.map_or("", Scope::caller)
    }

    /// Returns true when the caller is a registrar.
    pub fn is_registrar(&self) -> bool {
        self.scope.is_some_and(Scope::is_registrar)
    }

    /// Returns true when the connection must not be used again.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Converts a database error, and marks the connection as broken where the error leaves it in doubt.
    pub(super) fn problem(&self, error: &Error) -> Problem {
        let DatabaseError { problem, connection_is_broken } = error.into();
        if connection_is_broken {
            self.broken.store(true, Ordering::Relaxed);
        }
        problem
    }

    /// Waits for one step, at most until the deadline. A step that exceeds it leaves the connection broken.
    pub(super) async fn step<T>(&self, step: impl Future<Output = Result<T, Error>>) -> Result<T, Problem> {
        let deadline = match self.deadline {
            Deadline::At(instant) => instant,
            Deadline::PerStep(time) => Instant::now() + time,
        };
        match timeout_at(deadline, step).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.problem(&error)),
            Err(_) => {
                self.broken.store(true, Ordering::Relaxed);
                Err(Problem::unavailable("a database statement exceeded its deadline", 1))
            }
        }
    }

    /// Sends a statement, releases the lock on the order of sending, and then waits for the result. The beginning of a
    /// transaction is sent together with its first statement.
    pub(super) async fn send<T>(
        &self,
        send_lock: MutexGuard<'_, ()>,
        statement: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Problem> {
        let set_settings = self.prepare_settings().await?;
        // On the heap: one request can have many of these in progress, each inside several other futures.
        let mut result = Box::pin(self.send_first(set_settings, statement));
        let early = poll_once(&mut result.as_mut()).await;
        drop(send_lock);
        match early {
            Poll::Ready(result) => result,
            Poll::Pending => result.await,
        }
    }

    /// Returns true while the transaction, if there is one, has not been sent.
    fn is_still_to_begin(&self) -> bool {
        self.transaction.is_some() && !self.has_begun()
    }

    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Acquire)
    }

    /// Prepares the statement that sets the settings, when the transaction is still to begin.
    async fn prepare_settings(&self) -> Result<Option<Statement>, Problem> {
        if !self.is_still_to_begin() {
            return Ok(None);
        }
        self.step(self.client.prepare_cached(&SET_SETTINGS)).await.map(Some)
    }

    async fn send_first<T>(
        &self,
        set_settings: Option<Statement>,
        statement: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Problem> {
        let (Some(set_settings), Some(start), Some(scope)) = (set_settings, self.transaction, self.scope) else {
            return self.step(statement).await;
        };
        self.has_begun.store(true, Ordering::Release);
        let settings = RowSecuritySettings::new(scope, start.audited);
        let values = settings.values();
        let (begun, set, result) = tokio::join!(
            biased;
            self.step(self.client.batch_execute(start.begin)),
            self.step(self.client.query(&set_settings, &values)),
            self.step(statement),
        );
        begun?;
        set?;
        result
    }

    /// Sends `commit` for a transaction that only read, and does not wait for the result. A connection runs its
    /// statements in order, so the transaction ends before the first statement of the connection's next user.
    pub(super) fn commit_without_waiting(&self) -> Result<(), Problem> {
        if !self.has_begun() {
            return Ok(());
        }
        match self.client.batch_execute("commit").now_or_never() {
            None | Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(self.problem(&error)),
        }
    }

    /// Sends `commit` or `rollback` where the transaction has begun, and waits for the result.
    pub(super) async fn end(&self, commit_or_rollback: &'static str) -> Result<(), Problem> {
        if self.is_still_to_begin() { Ok(()) } else { self.batch(commit_or_rollback).await }
    }

    /// Runs statements that return no rows.
    pub(super) async fn batch(&self, statements: &'static str) -> Result<(), Problem> {
        self.step(self.client.batch_execute(statements)).await
    }
}

/// Polls a future once. This sends its statement, because the driver sends a statement before it first waits.
pub(super) async fn poll_once<F: Future>(future: &mut Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

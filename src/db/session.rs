//! Connections at work. Every step ends by its request's deadline; a connection that broke it, or was left in the middle of
//! a transaction, is thrown away, never reused.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use deadpool_postgres::ClientWrapper;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::{FromRow, constraint};
use crate::api::Problem;
use crate::auth::{Call, Scope, Side};

/// A statement, put together from the program's own text alone: what a caller sent cannot become SQL.
#[derive(Clone, Debug, Default)]
pub struct Sql(Cow<'static, str>);

impl Sql {
    /// Adds more of the program's own text.
    pub fn push(&mut self, text: &'static str) {
        self.0.to_mut().push_str(text);
    }

    /// Adds another statement's text, itself the program's own.
    pub fn append(&mut self, other: &Self) {
        self.0.to_mut().push_str(&other.0);
    }

    /// Adds a number.
    pub fn push_number(&mut self, number: usize) {
        self.0.to_mut().push_str(&number.to_string());
    }

    /// Adds the place of the parameter with this number, from 1.
    pub fn push_place(&mut self, number: usize) {
        self.0.to_mut().push_str(&format!("${number}"));
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

/// A statement's parameters.
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection that reads.
pub struct Session<'c> {
    client: &'c ClientWrapper,
    scope: Option<&'c Scope>,
    by: Deadline,
    broken: &'c AtomicBool,
}

/// By when a session's steps end.
#[derive(Clone, Copy)]
pub(super) enum Deadline {
    /// All of them by one instant.
    At(Instant),
    /// Each within a time of its own: work that goes on as long as it gets on.
    Each(Duration),
}

/// A connection of the public's role, which sees the schema `published` and nothing else.
pub struct Public<'c>(Session<'c>);

/// A transaction that writes; only [`Db::change`](super::Db::change) makes one and only it commits.
pub struct Tx<'c> {
    session: Session<'c>,
    call: &'c Call,
}

impl<'c> Deref for Public<'c> {
    type Target = Session<'c>;
    fn deref(&self) -> &Session<'c> {
        &self.0
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = Session<'c>;
    fn deref(&self) -> &Session<'c> {
        &self.session
    }
}

impl<'c> Session<'c> {
    /// A session on a connection, limited to a scope, to end by a deadline; `broken` tells its owner of a bad end.
    pub(super) fn on(
        client: &'c ClientWrapper,
        scope: Option<&'c Scope>,
        by: Deadline,
        broken: &'c AtomicBool,
    ) -> Self {
        Self { client, scope, by, broken }
    }

    /// The areas this session is limited to, for the query's own layer of protection.
    pub fn areas(&self) -> &[String] {
        self.scope.map_or(&[], Scope::areas)
    }

    /// The sides whose own texts this session reads.
    pub fn sides(&self) -> &[Side] {
        self.scope.map_or(&[], Scope::sides)
    }

    /// A digest of who calls, under which its answers are kept.
    pub fn caller(&self) -> &str {
        self.scope.map_or("", Scope::caller)
    }

    /// Whether this session is a registrar's.
    pub fn is_registrar(&self) -> bool {
        self.scope.is_some_and(Scope::is_registrar)
    }

    /// Every row of a query.
    pub async fn rows(&self, sql: impl Into<Sql>, parameters: Parameters<'_>) -> Result<Vec<Row>, Problem> {
        let Sql(sql) = sql.into();
        let statement = self.step(self.client.prepare_cached(&sql)).await?;
        self.step(self.client.query(&statement, parameters)).await
    }

    /// Every row of a query, made into values.
    pub async fn all<T: FromRow>(&self, sql: impl Into<Sql>, parameters: Parameters<'_>) -> Result<Vec<T>, Problem> {
        let rows = self.rows(sql, parameters).await?;
        rows.iter().map(T::from_row).collect::<Result<_, _>>().map_err(Problem::internal)
    }

    /// The first row, if there is one.
    pub async fn maybe(&self, sql: impl Into<Sql>, parameters: Parameters<'_>) -> Result<Option<Row>, Problem> {
        Ok(self.rows(sql, parameters).await?.into_iter().next())
    }

    /// The first row as a value, if there is one.
    pub async fn find<T: FromRow>(
        &self,
        sql: impl Into<Sql>,
        parameters: Parameters<'_>,
    ) -> Result<Option<T>, Problem> {
        let row = self.maybe(sql, parameters).await?;
        row.as_ref().map(T::from_row).transpose().map_err(Problem::internal)
    }

    /// Opens a cursor. Not kept prepared: of a cursor's name nothing is known before it is opened.
    pub(super) async fn declare(&self, sql: Sql, parameters: Parameters<'_>) -> Result<(), Problem> {
        let statement = self.step(self.client.prepare(&sql.0)).await?;
        self.step(self.client.execute(&statement, parameters)).await.map(drop)
    }

    /// The next rows of a cursor.
    pub(super) async fn fetch(&self, sql: Sql) -> Result<Vec<Row>, Problem> {
        self.step(self.client.query_typed(&sql.0, &[])).await
    }

    /// One step, ended by the deadline.
    async fn step<T>(&self, step: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Problem> {
        let by = match self.by {
            Deadline::At(instant) => instant,
            Deadline::Each(time) => Instant::now() + time,
        };
        match timeout_at(by, step).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(self.told(&error)),
            Err(_) => {
                self.broken.store(true, Ordering::Relaxed);
                Err(Problem::unavailable("a step at the database passed its deadline", 1))
            }
        }
    }

    /// What a database error is to the caller.
    fn told(&self, error: &tokio_postgres::Error) -> Problem {
        let Some(told) = error.as_db_error() else {
            if error.is_closed() || std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
            {
                self.broken.store(true, Ordering::Relaxed);
                return Problem::unavailable(format!("the connection broke: {error}"), 1).transient();
            }
            return Problem::internal(format!(
                "{error}: {:?}",
                std::error::Error::source(error).map(ToString::to_string)
            ));
        };
        let code = told.code();
        // Class 23, integrity: other errors may name an index too, such as a key too long for it.
        let broken = told.constraint().filter(|_| code.code().starts_with("23"));
        if let Some(problem) = broken.and_then(constraint::problem) {
            return problem;
        }
        let log = format!("{} {}", code.code(), told.message());
        if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
            return Problem::unavailable(log, 1).transient();
        }
        // A plan from before a migration; a primary that became a replica; a server that is going or coming.
        let stale = [
            SqlState::FEATURE_NOT_SUPPORTED,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::INVALID_SQL_STATEMENT_NAME,
        ];
        let away = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
        if stale.contains(code) || away.contains(code) {
            self.broken.store(true, Ordering::Relaxed);
            return Problem::unavailable(log, 1).transient();
        }
        if *code == SqlState::LOCK_NOT_AVAILABLE {
            return Problem::unavailable(log, 1).locked();
        }
        if [SqlState::QUERY_CANCELED, SqlState::TOO_MANY_CONNECTIONS].contains(code) {
            return Problem::unavailable(log, 1);
        }
        Problem::internal(log)
    }
}

impl<'c> Public<'c> {
    pub(super) fn on(session: Session<'c>) -> Self {
        Self(session)
    }
}

impl<'c> Tx<'c> {
    pub(super) fn on(session: Session<'c>, call: &'c Call) -> Self {
        Self { session, call }
    }

    /// The call this transaction does the work of.
    pub fn call(&self) -> &Call {
        self.call
    }

    /// Writes; gives the number of rows.
    pub async fn execute(&self, sql: impl Into<Sql>, parameters: Parameters<'_>) -> Result<u64, Problem> {
        let Sql(sql) = sql.into();
        let statement = self.step(self.client.prepare_cached(&sql)).await?;
        self.step(self.client.execute(&statement, parameters)).await
    }
}

impl Session<'_> {
    /// Begins, and tells row security whose work this is, and whether what is read is recorded; both go out together.
    pub(super) async fn begin(&self, begin: &'static str, scope: &Scope, recorded: bool) -> Result<(), Problem> {
        const SETTINGS: &str = "select set_config('section55.areas', $1, true), set_config('section55.sides', $2, true), \
                                set_config('section55.registrar', $3, true), \
                                set_config('section55.recorded', $4, true), \
                                set_config('section55.caller', $5, true)";
        let statement = self.step(self.client.prepare_cached(SETTINGS)).await?;
        let areas = scope.areas().join(",");
        let sides = scope.side_list();
        let on = |yes| if yes { "on" } else { "off" };
        let parameters: Parameters<'_> = &[&areas, &sides, &on(scope.is_registrar()), &on(recorded), &scope.caller()];
        let (begun, set) = tokio::join!(
            self.step(self.client.batch_execute(begin)),
            self.step(self.client.query(&statement, parameters)),
        );
        begun?;
        set.map(drop)
    }

    /// Puts what was known at an instant in the place of the present, for this transaction alone.
    pub(super) async fn go_back(&self, at: DateTime<Utc>) -> Result<(), Problem> {
        // The planner takes what the log holds for a row or two: joined by loops, all of it would be read for each.
        const SETTINGS: &str = "select set_config('search_path', 'past, record', true), \
                                set_config('enable_nestloop', 'off', true), \
                                set_config('section55.as_of', $1::timestamptz::text, true)";
        self.rows(SETTINGS, &[&at]).await.map(drop)
    }

    /// Commits or rolls back.
    pub(super) async fn end(&self, how: &'static str) -> Result<(), Problem> {
        self.batch(how).await
    }

    /// Runs statements that give no rows.
    pub(super) async fn batch(&self, statements: &'static str) -> Result<(), Problem> {
        self.step(self.client.batch_execute(statements)).await
    }
}

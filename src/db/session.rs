//! Connections at work. Every step ends by its request's deadline; a connection that broke it, or was left in the middle of
//! a transaction, is thrown away, never reused.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::FromRow;
use super::settings::{Settings, alone};
use super::write::WriteStatement;
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
    pub(super) client: &'c ClientWrapper,
    pub(super) scope: Option<&'c Scope>,
    by: Deadline,
    pub(super) broken: &'c AtomicBool,
    pub(super) opening: Option<Opening>,
    pub(super) opened: AtomicBool,
    /// What each statement tells row security by itself, where it stands alone.
    pub(super) alone: Option<Settings>,
    /// Whose turn it is to send: statements go out in the order in which they were asked for.
    pub(super) turn: Mutex<()>,
}

/// How a transaction begins; sent with its first statement, not before.
#[derive(Clone, Copy)]
pub(super) struct Opening {
    pub(super) begin: &'static str,
    /// Whether what is read is recorded.
    pub(super) recorded: bool,
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
    wrote_published: AtomicBool,
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
        let (opened, turn) = (AtomicBool::new(false), Mutex::new(()));
        Self { client, scope, by, broken, opening: None, opened, alone: None, turn }
    }

    /// The same with each statement a transaction of its own.
    pub(super) fn each_alone(self, recorded: bool) -> Self {
        Self { alone: self.scope.map(|scope| Settings::of(scope, recorded)), ..self }
    }

    /// The same in a transaction, which begins with its first statement.
    pub(super) fn opening(self, begin: &'static str, recorded: bool) -> Self {
        Self { opening: Some(Opening { begin, recorded }), ..self }
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
        if let Some(settings) = &self.alone {
            let statement = self.step(self.client.prepare_cached(&alone(&sql, parameters.len()))).await?;
            return self.step(self.client.query(&statement, &[parameters, &settings.values()].concat())).await;
        }
        let turn = self.turn.lock().await;
        let statement = self.step(self.client.prepare_cached(&sql)).await?;
        self.send(turn, self.client.query(&statement, parameters)).await
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
        let turn = self.turn.lock().await;
        let statement = self.step(self.client.prepare(&sql.0)).await?;
        self.send(turn, self.client.execute(&statement, parameters)).await.map(drop)
    }

    /// The next rows of a cursor.
    pub(super) async fn fetch(&self, sql: Sql) -> Result<Vec<Row>, Problem> {
        self.step(self.client.query_typed(&sql.0, &[])).await
    }

    /// One step, ended by the deadline.
    pub(super) async fn step<T>(
        &self,
        step: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Problem> {
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
}

impl<'c> Public<'c> {
    pub(super) fn on(session: Session<'c>) -> Self {
        Self(session)
    }
}

impl<'c> Tx<'c> {
    pub(super) fn on(session: Session<'c>, call: &'c Call) -> Self {
        Self { session, call, wrote_published: AtomicBool::new(false) }
    }

    /// Notes whether what is published was written.
    pub(super) fn note_published(&self, wrote: bool) {
        self.wrote_published.store(wrote, Ordering::Relaxed);
    }

    /// Whether what is published was written.
    pub(super) fn wrote_published(&self) -> bool {
        self.wrote_published.load(Ordering::Relaxed)
    }

    /// The call this transaction does the work of.
    pub fn call(&self) -> &Call {
        self.call
    }

    /// Writes what is read again before the end; gives the number of rows.
    pub async fn write(&self, write: WriteStatement) -> Result<u64, Problem> {
        self.execute(write.sql, &write.parameters()).await
    }

    /// Writes; gives the number of rows.
    pub async fn execute(&self, sql: impl Into<Sql>, parameters: Parameters<'_>) -> Result<u64, Problem> {
        let Sql(sql) = sql.into();
        let turn = self.turn.lock().await;
        let statement = self.step(self.client.prepare_cached(&sql)).await?;
        self.send(turn, self.client.execute(&statement, parameters)).await
    }
}

//! The queries of a [`Session`], and the session of the public role.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use super::row_security::with_settings;
use super::session::Session;
use super::statement::{FromRow, Parameters, Sql};
use crate::api::Problem;

/// A session of the public role, which can read the schema `published` and nothing else.
pub struct Public<'c>(Session<'c>);

impl<'c> Public<'c> {
    pub(super) fn new(session: Session<'c>) -> Self {
        Self(session)
    }
}

impl<'c> Deref for Public<'c> {
    type Target = Session<'c>;
    fn deref(&self) -> &Session<'c> {
        &self.0
    }
}

impl Session<'_> {
    /// Runs a query and returns its rows.
    ///
    /// # Errors
    /// 503 when the deadline passes or the connection fails; 500 when PostgreSQL refuses the statement.
    pub async fn query(&self, sql: impl Into<Sql>, parameters: Parameters<'_>) -> Result<Vec<Row>, Problem> {
        let Sql(sql) = sql.into();
        if let Some(settings) = &self.settings_per_statement {
            let sql = with_settings(&sql, parameters.len());
            let statement = self.step(self.client.prepare_cached(&sql)).await?;
            return self.step(self.client.query(&statement, &[parameters, &settings.values()].concat())).await;
        }
        let send_lock = self.send_order.lock().await;
        let statement = self.step(self.client.prepare_cached(&sql)).await?;
        self.send(send_lock, self.client.query(&statement, parameters)).await
    }

    /// Runs a query and returns its first row, if there is one.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub async fn query_opt(&self, sql: impl Into<Sql>, parameters: Parameters<'_>) -> Result<Option<Row>, Problem> {
        Ok(self.query(sql, parameters).await?.into_iter().next())
    }

    /// Runs a query and returns a value for each row.
    ///
    /// # Errors
    /// As [`Self::query`]; 500 when a row cannot be converted.
    pub async fn find_all<T: FromRow>(
        &self,
        sql: impl Into<Sql>,
        parameters: Parameters<'_>,
    ) -> Result<Vec<T>, Problem> {
        let rows = self.query(sql, parameters).await?;
        rows.iter().map(T::from_row).collect::<Result<_, _>>().map_err(Problem::internal)
    }

    /// Runs a query and returns the value of its first row, if there is one.
    ///
    /// # Errors
    /// As [`Self::query`]; 500 when the row cannot be converted.
    pub async fn find<T: FromRow>(
        &self,
        sql: impl Into<Sql>,
        parameters: Parameters<'_>,
    ) -> Result<Option<T>, Problem> {
        let row = self.query_opt(sql, parameters).await?;
        row.as_ref().map(T::from_row).transpose().map_err(Problem::internal)
    }

    /// Opens a cursor. The statement is prepared for this one use and not cached.
    pub(super) async fn declare_cursor(&self, sql: Sql, parameters: Parameters<'_>) -> Result<(), Problem> {
        let send_lock = self.send_order.lock().await;
        let statement = self.step(self.client.prepare(&sql.0)).await?;
        self.send(send_lock, self.client.execute(&statement, parameters)).await.map(drop)
    }

    /// Returns the next rows of a cursor. The statement is not prepared: a cursor has no columns to describe before
    /// it is open.
    pub(super) async fn fetch(&self, sql: Sql) -> Result<Vec<Row>, Problem> {
        self.step(self.client.query_typed(&sql.0, &[])).await
    }

    /// Makes this transaction read the tables as of an earlier instant, which the schema `past` reconstructs from the
    /// log.
    pub(super) async fn read_as_of(&self, at: DateTime<Utc>) -> Result<(), Problem> {
        // The planner expects one or two rows of the log. A nested loop would then read the whole log for each of them.
        const AS_OF: &str = "select set_config('search_path', 'past, record', true), \
                             set_config('enable_nestloop', 'off', true), \
                             set_config('section55.as_of', $1::timestamptz::text, true)";
        self.query(AS_OF, &[&at]).await.map(drop)
    }
}

//! The database as the rest of the service uses it. Each method of [`Db`] runs one unit of work within 4.5 seconds and
//! retries it once where the failure was temporary; long writes and scans have no such limit and are not retried.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::pipelined_connection::PipelinedConnection;
use super::pool::Pools;
use super::queries::Public;
use super::session::Session;
use super::transaction::Tx;
use super::unit_of_work::{self, ReadState, TIME_LIMIT, WriteStart, WriteTarget, retry_once};
use super::write::{Amendment, AuditedRead, Write};
use super::{cursor_scan, idempotency};
use crate::api::{
    Amended, ApiResponse, IdempotencyKey, IdempotentResponse, Problem, ResponseCache, StoredResponse, WriteMode,
};
use crate::auth::{Actor, Call};

/// The database, reached through its two roles. Every method that runs work returns 503 when the database cannot be
/// reached or the deadline passes, and otherwise what the work returns.
#[derive(Clone)]
pub struct Db {
    pub(super) app: Pools,
    pub(super) public: Pools,
    pub(super) pipelined: Arc<PipelinedConnection>,
    /// Those of all threads, to close them.
    pub(super) all_pipelined: Arc<Mutex<Vec<Arc<PipelinedConnection>>>>,
    /// True when every read of the published copy uses the pipelined connection.
    pub(super) pipelined_only: bool,
    /// The number of connections of the service's role for the threads beside the workers.
    pub(super) background: usize,
    pub(super) cache: Option<Arc<ResponseCache>>,
}

impl Db {
    /// Reads the published copy.
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn read_published<T>(&self, work: impl AsyncFn(&Public<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        if self.pipelined_only {
            return self.read_published_row(work).await;
        }
        retry_once(async |deadline| unit_of_work::read_published(&self.public, deadline, &work).await).await
    }

    /// Reads single records of the published copy on this thread's pipelined connection. Only for statements of less
    /// than a millisecond: a list or a search would delay all other requests.
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn read_published_row<T>(
        &self,
        work: impl AsyncFn(&Public<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| self.pipelined.read_published(deadline, &work).await).await
    }

    /// Returns the version of the published copy, a number that increases with every write of the copy. Asks once, and
    /// waits no longer than `limit`.
    ///
    /// # Errors
    /// 503 when the database does not respond in time.
    pub async fn published_version(&self, limit: Duration) -> Result<i64, Problem> {
        let sql = "select sum(count)::bigint from published.write_counts";
        let query = async |db: &Public<'_>| db.query_opt(sql, &[]).await;
        let row = self.pipelined.read_published(Instant::now() + limit, &query).await?;
        row.ok_or_else(|| Problem::internal("published.write_counts has no sum")).map(|row| row.get(0))
    }

    /// Reads under the actor's scope. Each statement is a transaction of its own and sets the scope for row security.
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn read<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.read_state(actor, ReadState::Present, work).await
    }

    /// Reads what the service knew at the instant of the call. The schema `past` has a view of each table that is
    /// queried, reconstructed from the log. The published copy is not in it.
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn read_as_of<T>(
        &self,
        call: &Call,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.read_state(&call.actor, ReadState::AsOf(call.at), work).await
    }

    /// Reads like [`Self::read`] after a committed audit event has recorded the read, such as the export of a log.
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn read_after_audit<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.read_state(actor, ReadState::PresentAlreadyAudited, work).await
    }

    async fn read_state<T>(
        &self,
        actor: &Actor,
        state: ReadState,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| unit_of_work::read(&self.app, deadline, &actor.scope(), state, &work).await).await
    }

    /// Reads, and commits an audit event for each read that must be recorded before the value is returned.
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn read_audited<T>(
        &self,
        call: &Call,
        work: impl AsyncFn(&Tx<'_>) -> Result<AuditedRead<T>, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| {
            let start = WriteStart::within_one_request(deadline);
            unit_of_work::write(self.target(), deadline, start, call, WriteMode::Write, &work).await
        })
        .await
    }

    /// Writes: commits the rows and their audit events in one transaction, or nothing.
    ///
    /// # Errors
    /// 503, or the error of the work. A commit that the database did not confirm is 503 too and is not retried.
    pub async fn write<T>(
        &self,
        call: &Call,
        mode: WriteMode,
        work: impl AsyncFn(&Tx<'_>) -> Result<Write<T>, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| {
            let start = WriteStart::within_one_request(deadline);
            unit_of_work::write(self.target(), deadline, start, call, mode, &work).await
        })
        .await
    }

    /// Amends records, for PATCH and PUT. Writes like [`Self::write`], unless every record would hold what it holds
    /// already: then nothing is committed, no version grows, and the response is what `present` reads.
    ///
    /// # Errors
    /// As [`Self::write`]; or the error of `present`.
    pub async fn amend<T>(
        &self,
        call: &Call,
        mode: WriteMode,
        work: impl AsyncFn(&Tx<'_>) -> Result<Write<T>, Problem>,
        present: impl AsyncFnOnce() -> Result<T, Problem>,
    ) -> Result<Amended<T>, Problem> {
        let amendment = async |tx: &Tx<'_>| work(tx).await.map(Amendment);
        let amended: Option<Amended<T>> = retry_once(async |deadline| {
            let start = WriteStart::within_one_request(deadline);
            unit_of_work::write(self.target(), deadline, start, call, mode, &amendment).await
        })
        .await?;
        match amended {
            Some(amended) => Ok(amended),
            None => present().await.map(Amended::unchanged),
        }
    }

    /// Writes like [`Self::write`] without an overall time limit; each statement has 30 seconds. Never retries.
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn write_long<T>(
        &self,
        call: &Call,
        mode: WriteMode,
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<Write<T>, Problem>,
    ) -> Result<T, Problem> {
        unit_of_work::write(self.target(), Instant::now() + TIME_LIMIT, WriteStart::long(), call, mode, work).await
    }

    /// Writes like [`Self::write`], but at most once for an `Idempotency-Key`: the response is stored in the same
    /// transaction and returned again for 24 hours.
    ///
    /// # Errors
    /// 409 while the first request with the key runs; 422 when the key was used with another request; 503; or the
    /// error of the work.
    pub async fn write_idempotent<R: ApiResponse>(
        &self,
        call: &Call,
        mode: WriteMode,
        request: &IdempotencyKey,
        work: impl AsyncFn(&Tx<'_>) -> Result<Write<R>, Problem>,
    ) -> Result<IdempotentResponse<R>, Problem> {
        let work = async |tx: &Tx<'_>| idempotency::perform_once(tx, request, mode, &work).await;
        retry_once(async |deadline| {
            let start = WriteStart::within_one_request(deadline);
            unit_of_work::write(self.target(), deadline, start, call, mode, &work).await
        })
        .await
    }

    /// Replaces the response that [`Self::write_idempotent`] stored when work began by the final response, once the work has
    /// ended. Without a response, because the work was refused, frees the key.
    ///
    /// # Errors
    /// 503 when the database cannot be reached.
    pub async fn replace_stored_response(
        &self,
        call: &Call,
        request: &IdempotencyKey,
        response: Option<&StoredResponse>,
    ) -> Result<(), Problem> {
        self.read_audited(call, async |tx| {
            idempotency::replace_stored(tx, request, response).await?;
            Ok(AuditedRead::new((), Vec::new()))
        })
        .await
    }

    /// Deletes idempotency records older than 24 hours and returns the number deleted.
    ///
    /// # Errors
    /// 503 when the database cannot be reached.
    pub async fn delete_expired_responses(&self, call: &Call) -> Result<i64, Problem> {
        let before = call.at - chrono::TimeDelta::hours(24);
        let delete = async |tx: &Tx<'_>| {
            let row = tx.query_opt("select delete_expired_idempotency_keys($1)", &[&before]).await?;
            Ok(AuditedRead::new(row.map_or(0, |row| row.get(0)), Vec::new()))
        };
        self.read_audited(call, delete).await
    }

    /// Scans a whole list of the published copy in one snapshot. The work runs once and has no overall time limit.
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn scan_published<T>(
        &self,
        work: impl AsyncFnOnce(&Public<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        cursor_scan::scan_published(&self.public, work).await
    }

    /// Scans a whole list under the actor's scope, like [`Self::scan_published`].
    ///
    /// # Errors
    /// 503, or the error of the work.
    pub async fn scan<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFnOnce(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        cursor_scan::scan(&self.app, &actor.scope(), work).await
    }

    fn target(&self) -> WriteTarget<'_> {
        WriteTarget { pools: &self.app, cache: self.cache.as_deref() }
    }
}

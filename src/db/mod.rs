//! The one way to PostgreSQL: `public` reads what is published through a role that can see nothing else, `read` reads
//! under a caller's scope, `look` reads what is recorded as it is read, `change` writes and commits with its events or not
//! at all.

mod change;
mod constraint;
mod cursor_scan;
mod derived;
mod error;
mod filter;
mod idempotency;
pub mod migrate;
mod pipeline;
mod pipelined_connection;
mod pool;
mod record;
pub mod requirements;
mod schema_page;
mod session;
mod settings;
mod snapshot;
mod transaction;
mod write;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Row;
use tracing::Instrument;

use crate::api::{ApiResponse, IdempotencyKey, IdempotentResponse, Problem, ResponseCache};
use crate::auth::{Actor, Call};
use pipelined_connection::PipelinedConnection;
use transaction::{Begin, Reading, Writing};

pub use change::{AuditedRead, Event, EventNote, OFFICIAL, Write};
pub use filter::{Relation, list, tally};
pub use migrate::MigrateError;
pub use pool::{Address, ConnectError, PoolError, Pools, open, suited};
pub use requirements::ServerVersion;
pub use schema_page::schema_page;
pub use session::{Parameters, Public, Session, Sql, Tx};
pub use snapshot::{Part, RECORD, Snapshot};
pub use write::{SqlValue, WriteStatement};
pub(crate) use write::{compare_and_set, values};

/// How long one request may be at the database, waiting for a connection included: under the request's own deadline,
/// over PostgreSQL's limits on a statement.
const LIMIT: Duration = Duration::from_millis(4_500);

/// A row made into a value, deadline column name.
pub trait FromRow: Sized {
    /// Reads the columns; an error is a fault of ours.
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error>;
}

/// The database, through its two roles.
#[derive(Clone)]
pub struct Db {
    app: Pools,
    public: Pools,
    lane: Arc<PipelinedConnection>,
    shelf: Option<Arc<ResponseCache>>,
}

impl Db {
    /// The connections of the two roles as one.
    pub fn new(app: Pools, public: Pools) -> Self {
        let lane = Arc::new(PipelinedConnection::new(public.pool().clone()));
        Self { app, public, lane, shelf: None }
    }

    /// The same, clearing this shelf before it is said that what is published was written.
    #[must_use]
    pub fn clearing(self, shelf: Option<Arc<ResponseCache>>) -> Self {
        Self { shelf, ..self }
    }

    /// The same for one of so many threads that share alike: with connections of its own, which no other thread's work
    /// holds up.
    pub fn for_one_of(&self, threads: NonZeroUsize) -> Result<Self, PoolError> {
        // Two at least: a slow reading holds up no short one.
        let share = |pools: &Pools| pools.for_thread(pools.size().div_ceil(threads.get()).max(2));
        let (app, public) = (share(&self.app)?, share(&self.public)?);
        Ok(Self {
            lane: Arc::new(PipelinedConnection::new(public.pool().clone())),
            app,
            public,
            shelf: self.shelf.clone(),
        })
    }

    /// Reads what is published.
    pub async fn read_published<T>(&self, work: impl AsyncFn(&Public<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        retry_once(async |deadline| transaction::public(self.public.pool(), deadline, &work).await).await
    }

    /// Reads single records of what is published, on this thread's one connection. For statements of less than a
    /// millisecond alone: lists and search would hold up all others.
    pub async fn read_published_row<T>(
        &self,
        work: impl AsyncFn(&Public<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| self.lane.public(deadline, &work).await).await
    }

    /// The number of the state that what is published is in: another one after every write of it.
    pub async fn published_version(&self) -> Result<i64, Problem> {
        let row = self
            .read_published_row(async |db| db.maybe("select sum(count)::bigint from published.writes", &[]).await)
            .await?;
        row.ok_or_else(|| Problem::internal("no count of what was published")).map(|row| row.get(0))
    }

    /// Reads under the actor's scope: the settings that row security goes deadline hold for one statement alone.
    pub async fn read<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| {
            transaction::read(self.app.pool(), deadline, &actor.scope(), Reading::Now, &work).await
        })
        .await
    }

    /// Reads what the service knew at the instant of a call, deadline the same questions: each table asked about stands in schema
    /// `past` too, made of the log. What is public is not in it.
    pub async fn read_as_of<T>(
        &self,
        then: &Call,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| {
            transaction::read(self.app.pool(), deadline, &then.actor.scope(), Reading::Then(then.at), &work).await
        })
        .await
    }

    /// Reads as `read` does what an event that is committed tells of already, such as the export of a log.
    pub async fn read_recorded<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| {
            transaction::read(self.app.pool(), deadline, &actor.scope(), Reading::Recorded, &work).await
        })
        .await
    }

    /// Writes: the work's rows and its events commit together, or nothing does.
    pub async fn write<T>(
        &self,
        call: &Call,
        mode: crate::api::Mode,
        work: impl AsyncFn(&Tx<'_>) -> Result<Write<T>, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| {
            transaction::change(self.writing(), deadline, Begin::by(deadline), call, mode, &work).await
        })
        .await
    }

    /// Writes much: as `change`, but as long as it gets on, and never tried again.
    pub async fn write_long<T>(
        &self,
        call: &Call,
        mode: crate::api::Mode,
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<Write<T>, Problem>,
    ) -> Result<T, Problem> {
        transaction::change(self.writing(), Instant::now() + LIMIT, Begin::at_length(), call, mode, work).await
    }

    /// The same for a POST, carried out once for its `Idempotency-Key`: the answer is kept in the same transaction.
    pub async fn write_idempotent<R: ApiResponse>(
        &self,
        call: &Call,
        mode: crate::api::Mode,
        asked: &IdempotencyKey,
        work: impl AsyncFn(&Tx<'_>) -> Result<Write<R>, Problem>,
    ) -> Result<IdempotentResponse<R>, Problem> {
        retry_once(async |deadline| {
            transaction::change(self.writing(), deadline, Begin::by(deadline), call, mode, async |tx: &Tx<'_>| {
                idempotency::perform_once(tx, asked, mode, &work).await
            })
            .await
        })
        .await
    }

    /// Takes away the answers kept longer than a day; gives how many.
    pub async fn delete_expired_responses(&self, call: &Call) -> Result<i64, Problem> {
        let before = call.at - chrono::TimeDelta::hours(24);
        let swept = async |tx: &Tx<'_>| {
            let row = tx.maybe("select sweep_idempotency_keys($1)", &[&before]).await?;
            Ok(AuditedRead::new(row.map_or(0, |row| row.get(0)), Vec::new()))
        };
        self.read_audited(call, swept).await
    }

    /// Reads what may have to be recorded: the events of the reading commit before its value is given.
    pub async fn read_audited<T>(
        &self,
        call: &Call,
        work: impl AsyncFn(&Tx<'_>) -> Result<AuditedRead<T>, Problem>,
    ) -> Result<T, Problem> {
        retry_once(async |deadline| {
            transaction::change(self.writing(), deadline, Begin::by(deadline), call, crate::api::Mode::Write, &work)
                .await
        })
        .await
    }

    /// How the pools are, deadline name.
    pub fn pools(&self) -> [(&'static str, deadpool_postgres::Status); 2] {
        [("app", self.app.status()), ("public", self.public.status())]
    }

    /// Reads all of a list of what is published, in one snapshot: the work is done once, and may take its time.
    pub async fn scan_published<T>(
        &self,
        work: impl AsyncFnOnce(&Public<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        cursor_scan::public(self.public.pool(), work).await
    }

    /// The same under the actor's scope.
    pub async fn scan<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFnOnce(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        cursor_scan::scoped(self.app.pool(), &actor.scope(), work).await
    }

    /// What a change is made through.
    fn writing(&self) -> Writing<'_> {
        Writing { pool: self.app.pool(), shelf: self.shelf.as_deref() }
    }

    /// Closes every connection; waits for none.
    pub fn close(&self) {
        self.lane.close();
        self.app.close();
        self.public.close();
    }

    /// Whether both roles get an answer.
    pub async fn ping(&self) -> Result<(), Problem> {
        self.read_published(async |db| db.maybe("select 1", &[]).await.map(drop)).await?;
        let nobody = Actor::new("", "", None, &[], &[]);
        self.read(&nobody, async |db| db.maybe("select 1", &[]).await.map(drop)).await
    }
}

/// Runs work deadline one deadline, and once more where the failure was the connection's, a stale plan's or a lost race's.
async fn retry_once<T>(work: impl AsyncFn(Instant) -> Result<T, Problem>) -> Result<T, Problem> {
    let deadline = Instant::now() + LIMIT;
    let traced = || tracing::debug_span!("database", otel.kind = "client", db.system.name = "postgresql");
    match work(deadline).instrument(traced()).await {
        Err(problem) if problem.is_transient() => work(deadline).instrument(traced()).await,
        answer => answer,
    }
}

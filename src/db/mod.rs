//! The one way to PostgreSQL: `public` reads what is published through a role that can see nothing else, `read` reads
//! under a caller's scope, `look` reads what is recorded as it is read, `change` writes and commits with its events or not
//! at all.

mod change;
mod constraint;
mod derived;
mod filter;
mod lane;
pub mod migrate;
mod once;
mod pool;
mod record;
pub mod requirements;
mod run;
mod schema_page;
mod sending;
mod session;
mod settings;
mod snapshot;
mod told;
mod walk;
mod write;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Row;
use tracing::Instrument;

use crate::api::{Answered, Once, Problem, Reply, Shelf};
use crate::auth::{Actor, Call};
use lane::Lane;
use run::{Begin, Reading, Writing};

pub use change::{Change, Event, Noted, OFFICIAL, Seen};
pub use filter::{Relation, list, tally};
pub use migrate::MigrateError;
pub use pool::{Address, ConnectError, PoolError, Pools, open, suited};
pub use requirements::ServerVersion;
pub use schema_page::schema_page;
pub use session::{Parameters, Public, Session, Sql, Tx};
pub use snapshot::{Part, RECORD, Snapshot};
pub use write::{Value, Write};
pub(crate) use write::{compare_and_set, values};

/// How long one request may be at the database, waiting for a connection included: under the request's own deadline,
/// over PostgreSQL's limits on a statement.
const LIMIT: Duration = Duration::from_millis(4_500);

/// A row made into a value, by column name.
pub trait FromRow: Sized {
    /// Reads the columns; an error is a fault of ours.
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error>;
}

/// The database, through its two roles.
#[derive(Clone)]
pub struct Db {
    app: Pools,
    public: Pools,
    lane: Arc<Lane>,
    shelf: Option<Arc<Shelf>>,
}

impl Db {
    /// The connections of the two roles as one.
    pub fn new(app: Pools, public: Pools) -> Self {
        let lane = Arc::new(Lane::new(public.pool().clone()));
        Self { app, public, lane, shelf: None }
    }

    /// The same, clearing this shelf before it is said that what is published was written.
    #[must_use]
    pub fn clearing(self, shelf: Option<Arc<Shelf>>) -> Self {
        Self { shelf, ..self }
    }

    /// The same for one of so many threads that share alike: with connections of its own, which no other thread's work
    /// holds up.
    pub fn for_one_of(&self, threads: NonZeroUsize) -> Result<Self, PoolError> {
        // Two at least: a slow reading holds up no short one.
        let share = |pools: &Pools| pools.for_thread(pools.size().div_ceil(threads.get()).max(2));
        let (app, public) = (share(&self.app)?, share(&self.public)?);
        Ok(Self { lane: Arc::new(Lane::new(public.pool().clone())), app, public, shelf: self.shelf.clone() })
    }

    /// Reads what is published.
    pub async fn public<T>(&self, work: impl AsyncFn(&Public<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        again(async |by| run::public(self.public.pool(), by, &work).await).await
    }

    /// Reads single records of what is published, on this thread's one connection. For statements of less than a
    /// millisecond alone: lists and search would hold up all others.
    pub async fn point<T>(&self, work: impl AsyncFn(&Public<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        again(async |by| self.lane.public(by, &work).await).await
    }

    /// The number of the state that what is published is in: another one after every write of it.
    pub async fn published_version(&self) -> Result<i64, Problem> {
        let row = self.point(async |db| db.maybe("select sum(count)::bigint from published.writes", &[]).await).await?;
        row.ok_or_else(|| Problem::internal("no count of what was published")).map(|row| row.get(0))
    }

    /// Reads under the actor's scope: the settings that row security goes by hold for one statement alone.
    pub async fn read<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        again(async |by| run::read(self.app.pool(), by, &actor.scope(), Reading::Now, &work).await).await
    }

    /// Reads what the service knew at the instant of a call, by the same questions: each table asked about stands in schema
    /// `past` too, made of the log. What is public is not in it.
    pub async fn read_then<T>(
        &self,
        then: &Call,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        again(async |by| run::read(self.app.pool(), by, &then.actor.scope(), Reading::Then(then.at), &work).await).await
    }

    /// Reads as `read` does what an event that is committed tells of already, such as the export of a log.
    pub async fn read_recorded<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        again(async |by| run::read(self.app.pool(), by, &actor.scope(), Reading::Recorded, &work).await).await
    }

    /// Writes: the work's rows and its events commit together, or nothing does.
    pub async fn change<T>(
        &self,
        call: &Call,
        mode: crate::api::Mode,
        work: impl AsyncFn(&Tx<'_>) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        again(async |by| run::change(self.writing(), by, Begin::by(by), call, mode, &work).await).await
    }

    /// Writes much: as `change`, but as long as it gets on, and never tried again.
    pub async fn change_at_length<T>(
        &self,
        call: &Call,
        mode: crate::api::Mode,
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        run::change(self.writing(), Instant::now() + LIMIT, Begin::at_length(), call, mode, work).await
    }

    /// The same for a POST, carried out once for its `Idempotency-Key`: the answer is kept in the same transaction.
    pub async fn once<R: Reply>(
        &self,
        call: &Call,
        mode: crate::api::Mode,
        asked: &Once,
        work: impl AsyncFn(&Tx<'_>) -> Result<Change<R>, Problem>,
    ) -> Result<Answered<R>, Problem> {
        again(async |by| {
            run::change(self.writing(), by, Begin::by(by), call, mode, async |tx: &Tx<'_>| {
                once::once(tx, asked, mode, &work).await
            })
            .await
        })
        .await
    }

    /// Takes away the answers kept longer than a day; gives how many.
    pub async fn sweep_answers(&self, call: &Call) -> Result<i64, Problem> {
        let before = call.at - chrono::TimeDelta::hours(24);
        let swept = async |tx: &Tx<'_>| {
            let row = tx.maybe("select sweep_idempotency_keys($1)", &[&before]).await?;
            Ok(Seen::of(row.map_or(0, |row| row.get(0)), Vec::new()))
        };
        self.look(call, swept).await
    }

    /// Reads what may have to be recorded: the events of the reading commit before its value is given.
    pub async fn look<T>(
        &self,
        call: &Call,
        work: impl AsyncFn(&Tx<'_>) -> Result<Seen<T>, Problem>,
    ) -> Result<T, Problem> {
        again(async |by| run::change(self.writing(), by, Begin::by(by), call, crate::api::Mode::Write, &work).await)
            .await
    }

    /// How the pools are, by name.
    pub fn pools(&self) -> [(&'static str, deadpool_postgres::Status); 2] {
        [("app", self.app.status()), ("public", self.public.status())]
    }

    /// Reads all of a list of what is published, in one snapshot: the work is done once, and may take its time.
    pub async fn walk_public<T>(
        &self,
        work: impl AsyncFnOnce(&Public<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        walk::public(self.public.pool(), work).await
    }

    /// The same under the actor's scope.
    pub async fn walk<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFnOnce(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        walk::scoped(self.app.pool(), &actor.scope(), work).await
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
        self.public(async |db| db.maybe("select 1", &[]).await.map(drop)).await?;
        let nobody = Actor::new("", "", None, &[], &[]);
        self.read(&nobody, async |db| db.maybe("select 1", &[]).await.map(drop)).await
    }
}

/// Runs work by one deadline, and once more where the failure was the connection's, a stale plan's or a lost race's.
async fn again<T>(work: impl AsyncFn(Instant) -> Result<T, Problem>) -> Result<T, Problem> {
    let by = Instant::now() + LIMIT;
    let traced = || tracing::debug_span!("database", otel.kind = "client", db.system.name = "postgresql");
    match work(by).instrument(traced()).await {
        Err(problem) if problem.is_transient() => work(by).instrument(traced()).await,
        answer => answer,
    }
}

//! The one way to PostgreSQL: `public` reads what is published through a role that can see nothing else, `read` reads
//! under a caller's scope, `change` writes and commits with its events or not at all.

mod change;
mod constraint;
mod filter;
pub mod migrate;
mod pool;
mod record;
mod run;
mod session;
mod snapshot;

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Row;

use crate::api::Problem;
use crate::auth::{Actor, Call};

pub use change::{Change, Event, Noted, OFFICIAL};
pub use filter::list;
pub use migrate::MigrateError;
pub use pool::{Address, ConnectError, PoolError, open};
pub use session::{Public, Session, Sql, Tx};
pub use snapshot::{Part, RECORD, Snapshot};

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
    app: deadpool_postgres::Pool,
    public: deadpool_postgres::Pool,
}

impl Db {
    /// The two pools as one.
    pub fn new(app: deadpool_postgres::Pool, public: deadpool_postgres::Pool) -> Self {
        Self { app, public }
    }

    /// Reads what is published.
    pub async fn public<T>(&self, work: impl AsyncFn(&Public<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        again(async |by| run::public(&self.public, by, &work).await).await
    }

    /// Reads under the actor's scope: the settings that row security goes by hold for this transaction alone.
    pub async fn read<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFn(&Session<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        again(async |by| run::read(&self.app, by, &actor.scope(), &work).await).await
    }

    /// Writes: the work's rows and its events commit together, or nothing does.
    pub async fn change<T>(
        &self,
        call: &Call,
        mode: crate::api::Mode,
        work: impl AsyncFn(&Tx<'_>) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        again(async |by| run::change(&self.app, by, call, mode, &work).await).await
    }

    /// Closes every connection; waits for none.
    pub fn close(&self) {
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
    match work(by).await {
        Err(problem) if problem.is_transient() => work(by).await,
        answer => answer,
    }
}

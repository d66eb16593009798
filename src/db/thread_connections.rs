//! The connections of each thread, the check that both roles respond, and the end of all connections.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool::managed::Status;

use super::database::Db;
use super::pipelined_connection::PipelinedConnection;
use super::pool::{PoolError, Pools};
use crate::api::{Problem, ResponseCache};
use crate::auth::Actor;

/// The longest time that the check of both roles may take. A readiness probe gets its response within a second.
const PING_LIMIT: Duration = Duration::from_millis(800);

impl Db {
    /// Creates the database from the connections of the service's role and of the public role.
    pub fn new(app: Pools, public: Pools) -> Self {
        let pipelined = Arc::new(PipelinedConnection::new(public.pool().clone()));
        let all_pipelined = Arc::new(Mutex::new(vec![pipelined.clone()]));
        Self { app, public, pipelined, all_pipelined, pipelined_only: false, background: 4, cache: None }
    }

    /// Sets the number of connections of the service's role for the threads beside the workers. Two of these threads
    /// share a single connection.
    #[must_use]
    pub(super) fn with_background_connections(self, background: usize) -> Self {
        Self { background, ..self }
    }

    /// Sets the cache that is emptied after each write of the published copy, before the response goes out.
    #[must_use]
    pub fn with_response_cache(self, cache: Option<Arc<ResponseCache>>) -> Self {
        Self { cache, ..self }
    }

    /// Returns the database with connections of its own for one of this number of threads, so that no thread waits
    /// for the work of another.
    ///
    /// # Errors
    /// When a pool cannot be created.
    pub fn for_worker_thread(&self, threads: NonZeroUsize) -> Result<Self, PoolError> {
        let share = |pools: &Pools, least| pools.for_thread(pools.size().div_ceil(threads.get()).max(least));
        // At least two connections of the service's role, so that a write leaves one for reads.
        let (app, public) = (share(&self.app, 2)?, share(&self.public, 1)?);
        Ok(Self { pipelined: self.another_pipelined(&public), app, public, ..self.clone() })
    }

    /// Returns the database twice for threads that run beside the workers: with connections of the service's role for
    /// each or, if there is a single one, with this one for both. They share one pipelined connection.
    ///
    /// # Errors
    /// When a pool cannot be created.
    pub fn for_background_threads(&self) -> Result<[Self; 2], PoolError> {
        let first = self.app.for_thread((self.background / 2).max(1))?;
        let second = if self.background > 1 { self.app.for_thread(self.background / 2)? } else { first.clone() };
        let public = self.public.for_pipelined_connection()?;
        let pipelined = self.another_pipelined(&public);
        let with = |app| Self { app, pipelined: pipelined.clone(), pipelined_only: true, ..self.clone() };
        Ok([first, second].map(with))
    }

    /// Returns the status of the pools, by name.
    pub fn pools(&self) -> [(&'static str, Status); 2] {
        [("app", self.app.status()), ("public", self.public.status())]
    }

    /// Runs a statement as each of the two roles, within 0.8 seconds.
    ///
    /// # Errors
    /// 503 when one of them gets no result.
    pub async fn ping(&self) -> Result<(), Problem> {
        let anonymous = Actor::new("", "", None, &[], &[]);
        let public = self.read_published(async |db| db.query_opt("select 1", &[]).await.map(drop));
        let app = self.read(&anonymous, async |db| db.query_opt("select 1", &[]).await.map(drop));
        let both = tokio::time::timeout(PING_LIMIT, async { tokio::try_join!(public, app) }).await;
        both.map_err(|_| Problem::unavailable("the database did not respond within 0.8 seconds", 1))?.map(drop)
    }

    /// Closes the idle connections of this thread, when other threads do its work from now on.
    pub fn release_idle_connections(&self) {
        self.app.release_idle();
        self.public.release_idle();
        self.pipelined.close();
    }

    /// Creates the pipelined connection of another thread, from a pool of the public role.
    fn another_pipelined(&self, public: &Pools) -> Arc<PipelinedConnection> {
        let pipelined = Arc::new(PipelinedConnection::new(public.pool().clone()));
        self.with_all_pipelined(|all| all.push(pipelined.clone()));
        pipelined
    }

    /// Closes every connection of every thread without waiting.
    pub fn close(&self) {
        self.app.close();
        self.public.close();
        // After the pools, so that none is made again.
        self.with_all_pipelined(|all| all.iter().for_each(|pipelined| pipelined.close()));
    }

    fn with_all_pipelined(&self, work: impl FnOnce(&mut Vec<Arc<PipelinedConnection>>)) {
        work(&mut self.all_pipelined.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

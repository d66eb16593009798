//! One connection that the public's reads of single records share: each sends its statement without waiting for the answers
//! to others. Only statements of less than a millisecond belong here, for each waits for those before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use deadpool::managed::Manager;
use deadpool_postgres::{ClientWrapper, Pool};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::session::{Deadline, Public, Session};
use crate::api::Problem;

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(2);

/// The connection, made when it is first needed and anew when it broke. It belongs to the thread that made it.
pub(super) struct PipelinedConnection {
    /// Knows where to connect to, and whether the database is still wanted.
    pool: Pool,
    line: ArcSwapOption<ClientWrapper>,
    connecting: Mutex<()>,
}

impl PipelinedConnection {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool, line: ArcSwapOption::empty(), connecting: Mutex::new(()) }
    }

    /// Reads what is published.
    pub(super) async fn public<T>(
        &self,
        by: Instant,
        work: &impl AsyncFn(&Public<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let line = self.line(by).await?;
        let broken = AtomicBool::new(false);
        let answer = work(&Public::on(Session::on(&line, None, Deadline::At(by), &broken))).await;
        if broken.load(Ordering::Relaxed) {
            self.leave(&line);
        }
        answer
    }

    /// Lets the connection go.
    pub(super) fn close(&self) {
        self.line.store(None);
    }

    fn open(&self) -> Option<Arc<ClientWrapper>> {
        self.line.load_full().filter(|line| !line.is_closed())
    }

    async fn line(&self, by: Instant) -> Result<Arc<ClientWrapper>, Problem> {
        if let Some(line) = self.open() {
            return Ok(line);
        }
        let away = |why: &dyn std::fmt::Display| Problem::unavailable(format!("no connection: {why}"), 1);
        let Ok(_turn) = timeout_at(by, self.connecting.lock()).await else { return Err(away(&"others connect")) };
        if let Some(line) = self.open() {
            return Ok(line);
        }
        if self.pool.is_closed() {
            return Err(away(&"the pool is closed"));
        }
        let made = timeout_at(by.min(Instant::now() + CONNECTING), self.pool.manager().create()).await;
        let line = Arc::new(made.map_err(|_| away(&"too slow"))?.map_err(|error| away(&error))?);
        self.line.store(Some(line.clone()));
        Ok(line)
    }

    /// Leaves a connection that broke to those who still wait on it.
    fn leave(&self, line: &Arc<ClientWrapper>) {
        self.line.compare_and_swap(&Some(line.clone()), None);
    }
}

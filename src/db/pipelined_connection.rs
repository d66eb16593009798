//! One connection that the public's reads of single records share. Each sends its statement without waiting for the
//! results of others. Only statements of less than a millisecond belong here, because each waits for those before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use deadpool::managed::{Manager as _, Pool};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::queries::Public;
use super::server_connection::{CreateError, Manager, ServerConnection};
use super::session::{Deadline, Session};
use crate::api::Problem;
use crate::telemetry::with_causes;

/// The longest time that connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// The connection. It is made at its first use, and again after it broke. It belongs to the thread that made it.
pub(super) struct PipelinedConnection {
    /// Makes the connection, and states whether the database has been closed.
    pool: Pool<Manager>,
    client: ArcSwapOption<ServerConnection>,
    connecting: Mutex<()>,
}

impl PipelinedConnection {
    pub(super) fn new(pool: Pool<Manager>) -> Self {
        Self { pool, client: ArcSwapOption::empty(), connecting: Mutex::new(()) }
    }

    /// Reads the published copy.
    pub(super) async fn read_published<T>(
        &self,
        deadline: Instant,
        work: &impl AsyncFn(&Public<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let client = self.client(deadline).await?;
        let broken = AtomicBool::new(false);
        let session = Session::new(client.client(), None, Deadline::At(deadline), &broken);
        let result = work(&Public::new(session)).await;
        if broken.load(Ordering::Relaxed) {
            self.forget(&client);
        }
        result
    }

    /// Drops the connection.
    pub(super) fn close(&self) {
        self.client.store(None);
    }

    fn open_client(&self) -> Option<Arc<ServerConnection>> {
        self.client.load_full().filter(|client| !client.client().is_closed())
    }

    /// Returns the connection, and makes it first where there is none.
    async fn client(&self, deadline: Instant) -> Result<Arc<ServerConnection>, Problem> {
        if let Some(client) = self.open_client() {
            return Ok(client);
        }
        let unavailable =
            |reason: &dyn std::fmt::Display| Problem::unavailable(format!("no database connection: {reason}"), 1);
        let Ok(_turn) = timeout_at(deadline, self.connecting.lock()).await else {
            return Err(unavailable(&"another request is still connecting"));
        };
        if let Some(client) = self.open_client() {
            return Ok(client);
        }
        if self.pool.is_closed() {
            return Err(unavailable(&"the pool is closed"));
        }
        let connect = async {
            loop {
                match self.pool.manager().create().await {
                    Err(CreateError::Abandoned) => {}
                    connected => break connected,
                }
            }
        };
        let connected = timeout_at(deadline.min(Instant::now() + CONNECT_TIMEOUT), connect).await;
        let client = connected.map_err(|_| unavailable(&"connecting took too long"))?;
        let client = Arc::new(client.map_err(|error| unavailable(&with_causes(&error)))?);
        self.client.store(Some(client.clone()));
        Ok(client)
    }

    /// Stops offering a broken connection. Requests that already use it keep it until they end.
    fn forget(&self, client: &Arc<ServerConnection>) {
        self.client.compare_and_swap(&Some(client.clone()), None);
    }
}

//! A connection taken from a pool. It returns to the pool only after its work has ended; a connection that was left
//! in the middle of its work is closed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool::managed::{Object, PoolError};
use deadpool_postgres::ClientWrapper;
use tokio::time::{Instant, timeout_at};

use super::pool::Pools;
use super::server_connection::{CreateError, Manager};
use crate::api::Problem;
use crate::telemetry::with_causes;

/// The longest wait for a connection, or for a place among the writes.
const WAIT: Duration = Duration::from_secs(1);

/// A connection taken from a pool.
pub(super) struct PooledConnection {
    object: Option<Object<Manager>>,
    discard: AtomicBool,
}

impl PooledConnection {
    /// Takes a connection from this thread's pool, or fails with 503 after the wait or at the deadline.
    pub(super) async fn take(pools: &Pools, deadline: Instant) -> Result<Self, Problem> {
        let last_attempt = Instant::now() + WAIT;
        let object = loop {
            match timeout_at(deadline, pools.pool().get()).await {
                Ok(Ok(object)) => break object,
                // The pool may have an idle connection by now.
                Ok(Err(PoolError::Backend(CreateError::Abandoned))) if Instant::now() < last_attempt => {}
                Ok(Err(error)) => {
                    return Err(Problem::unavailable(format!("no database connection: {}", with_causes(&error)), 1));
                }
                Err(_) => return Err(Problem::unavailable("no database connection before the deadline", 1)),
            }
        };
        // Discarded by default, so that a future dropped in the middle of its work leaves no half-used connection.
        Ok(Self { object: Some(object), discard: AtomicBool::new(true) })
    }

    /// Takes a connection for a write. Some connections of the pool are for reads only, so that reads go on when every
    /// write waits for the database.
    pub(super) async fn take_for_write(pools: &Pools, deadline: Instant) -> Result<Self, Problem> {
        let place = timeout_at(deadline.min(Instant::now() + WAIT), pools.write_places().acquire_owned()).await;
        let Some(place) = place.ok().and_then(Result::ok) else {
            return Err(Problem::unavailable("no database connection for a write: all of them are in use", 1));
        };
        let mut connection = Self::take(pools, deadline).await?;
        if let Some(object) = &mut connection.object {
            object.keep_write_place(place);
        }
        Ok(connection)
    }

    pub(super) fn client(&self) -> Result<&ClientWrapper, Problem> {
        self.object
            .as_ref()
            .map(|object| object.client())
            .ok_or_else(|| Problem::internal("the database connection was already returned"))
    }

    /// Returns the connection to the pool for reuse.
    pub(super) fn give_back(mut self) {
        if let Some(object) = &mut self.object {
            object.release_write_place();
        }
        self.discard.store(false, Ordering::Relaxed);
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        if let Some(object) = self.object.take_if(|_| self.discard.load(Ordering::Relaxed)) {
            drop(Object::take(object));
        }
    }
}

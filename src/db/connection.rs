//! A connection taken from a pool. It returns to the pool only after its work has ended; a connection that was left
//! in the middle of its work is closed.

use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio::time::{Instant, timeout_at};

use crate::api::Problem;
use crate::telemetry::with_causes;

/// A connection taken from a pool.
pub(super) struct PooledConnection {
    object: Option<Object>,
    discard: AtomicBool,
}

impl PooledConnection {
    /// Takes a connection from the pool, or fails with 503 at the deadline.
    pub(super) async fn take(pool: &Pool, deadline: Instant) -> Result<Self, Problem> {
        let object = match timeout_at(deadline, pool.get()).await {
            Ok(Ok(object)) => object,
            Ok(Err(error)) => {
                return Err(Problem::unavailable(format!("no database connection: {}", with_causes(&error)), 1));
            }
            Err(_) => return Err(Problem::unavailable("no database connection before the deadline", 1)),
        };
        // Discarded by default, so that a future dropped in the middle of its work leaves no half-used connection.
        Ok(Self { object: Some(object), discard: AtomicBool::new(true) })
    }

    pub(super) fn client(&self) -> Result<&ClientWrapper, Problem> {
        self.object.as_deref().ok_or_else(|| Problem::internal("the database connection was already returned"))
    }

    /// Returns the connection to the pool for reuse.
    pub(super) fn give_back(self) {
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

//! A task on a thread of its own, beside the workers that serve requests. It ends when it is stopped or dropped.

use std::future::Future;
use std::thread::{self, JoinHandle};

use tokio_util::sync::CancellationToken;

/// The stack of a background thread, in bytes. In a build without optimisation, the jobs need more than the usual two MiB.
const STACK_SIZE: usize = 8 << 20;

/// A running background thread.
pub struct BackgroundThread {
    cancellation: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl BackgroundThread {
    /// Starts a thread that runs the future that `create` returns.
    pub fn start<W: Future<Output = ()>>(
        name: &str,
        create: impl FnOnce() -> W + Send + 'static,
    ) -> std::io::Result<Self> {
        let cancellation = CancellationToken::new();
        let cancelled = cancellation.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let work = move || {
            runtime.block_on(cancelled.run_until_cancelled_owned(create()));
        };
        Ok(Self {
            cancellation,
            thread: Some(thread::Builder::new().name(name.to_owned()).stack_size(STACK_SIZE).spawn(work)?),
        })
    }

    /// Ends the task where it next waits, and waits for the thread to end.
    pub async fn stop(mut self) {
        self.cancellation.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic has already been reported by its thread.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for BackgroundThread {
    fn drop(&mut self) {
        self.cancellation.cancel();
    }
}

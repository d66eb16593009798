//! Work beside the requests, on a thread of its own as each worker has one; it ends when it is told to, or dropped.

use std::future::Future;
use std::thread::{self, JoinHandle};

use tokio_util::sync::CancellationToken;

/// Work that goes on in the background.
pub struct BackgroundThread {
    ending: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl BackgroundThread {
    /// Begins the work that `begin` makes.
    pub fn start<W: Future<Output = ()>>(
        name: &str,
        begin: impl FnOnce() -> W + Send + 'static,
    ) -> std::io::Result<Self> {
        let ending = CancellationToken::new();
        let ended = ending.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let work = move || {
            runtime.block_on(ended.run_until_cancelled_owned(begin()));
        };
        Ok(Self { ending, thread: Some(thread::Builder::new().name(name.to_owned()).spawn(work)?) })
    }

    /// Ends the work at its next pause, and waits for that.
    pub async fn stop(mut self) {
        self.ending.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic there is told by its thread; there is nothing left to do about it.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for BackgroundThread {
    fn drop(&mut self) {
        self.ending.cancel();
    }
}

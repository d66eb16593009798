//! What several files of the benchmark use: the error type, and waiting for a condition.

use std::time::{Duration, Instant};

/// Any error of the benchmark.
pub type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Checks a condition every 50 ms for up to 30 s. Returns whether it became true.
pub async fn wait_until(mut condition: impl AsyncFnMut() -> Result<bool, BoxedError>) -> Result<bool, BoxedError> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        if condition().await? {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(false)
}

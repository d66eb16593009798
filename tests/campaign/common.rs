//! What several files of the campaign use: the error type, and waiting for a condition.

use std::time::{Duration, Instant};

/// Any error of the campaign itself. A broken promise of the service is not an error but a
/// [`Fault`](crate::figures::Fault).
pub type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Checks a condition every 5 ms until it is true or the time is up. Returns whether it became true.
pub async fn wait_until(
    timeout: Duration,
    mut condition: impl AsyncFnMut() -> Result<bool, BoxedError>,
) -> Result<bool, BoxedError> {
    let began = Instant::now();
    while began.elapsed() < timeout {
        if condition().await? {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(false)
}

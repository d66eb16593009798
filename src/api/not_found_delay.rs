//! Sends every 404 to a caller with a token at a whole multiple of 10 ms after the request arrived. A record that does
//! not exist and one that the caller may not see cost the database different work; without the delay, the time would
//! tell one from the other.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use tokio::time::Instant;

use super::problem::{Problem, ProblemKind};

/// The times at which a 404 is sent are whole multiples of this after the arrival of the request. It is far above the
/// difference in work, which was measured as 6 to 34 µs.
const STEP: Duration = Duration::from_millis(10);

/// Waits before a 404 to a caller with a token. Any other result is returned at once.
pub(super) async fn delay_not_found(
    request: &HttpRequest,
    arrived: Instant,
    result: Result<HttpResponse, actix_web::Error>,
) -> Result<HttpResponse, actix_web::Error> {
    let problem = result.as_ref().err().and_then(|error| error.as_error::<Problem>());
    let is_not_found = problem.is_some_and(|problem| problem.kind() == ProblemKind::NotFound);
    if is_not_found && request.headers().contains_key(header::AUTHORIZATION) {
        tokio::time::sleep_until(arrived + next_step(arrived.elapsed())).await;
    }
    result
}

/// Returns the end of the step in which a request is.
fn next_step(elapsed: Duration) -> Duration {
    let steps = elapsed.as_nanos() / STEP.as_nanos() + 1;
    STEP * u32::try_from(steps).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_times_within_a_step_become_its_end() {
        let of = |micros| next_step(Duration::from_micros(micros)).as_millis();
        assert_eq!([0, 1, 700, 734, 9_999].map(of), [10; 5]);
        assert_eq!([10_000, 10_034, 19_999].map(of), [20; 3]);
        assert_eq!(of(9_500_000), 9_510);
    }
}

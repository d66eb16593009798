//! Metrics in Prometheus text format, served on a port of their own, and traces.

pub mod traces;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::Method;
use chrono::TimeDelta;
use deadpool_postgres::Status;
use metrics::Label;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder};

/// The upper limits of the histogram's buckets, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// True when the metrics are served. Otherwise requests are not counted.
static SERVED: AtomicBool = AtomicBool::new(false);

/// Serves the metrics at this address from now on. May be called once in a process.
///
/// # Errors
/// When the address cannot be listened on, or the metrics are already served.
pub fn serve(listen: SocketAddr) -> Result<(), BuildError> {
    PrometheusBuilder::new().with_http_listener(listen).set_buckets(&BUCKETS)?.install()?;
    SERVED.store(true, Ordering::Relaxed);
    metrics::describe_counter!("section55_requests_total", "Requests completed, by method, route and status.");
    metrics::describe_histogram!("section55_request_seconds", metrics::Unit::Seconds, "Duration of requests.");
    metrics::describe_gauge!("section55_pool_connections", "Connections to the database, by pool and state.");
    let responses = "Responses found in the cache (hit), or built and then stored in it (stored).";
    metrics::describe_counter!("section55_cached_responses_total", responses);
    let size = "Approximate size of the cached responses.";
    metrics::describe_gauge!("section55_cached_responses_bytes", metrics::Unit::Bytes, size);
    let overdue = "Responses whose statutory date has passed without a publication.";
    metrics::describe_gauge!("section55_overdue_responses", overdue);
    let unsent = "Age of the oldest change that an active webhook has not delivered; 0 when all are delivered.";
    metrics::describe_gauge!("section55_oldest_unsent_delivery_seconds", metrics::Unit::Seconds, unsent);
    let keys = "1 if the keys of a trusted issuer are loaded. Tokens of an issuer without keys get 503.";
    metrics::describe_gauge!("section55_issuer_keys_loaded", keys);
    Ok(())
}

/// Returns the message of an error with its causes.
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |message, cause| {
        let cause = cause.to_string();
        if message.contains(&cause) { message } else { format!("{message}: {cause}") }
    })
}

/// Sets the gauge of an issuer: 1 if its keys are loaded, else 0.
pub fn set_issuer_keys(issuer: &str, are_loaded: bool) {
    metrics::gauge!("section55_issuer_keys_loaded", "issuer" => issuer.to_owned()).set(f64::from(are_loaded));
}

/// Counts a completed request, when the metrics are served. `route` is the path template, never the path.
pub fn count_request(method: &Method, route: &'static str, status: u16, duration: Duration) {
    if !SERVED.load(Ordering::Relaxed) {
        return;
    }
    let mut labels = vec![Label::new("method", method.to_string()), Label::from_static_parts("route", route)];
    metrics::histogram!("section55_request_seconds", labels.clone()).record(duration.as_secs_f64());
    labels.push(Label::new("status", status.to_string()));
    metrics::counter!("section55_requests_total", labels).increment(1);
}

/// Sets the gauges of the connection pools.
pub fn set_pools(pools: &[(&'static str, Status)]) {
    for (pool, status) in pools {
        for (state, count) in [("open", status.size), ("free", status.available), ("waiting", status.waiting)] {
            let labels = [("pool", *pool), ("state", state)];
            metrics::gauge!("section55_pool_connections", &labels)
                .set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
        }
    }
}

/// Sets the counts of the response cache, and its size in bytes.
pub fn set_cache_counts(hits: u64, stored: u64, bytes: u64) {
    metrics::counter!("section55_cached_responses_total", "outcome" => "hit").absolute(hits);
    metrics::counter!("section55_cached_responses_total", "outcome" => "stored").absolute(stored);
    metrics::gauge!("section55_cached_responses_bytes").set(bytes as f64);
}

/// Sets the number of overdue responses.
pub fn set_overdue_responses(count: i64) {
    metrics::gauge!("section55_overdue_responses").set(f64::from(i32::try_from(count).unwrap_or(i32::MAX)));
}

/// Sets the age of the oldest delivery that was not sent yet.
pub fn set_oldest_unsent_delivery(age: TimeDelta) {
    metrics::gauge!("section55_oldest_unsent_delivery_seconds").set(age.as_seconds_f64());
}

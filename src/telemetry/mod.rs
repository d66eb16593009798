//! What is measured for operators, in the text that Prometheus reads, on a port of its own; and traces.

pub mod traces;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::Method;
use chrono::TimeDelta;
use deadpool_postgres::Status;
use metrics::Label;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder};

/// Seconds up to which requests are counted together.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// Whether the measurements are served: what nobody can read is not counted.
static SERVED: AtomicBool = AtomicBool::new(false);

/// Serves the measurements at this address from now on; once in a process.
pub fn serve(listen: SocketAddr) -> Result<(), BuildError> {
    PrometheusBuilder::new().with_http_listener(listen).set_buckets(&BUCKETS)?.install()?;
    SERVED.store(true, Ordering::Relaxed);
    metrics::describe_counter!("section55_requests_total", "Requests answered, by method, route and status.");
    metrics::describe_histogram!("section55_request_seconds", metrics::Unit::Seconds, "How long answers took.");
    metrics::describe_gauge!("section55_pool_connections", "Connections to the database, by pool and state.");
    metrics::describe_counter!("section55_kept_answers_total", "Kept answers, by whether one was found or made.");
    metrics::describe_gauge!("section55_kept_answers_bytes", metrics::Unit::Bytes, "What kept answers take, about.");
    metrics::describe_gauge!("section55_overdue_responses", "Responses whose last day passed with nothing published.");
    let says = "How long ago that happened of which a webhook in use was not told yet; 0 where each was told of all.";
    metrics::describe_gauge!("section55_oldest_unsent_delivery_seconds", metrics::Unit::Seconds, says);
    Ok(())
}

/// Counts an answer, where anybody can ask for the count. The route is the pattern, never the path.
pub fn answered(method: &Method, route: &'static str, status: u16, took: Duration) {
    if !SERVED.load(Ordering::Relaxed) {
        return;
    }
    let mut labels = vec![Label::new("method", method.to_string()), Label::from_static_parts("route", route)];
    metrics::histogram!("section55_request_seconds", labels.clone()).record(took.as_secs_f64());
    labels.push(Label::new("status", status.to_string()));
    metrics::counter!("section55_requests_total", labels).increment(1);
}

/// Notes how the pools are.
pub fn pools(pools: &[(&'static str, Status)]) {
    for (pool, status) in pools {
        for (state, count) in [("open", status.size), ("free", status.available), ("awaited", status.waiting)] {
            let labels = [("pool", *pool), ("state", state)];
            metrics::gauge!("section55_pool_connections", &labels)
                .set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
        }
    }
}

/// Notes how often kept answers were of use, and how many bytes they take.
pub fn kept(found: u64, made: u64, bytes: u64) {
    metrics::counter!("section55_kept_answers_total", "outcome" => "found").absolute(found);
    metrics::counter!("section55_kept_answers_total", "outcome" => "made").absolute(made);
    metrics::gauge!("section55_kept_answers_bytes").set(bytes as f64);
}

/// Notes how many responses are overdue.
pub fn overdue(count: i64) {
    metrics::gauge!("section55_overdue_responses").set(f64::from(i32::try_from(count).unwrap_or(i32::MAX)));
}

/// Notes how old the oldest delivery is that was not sent yet.
pub fn unsent(age: TimeDelta) {
    metrics::gauge!("section55_oldest_unsent_delivery_seconds").set(age.as_seconds_f64());
}

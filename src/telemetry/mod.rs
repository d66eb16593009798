//! Metrics in Prometheus text format, served on a port of their own, and traces.

pub mod traces;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::Method;
use chrono::TimeDelta;
use deadpool::managed::Status;
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
    let responses = "Responses from the cache (hit, or stale while the database is away), or built for it (stored).";
    metrics::describe_counter!("section55_cached_responses_total", responses);
    let size = "Memory that the cached responses take.";
    metrics::describe_gauge!("section55_cached_responses_bytes", metrics::Unit::Bytes, size);
    let overdue = "Responses whose statutory date has passed without a publication.";
    metrics::describe_gauge!("section55_overdue_responses", overdue);
    let unsent = "Age of the oldest change that an active webhook has not delivered; 0 when all are delivered.";
    metrics::describe_gauge!("section55_oldest_unsent_delivery_seconds", metrics::Unit::Seconds, unsent);
    let emails = "Attempts to send an e-mail, by outcome: sent, failed, given_up, or unknown.";
    metrics::describe_counter!("section55_emails_total", emails);
    let waits = "Time for which the oldest e-mail that is due has waited.";
    metrics::describe_gauge!("section55_oldest_unsent_email_seconds", metrics::Unit::Seconds, waits);
    let given_up = "E-mails that were given up in the last seven days.";
    metrics::describe_gauge!("section55_emails_given_up", given_up);
    let waiting = "Audit events that wait for the sequencer, counted up to 100,000.";
    metrics::describe_gauge!("section55_audit_events_waiting", waiting);
    let age = "Age of the oldest audit event that waits for the sequencer; 0 when none waits.";
    metrics::describe_gauge!("section55_audit_oldest_waiting_seconds", metrics::Unit::Seconds, age);
    let leader = "1 if this instance's sequencer held the lock and succeeded when it last tried.";
    metrics::describe_gauge!("section55_sequencer_leader", leader);
    let offset = "The machine's clock minus the database's: above 0 when the machine's clock is ahead.";
    metrics::describe_gauge!("section55_clock_offset_seconds", metrics::Unit::Seconds, offset);
    let files = "Stored files that the last check found damaged or missing, by state.";
    metrics::describe_gauge!("section55_faulty_files", files);
    let unread = "Time since the check of the stored file that was not read for the longest time.";
    metrics::describe_gauge!("section55_oldest_unread_file_seconds", metrics::Unit::Seconds, unread);
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
pub fn set_cache_counts(hits: u64, stored: u64, stale: u64, bytes: u64) {
    metrics::counter!("section55_cached_responses_total", "outcome" => "hit").absolute(hits);
    metrics::counter!("section55_cached_responses_total", "outcome" => "stored").absolute(stored);
    metrics::counter!("section55_cached_responses_total", "outcome" => "stale").absolute(stale);
    metrics::gauge!("section55_cached_responses_bytes").set(bytes as f64);
}

/// Sets the number of open streams of changes.
pub fn set_change_streams(count: usize) {
    metrics::gauge!("section55_change_streams").set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
}

/// Sets the number of overdue responses.
pub fn set_overdue_responses(count: i64) {
    metrics::gauge!("section55_overdue_responses").set(f64::from(i32::try_from(count).unwrap_or(i32::MAX)));
}

/// Sets the age of the oldest delivery that was not sent yet.
pub fn set_oldest_unsent_delivery(age: TimeDelta) {
    metrics::gauge!("section55_oldest_unsent_delivery_seconds").set(age.as_seconds_f64());
}

/// Counts an attempt to send an e-mail by its outcome: `sent`, `failed`, `given_up`, or `unknown`.
pub fn count_email(outcome: &'static str) {
    metrics::counter!("section55_emails_total", "outcome" => outcome).increment(1);
}

/// Sets the time for which the oldest e-mail has waited, and the number that was given up in the last seven days.
pub fn set_email_backlog(oldest: TimeDelta, given_up: i64) {
    metrics::gauge!("section55_oldest_unsent_email_seconds").set(oldest.as_seconds_f64());
    metrics::gauge!("section55_emails_given_up").set(f64::from(i32::try_from(given_up).unwrap_or(i32::MAX)));
}

/// Sets the number of audit events that wait for the sequencer, and the age of the oldest one.
pub fn set_audit_backlog(waiting: i64, oldest_age: TimeDelta) {
    metrics::gauge!("section55_audit_events_waiting").set(f64::from(i32::try_from(waiting).unwrap_or(i32::MAX)));
    metrics::gauge!("section55_audit_oldest_waiting_seconds").set(oldest_age.as_seconds_f64());
}

/// Sets whether this instance's sequencer held the lock and succeeded when it last tried.
pub fn set_sequencer_leader(is_leader: bool) {
    metrics::gauge!("section55_sequencer_leader").set(f64::from(is_leader));
}

/// Sets how far the machine's clock is ahead of the database's.
pub fn set_clock_offset(offset: TimeDelta) {
    metrics::gauge!("section55_clock_offset_seconds").set(offset.as_seconds_f64());
}

/// Sets the numbers of damaged and missing files, and the time since the oldest check of a stored file.
pub fn set_stored_files(damaged: i64, missing: i64, oldest_unread: TimeDelta) {
    for (state, count) in [("damaged", damaged), ("missing", missing)] {
        let count = f64::from(i32::try_from(count).unwrap_or(i32::MAX));
        metrics::gauge!("section55_faulty_files", "state" => state).set(count);
    }
    metrics::gauge!("section55_oldest_unread_file_seconds").set(oldest_unread.as_seconds_f64());
}

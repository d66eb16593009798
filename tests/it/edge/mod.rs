//! What the outermost layer adds to every response: rate limits, CORS, compression, metrics and traces.

mod compression;
mod cors;
mod metrics;
mod rate_limits;
#[cfg(feature = "otlp")]
mod traces;

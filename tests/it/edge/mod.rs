//! What the outermost layer adds to every response: rate limits, CORS, compression, metrics and traces.

mod compression;
mod cors;
mod http_1_0;
mod metrics;
mod rate_limits;
mod refused_heads;
#[cfg(feature = "otlp")]
mod traces;

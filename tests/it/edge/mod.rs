//! What every answer passes through last: how often a caller may ask, which pages may read, how bodies are coded, what is
//! measured.

mod coding;
mod limits;
mod origins;
mod telemetry;
#[cfg(feature = "otlp")]
mod traces;

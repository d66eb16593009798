//! What lets anyone check the log without us: checkpoints, proofs of one event or of two sizes, and bundles.

mod bundle;
pub mod http;
mod model;
mod store;

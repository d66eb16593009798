//! Checkpoints, proofs and bundles, by which anyone can verify the audit log without trusting the service.

mod bundle;
mod consistency;
pub mod http;
mod model;
mod store;

//! Disposals: words, and bytes, taken away for good, because their time is over or the UK GDPR asks for it. One person
//! proposes, another confirms, the service carries it out and leaves a certificate of ids and digests.

pub mod carry;
pub mod http;
mod model;
mod moves;
mod snapshot;
mod store;
mod workflow;

pub use model::{Certificate, Disposal, DisposedResource, Ground};
pub use moves::DisposalMove;
pub use workflow::{Action, DisposalState, Need, WORKFLOW};

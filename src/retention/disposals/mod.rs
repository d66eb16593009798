//! Disposals: the permanent removal of texts and files, because their retention has ended or the UK GDPR requires it.
//! One person proposes a disposal and another confirms it. The service performs it and issues a certificate.

pub mod http;
pub mod job;
mod model;
mod requests;
mod service;
mod store;
mod views;
mod workflow;

pub use model::{Certificate, Disposal, DisposedResource, Ground};
pub use requests::DisposalTransition;
pub use workflow::{Action, DisposalState, Need, WORKFLOW};

//! Authentication and authorisation: a bearer token's claims become an [`Actor`], and a handler takes a [`Caller`]
//! with a permission or [`Anyone`] as its first argument. A handler with another first argument does not compile.

mod actor;
mod authentication;
mod caller;
mod ongoing_call;
mod owner;
pub mod permissions;
mod role;
mod scope;
mod service_call;
mod sightings;
pub mod token;

pub use actor::{Actor, SERVICE_ISSUER, unnamed_subject};
pub use authentication::{Call, RequestId, ValidToken};
pub use caller::{Anyone, Caller};
pub use ongoing_call::OngoingCall;
pub use owner::choose_owner;
pub use role::{Role, Side};
pub use scope::Scope;
pub use sightings::Sightings;

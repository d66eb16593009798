//! Authentication and authorisation: a bearer token's claims become an [`Actor`], and a handler takes a [`Caller`]
//! with a permission or [`Anyone`] as its first argument. A handler with another first argument does not compile.

mod actor;
mod authentication;
mod caller;
pub mod permissions;
mod role;
mod scope;
pub mod token;

pub use actor::Actor;
pub use authentication::{Call, RequestId, ValidToken};
pub use caller::{Anyone, Caller};
pub use role::{Role, Side};
pub use scope::Scope;

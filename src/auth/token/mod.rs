//! Bearer tokens: verifies a token and returns its claims (RFC 7519, RFC 8725, RFC 9068). Roles and permissions are
//! read elsewhere. Nothing here reads the clock; the time is passed in. Imports point one way, down to `error` and
//! `issuer`.

mod claims;
mod configuration;
mod decoding;
mod development_key;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod issuer;
mod key_set;
mod roca;
mod trusted_issuer;
mod verifier;

pub use claims::{Claims, LEEWAY};
pub use configuration::{IssuerConfigError, read_issuers};
pub use development_key::{DevelopmentKey, SigningKeyError, TokenContents};
pub use error::TokenError;
pub use issuer::{Algorithm, ClaimNames, Issuer, KeySource};
pub use key_set::KeySetError;
pub use trusted_issuer::RefreshIntervals;
pub use verifier::{Verifier, install_provider};

//! Bearer tokens: whether a token may be believed, and whom it speaks for. Roles and permissions are understood
//! elsewhere. Nothing here reads the clock: the time to judge by is passed in.

mod claims;
mod configuration;
mod issuer;
mod jwks;
mod parts;
mod refused;
mod signing;
mod trusted;

pub use claims::{Claims, LEEWAY};
pub use configuration::{Fault, read_issuers};
pub use issuer::{Algorithm, ClaimNames, Issuer, KeySource};
pub use jwks::KeysFault;
pub use refused::Refused;
pub use signing::{DevelopmentKey, Grant, SigningFault};
pub use trusted::Pace;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use jsonwebtoken::crypto::{self, aws_lc};
use tokio::task::JoinHandle;

use parts::Parts;
use trusted::Trusted;

/// Makes aws-lc-rs the provider of signatures; may be called any number of times.
pub fn install_provider() {
    // An error only says that a provider is installed already; the crate's features allow no other than this one.
    let _ = aws_lc::DEFAULT_PROVIDER.install_default();
}

/// Checks tokens against the issuers that are trusted, with the keys at hand.
pub struct Verifier {
    trusted: Vec<Trusted>,
}

impl Verifier {
    /// Trusts `issuers`: key files must load now, key sets by URL are fetched by [`Verifier::spawn_refresh`].
    pub fn new(issuers: Vec<Issuer>) -> Result<Self, Fault> {
        install_provider();
        let mut trusted: Vec<Trusted> = Vec::with_capacity(issuers.len());
        for issuer in issuers {
            if trusted.iter().any(|known| known.issuer().issuer == issuer.issuer) {
                return Err(Fault::Twice(issuer.issuer));
            }
            trusted.push(Trusted::open(issuer)?);
        }
        Ok(Self { trusted })
    }

    /// Whether the keys of every issuer are at hand.
    pub fn ready(&self) -> bool {
        self.trusted.iter().all(|issuer| issuer.keys().is_some())
    }

    /// Whom `token` speaks for at the instant `now`, or why it is not believed; does no input or output (RFC 8725).
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, Refused> {
        let parts = Parts::of(token)?;
        let name = claims::issuer(&parts.claims)?;
        let trusted = self
            .trusted
            .iter()
            .find(|trusted| trusted.issuer().issuer == name)
            .ok_or_else(|| Refused::UnknownIssuer(name.to_owned()))?;
        let issuer = trusted.issuer();

        let algorithm = issuer.algorithm(&parts.header.algorithm)?;
        issuer.check_type(parts.header.kind.as_deref())?;
        let keys = trusted.keys().ok_or(Refused::KeysNotLoaded)?;
        let key = keys.choose(parts.header.key.as_deref(), algorithm).inspect_err(|refused| {
            if matches!(refused, Refused::UnknownKey(_)) {
                trusted.want_keys();
            }
        })?;
        let check = || crypto::verify(parts.signature, parts.signed.as_bytes(), key, algorithm.into());
        if !keys.genuine(token, || matches!(check(), Ok(true))) {
            return Err(Refused::Signature);
        }

        claims::check(issuer, &parts.claims, now)
    }

    /// Keeps the key sets fresh until the handle is aborted or the runtime ends; to be called once.
    pub fn spawn_refresh(self: &Arc<Self>, pace: Pace) -> JoinHandle<()> {
        let verifier = Arc::clone(self);
        tokio::spawn(async move {
            join_all(verifier.trusted.iter().map(|issuer| issuer.keep_fresh(pace))).await;
        })
    }
}

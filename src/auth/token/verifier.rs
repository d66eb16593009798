//! Verifies tokens against the trusted issuers, with the keys in memory.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use jsonwebtoken::crypto::{self, aws_lc};
use tokio::task::JoinHandle;

use super::claims::{self, Claims};
use super::configuration::IssuerConfigError;
use super::decoding::DecodedToken;
use super::error::TokenError;
use super::issuer::Issuer;
use super::trusted_issuer::{RefreshIntervals, TrustedIssuer};

/// Makes aws-lc-rs the provider of signatures. May be called any number of times.
pub fn install_provider() {
    // An error means that a provider is already installed. The crate's features allow no other than this one.
    let _ = aws_lc::DEFAULT_PROVIDER.install_default();
}

/// Verifies tokens against the trusted issuers.
pub struct Verifier {
    trusted: Vec<TrustedIssuer>,
}

impl Verifier {
    /// Creates a verifier that trusts these issuers. Loads key files now; [`Verifier::spawn_refresh`] fetches key
    /// sets by URL.
    ///
    /// # Errors
    /// [`IssuerConfigError`] when two issuers have the same name, or a key file cannot be loaded.
    pub fn new(issuers: Vec<Issuer>) -> Result<Self, IssuerConfigError> {
        install_provider();
        let mut trusted: Vec<TrustedIssuer> = Vec::with_capacity(issuers.len());
        for issuer in issuers {
            if trusted.iter().any(|earlier| earlier.issuer().issuer == issuer.issuer) {
                return Err(IssuerConfigError::Duplicate(issuer.issuer));
            }
            trusted.push(TrustedIssuer::load(issuer)?);
        }
        Ok(Self { trusted })
    }

    /// Returns true when the keys of at least one issuer are loaded. Tokens of the other issuers get 503 until theirs
    /// are.
    pub fn ready(&self) -> bool {
        self.trusted.iter().any(|issuer| issuer.keys().is_some())
    }

    /// Returns the issuers, each with true if its keys are loaded.
    pub fn issuers(&self) -> impl Iterator<Item = (&str, bool)> {
        self.trusted.iter().map(|trusted| (trusted.issuer().issuer.as_str(), trusted.keys().is_some()))
    }

    /// Waits for one fetch of the issuer's keys if the token names a key that is not among them. All waiting requests
    /// share the fetch. Returns true if the keys were fetched.
    pub async fn fetch_missing_key(&self, token: &str) -> bool {
        let Some(trusted) = self.issuer_without_key(token) else { return false };
        trusted.fetch_now().await
    }

    /// Returns the issuer of a token that names a key which the issuer's set does not have.
    fn issuer_without_key(&self, token: &str) -> Option<&TrustedIssuer> {
        let token = DecodedToken::decode(token).ok()?;
        let name = claims::issuer(&token.claims).ok()?;
        let trusted = self.trusted.iter().find(|trusted| trusted.issuer().issuer == name)?;
        let algorithm = trusted.issuer().algorithm(&token.header.algorithm).ok()?;
        let keys = trusted.keys()?;
        let chosen = keys.choose(token.header.key_id.as_deref(), algorithm);
        matches!(chosen, Err(TokenError::UnknownKey(_))).then_some(trusted)
    }

    /// Verifies a token at the instant `now` and returns its claims (RFC 8725). Does no input or output.
    ///
    /// # Errors
    /// [`TokenError`] for the first rule that the token breaks.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let token = DecodedToken::decode(token)?;
        let name = claims::issuer(&token.claims)?;
        let trusted = self
            .trusted
            .iter()
            .find(|trusted| trusted.issuer().issuer == name)
            .ok_or_else(|| TokenError::UnknownIssuer(name.to_owned()))?;
        let issuer = trusted.issuer();

        let algorithm = issuer.algorithm(&token.header.algorithm)?;
        issuer.check_type(token.header.token_type.as_deref())?;
        let keys = trusted.keys().ok_or(TokenError::KeysNotLoaded)?;
        let key = keys.choose(token.header.key_id.as_deref(), algorithm)?;
        let check = || crypto::verify(token.signature, token.signed.as_bytes(), key, algorithm.into());
        if !keys.has_valid_signature(token.text, || matches!(check(), Ok(true))) {
            return Err(TokenError::Signature);
        }

        claims::check(issuer, &token.claims, now)
    }

    /// Keeps the key sets up to date until the handle is aborted or the runtime ends. Must be called once.
    pub fn spawn_refresh(self: &Arc<Self>, intervals: RefreshIntervals) -> JoinHandle<()> {
        let verifier = Arc::clone(self);
        tokio::spawn(async move {
            join_all(verifier.trusted.iter().map(|issuer| issuer.refresh_forever(intervals))).await;
        })
    }
}

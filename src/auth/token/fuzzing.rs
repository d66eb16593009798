//! Entry points for the fuzz targets: tokens, their claims, and key sets.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::claims;
use super::configuration::read_issuers;
use super::decoding::DecodedToken;
use super::issuer::Issuer;
use super::key_set::KeySet;

/// Decodes a token and checks its claims, as if its signature were valid.
pub fn token(text: &str, issuer: &Issuer, now: DateTime<Utc>) {
    if let Ok(token) = DecodedToken::decode(text) {
        let _ = issuer.algorithm(&token.header.algorithm);
        let _ = issuer.check_type(token.header.token_type.as_deref());
        check(&token.claims, issuer, now);
    }
}

/// Checks claims. Accepted claims have a subject, and have not expired for longer than the leeway.
pub fn check(claims: &Map<String, Value>, issuer: &Issuer, now: DateTime<Utc>) {
    let _ = claims::issuer(claims);
    if let Ok(accepted) = claims::check(issuer, claims, now) {
        assert!(!accepted.subject.is_empty() && accepted.expires_at + claims::LEEWAY > now, "{accepted:?}");
    }
}

/// Parses a key set.
pub fn key_set(json: &[u8]) {
    let _ = KeySet::parse(json);
}

/// Returns the issuers in a configuration.
pub fn issuers(json: &str) -> Vec<Issuer> {
    read_issuers(json).unwrap_or_default()
}

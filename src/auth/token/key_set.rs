//! A key set: the public keys of an issuer that can verify signatures, and the choice among them for one token (RFC
//! 7517, RFC 7518 section 6, RFC 8037). Keys that cannot be used are left out, as RFC 7517 section 5 recommends.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::Value;

use super::error::TokenError;
use super::issuer::Algorithm;
use super::roca;

/// The largest accepted key set, in bytes.
pub const MAX_SET_BYTES: usize = 256 * 1024;
/// The accepted sizes of RSA keys, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Why a key set cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
    /// The URL cannot be fetched.
    #[error("the URL cannot be fetched")]
    Fetch(#[from] reqwest::Error),
    /// The URL returned another status than 200. Redirects are not followed.
    #[error("the URL returned the status {0} instead of 200")]
    Status(u16),
    /// The set is longer than [`MAX_SET_BYTES`].
    #[error("the key set is longer than {MAX_SET_BYTES} bytes")]
    TooLong,
    /// The content is not a JWK set.
    #[error("the content is not a JWK set")]
    Json(#[from] serde_json::Error),
    /// The set has no usable key.
    #[error("none of the {0} keys of the set can be used")]
    NoUsableKey(usize),
}

/// Why one key of a set is left out.
#[derive(Debug, thiserror::Error)]
enum UnusableKey {
    #[error("it is not a JWK of a known type")]
    Unknown,
    #[error("it is symmetric, or includes its private part")]
    Secret,
    #[error("it is not for verifying signatures")]
    Purpose,
    #[error("its algorithm, curve or size is not accepted")]
    Algorithm,
    #[error("its value is malformed")]
    Value,
    #[error("its private part can be computed from it (CVE-2017-15361)")]
    Vulnerable,
}

/// The largest number of verified tokens that a key set remembers.
const MAX_VERIFIED_TOKENS: u64 = 10_000;

/// The usable keys of an issuer. There is at least one.
pub struct KeySet {
    keys: Vec<Key>,
    /// Digests of tokens whose signature was verified with these keys, so that it is not verified again.
    verified: Cache<[u8; 32], ()>,
}

struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    value: DecodingKey,
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Value>,
}

impl KeySet {
    /// Parses a JWK set and leaves out the keys that cannot be used.
    ///
    /// # Errors
    /// [`KeySetError`] when the set is malformed or has no usable key.
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        let set: JwkSet = serde_json::from_slice(json)?;
        let count = set.keys.len();
        let mut usable = Vec::new();
        for jwk in set.keys {
            let id = jwk.get("kid").cloned();
            match Key::from_jwk(jwk) {
                Ok(key) => usable.push(key),
                Err(reason @ UnusableKey::Vulnerable) => {
                    tracing::warn!(kid = ?id, %reason, "key left out of the set");
                }
                Err(reason) => tracing::debug!(kid = ?id, %reason, "key left out of the set"),
            }
        }
        if usable.is_empty() {
            return Err(KeySetError::NoUsableKey(count));
        }
        Ok(Self { keys: usable, verified: Cache::new(MAX_VERIFIED_TOKENS) })
    }

    /// Returns true if both sets have keys with the same ids.
    pub fn has_same_ids(&self, other: &Self) -> bool {
        let ids = |set: &Self| set.keys.iter().map(|key| key.id.clone()).collect::<BTreeSet<_>>();
        ids(self) == ids(other)
    }

    /// Returns the key for a token that names the key `id`, or none, and the algorithm.
    ///
    /// # Errors
    /// [`TokenError`] unless exactly one key suits.
    pub fn choose(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, TokenError> {
        let suits = |key: &&Key| key.algorithms.contains(&algorithm);
        let Some(id) = id else {
            return only(self.keys.iter().filter(suits)).ok_or(TokenError::AmbiguousKey);
        };
        let named = || self.keys.iter().filter(|key| key.id.as_deref() == Some(id));
        if named().next().is_none() {
            return Err(TokenError::UnknownKey(id.to_owned()));
        }
        only(named().filter(suits)).ok_or_else(|| TokenError::UnsuitableKey(id.to_owned()))
    }

    /// Returns true when `verify` does, or did before for the same token. The key and the algorithm follow from the
    /// token and this set, so the earlier result holds.
    pub fn has_valid_signature(&self, token: &str, verify: impl FnOnce() -> bool) -> bool {
        let digest = digest(&SHA256, token.as_bytes());
        let Ok(digest) = <[u8; 32]>::try_from(digest.as_ref()) else { return verify() };
        if self.verified.get(&digest).is_some() {
            return true;
        }
        let valid = verify();
        if valid {
            self.verified.insert(digest, ());
        }
        valid
    }
}

fn only<'a>(mut keys: impl Iterator<Item = &'a Key>) -> Option<&'a DecodingKey> {
    let key = keys.next()?;
    keys.next().is_none().then_some(&key.value)
}

impl Key {
    fn from_jwk(jwk: Value) -> Result<Self, UnusableKey> {
        if jwk.get("d").is_some() || jwk.get("k").is_some() {
            return Err(UnusableKey::Secret);
        }
        let jwk: Jwk = serde_json::from_value(jwk).map_err(|_| UnusableKey::Unknown)?;
        check_purpose(&jwk)?;
        let mut algorithms = check_value(&jwk.algorithm)?;
        if let Some(bound) = jwk.common.key_algorithm {
            algorithms.retain(|algorithm| KeyAlgorithm::from(jsonwebtoken::Algorithm::from(*algorithm)) == bound);
        }
        if algorithms.is_empty() {
            return Err(UnusableKey::Algorithm);
        }
        let value = DecodingKey::from_jwk(&jwk).map_err(|_| UnusableKey::Value)?;
        Ok(Self { id: jwk.common.key_id, algorithms, value })
    }
}

/// Checks that `use` and `key_ops`, where they are present, allow verifying a signature (RFC 7517 sections 4.2 and
/// 4.3).
fn check_purpose(jwk: &Jwk) -> Result<(), UnusableKey> {
    let used = jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let operations = jwk.common.key_operations.as_ref();
    if used && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify)) {
        Ok(())
    } else {
        Err(UnusableKey::Purpose)
    }
}

/// Checks the value of a key and returns the algorithms that it can verify.
fn check_value(parameters: &AlgorithmParameters) -> Result<Vec<Algorithm>, UnusableKey> {
    match parameters {
        AlgorithmParameters::RSA(rsa) => {
            let modulus = bytes(&rsa.n)?;
            let leading = modulus.first().ok_or(UnusableKey::Value)?.leading_zeros() as usize;
            if !RSA_BITS.contains(&(modulus.len() * 8 - leading)) {
                return Err(UnusableKey::Algorithm);
            }
            if roca::is_vulnerable(&modulus) {
                return Err(UnusableKey::Vulnerable);
            }
            // With an exponent of 1, or an even one, anyone can forge signatures.
            match bytes(&rsa.e)?.as_slice() {
                [.., last] if last % 2 == 0 => Err(UnusableKey::Value),
                [] | [1] | [0, ..] => Err(UnusableKey::Value),
                _ => Ok(vec![Algorithm::Rs256, Algorithm::Ps256]),
            }
        }
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
            let point = [vec![4], bytes(&ec.x)?, bytes(&ec.y)?].concat();
            // The point must lie on the curve.
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| UnusableKey::Value)?;
            Ok(vec![Algorithm::Es256])
        }
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            ParsedPublicKey::new(&ED25519, bytes(&pair.x)?).map_err(|_| UnusableKey::Value)?;
            Ok(vec![Algorithm::EdDsa])
        }
        AlgorithmParameters::OctetKey(_) => Err(UnusableKey::Secret),
        _ => Err(UnusableKey::Algorithm),
    }
}

fn bytes(encoded: &str) -> Result<Vec<u8>, UnusableKey> {
    URL_SAFE_NO_PAD.decode(encoded).map_err(|_| UnusableKey::Value)
}

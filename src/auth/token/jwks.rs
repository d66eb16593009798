//! A key set: the public keys of an issuer that are fit for checking signatures, and which of them a token means
//! (RFC 7517, RFC 7518 section 6, RFC 8037). Keys of no use to us are left out, as RFC 7517 section 5 has it.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::Value;

use super::{Algorithm, Refused};

/// The largest key set read, in bytes.
pub const MAX_SET_BYTES: usize = 256 * 1024;
/// The sizes of RSA keys accepted, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Why a key set cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeysFault {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
    /// The URL cannot be fetched.
    #[error("the URL cannot be fetched")]
    Fetch(#[from] reqwest::Error),
    /// The URL answers with anything but 200; redirects are not followed.
    #[error("the URL answers with status {0}")]
    Status(u16),
    /// Longer than any set we read.
    #[error("the set is longer than {MAX_SET_BYTES} bytes")]
    TooLong,
    /// Not a JWK set.
    #[error("the set is not a JWK set")]
    Json(#[from] serde_json::Error),
    /// A set without a key we could use.
    #[error("the set holds {0} keys, none of them usable")]
    NoneUsable(usize),
}

/// Why one key of a set is left out.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("it is not a JWK of a kind we know")]
    Unknown,
    #[error("it is symmetric, or has its private part with it")]
    Secret,
    #[error("it is not for checking signatures")]
    Purpose,
    #[error("its algorithm, curve or size is not accepted")]
    Algorithm,
    #[error("its value is malformed")]
    Value,
}

/// How many tokens are known by sight, at most.
const SEEN: u64 = 10_000;

/// The usable keys of an issuer; there is at least one.
pub struct Keys {
    keys: Vec<Key>,
    /// Digests of tokens whose signature was found genuine under these very keys: it is not computed again.
    genuine: Cache<[u8; 32], ()>,
}

struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    value: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl Keys {
    /// Reads a JWK set, leaving out what is not usable; an error when nothing is left.
    pub fn read(json: &[u8]) -> Result<Self, KeysFault> {
        let set: Set = serde_json::from_slice(json)?;
        let all = set.keys.len();
        let mut usable = Vec::new();
        for written in set.keys {
            let id = written.get("kid").cloned();
            match Key::read(written) {
                Ok(key) => usable.push(key),
                Err(reason) => tracing::debug!(kid = ?id, %reason, "a key is left out of the set"),
            }
        }
        if usable.is_empty() {
            return Err(KeysFault::NoneUsable(all));
        }
        Ok(Self { keys: usable, genuine: Cache::new(SEEN) })
    }

    /// The one key that a token naming `id`, or naming none, and signed with `algorithm` can mean.
    pub fn choose(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, Refused> {
        let fits = |key: &&Key| key.algorithms.contains(&algorithm);
        let Some(id) = id else {
            return only(self.keys.iter().filter(fits)).ok_or(Refused::UnnamedKey);
        };
        let named = || self.keys.iter().filter(|key| key.id.as_deref() == Some(id));
        if named().next().is_none() {
            return Err(Refused::UnknownKey(id.to_owned()));
        }
        only(named().filter(fits)).ok_or_else(|| Refused::UnfitKey(id.to_owned()))
    }

    /// Whether the signature of `token`, as it came, is genuine: as `check` finds it, or found it before. The key and the
    /// algorithm follow from the token and this set, so that the same token cannot be meant for others.
    pub fn genuine(&self, token: &str, check: impl FnOnce() -> bool) -> bool {
        let seen = digest(&SHA256, token.as_bytes());
        let Ok(seen) = <[u8; 32]>::try_from(seen.as_ref()) else { return check() };
        if self.genuine.get(&seen).is_some() {
            return true;
        }
        let genuine = check();
        if genuine {
            self.genuine.insert(seen, ());
        }
        genuine
    }
}

fn only<'a>(mut keys: impl Iterator<Item = &'a Key>) -> Option<&'a DecodingKey> {
    let key = keys.next()?;
    keys.next().is_none().then_some(&key.value)
}

impl Key {
    fn read(written: Value) -> Result<Self, Unusable> {
        if written.get("d").is_some() || written.get("k").is_some() {
            return Err(Unusable::Secret);
        }
        let jwk: Jwk = serde_json::from_value(written).map_err(|_| Unusable::Unknown)?;
        check_purpose(&jwk)?;
        let mut algorithms = check_value(&jwk.algorithm)?;
        if let Some(bound) = jwk.common.key_algorithm {
            algorithms.retain(|algorithm| KeyAlgorithm::from(jsonwebtoken::Algorithm::from(*algorithm)) == bound);
        }
        if algorithms.is_empty() {
            return Err(Unusable::Algorithm);
        }
        let value = DecodingKey::from_jwk(&jwk).map_err(|_| Unusable::Value)?;
        Ok(Self { id: jwk.common.key_id, algorithms, value })
    }
}

/// `use` and `key_ops` must allow checking a signature, where they are there (RFC 7517 sections 4.2 and 4.3).
fn check_purpose(jwk: &Jwk) -> Result<(), Unusable> {
    let used = jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let operations = jwk.common.key_operations.as_ref();
    if used && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify)) {
        Ok(())
    } else {
        Err(Unusable::Purpose)
    }
}

/// The algorithms that a key of this type and value can check.
fn check_value(parameters: &AlgorithmParameters) -> Result<Vec<Algorithm>, Unusable> {
    match parameters {
        AlgorithmParameters::RSA(rsa) => {
            let modulus = bytes(&rsa.n)?;
            let leading = modulus.first().ok_or(Unusable::Value)?.leading_zeros() as usize;
            if !RSA_BITS.contains(&(modulus.len() * 8 - leading)) {
                return Err(Unusable::Algorithm);
            }
            // An exponent of 1, or an even one, makes signatures that anybody can forge.
            match bytes(&rsa.e)?.as_slice() {
                [.., last] if last % 2 == 0 => Err(Unusable::Value),
                [] | [1] | [0, ..] => Err(Unusable::Value),
                _ => Ok(vec![Algorithm::Rs256, Algorithm::Ps256]),
            }
        }
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
            let point = [vec![4], bytes(&ec.x)?, bytes(&ec.y)?].concat();
            // The point must lie on the curve.
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| Unusable::Value)?;
            Ok(vec![Algorithm::Es256])
        }
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            ParsedPublicKey::new(&ED25519, bytes(&pair.x)?).map_err(|_| Unusable::Value)?;
            Ok(vec![Algorithm::EdDsa])
        }
        AlgorithmParameters::OctetKey(_) => Err(Unusable::Secret),
        _ => Err(Unusable::Algorithm),
    }
}

fn bytes(encoded: &str) -> Result<Vec<u8>, Unusable> {
    URL_SAFE_NO_PAD.decode(encoded).map_err(|_| Unusable::Value)
}

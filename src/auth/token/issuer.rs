//! One issuer that is trusted: what its tokens look like and where its keys are. How an operator writes it down is
//! in `configuration`.

use std::path::PathBuf;

use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::Refused;
use super::configuration::Written;

/// The algorithms a token may be signed with; there is no symmetric one and no `none` (RFC 7518, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    /// RSA with PKCS #1 v1.5 padding and SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA with PSS padding and SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// The value of `alg` that means it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl From<Algorithm> for jsonwebtoken::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Rs256 => Self::RS256,
            Algorithm::Ps256 => Self::PS256,
            Algorithm::Es256 => Self::ES256,
            Algorithm::EdDsa => Self::EdDSA,
        }
    }
}

/// One issuer that is trusted, and what its tokens must look like.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct Issuer {
    /// The exact `iss`.
    pub issuer: String,
    /// Our names: a token's `aud` must hold one of them.
    pub audiences: Vec<String>,
    /// What `alg` may be.
    pub algorithms: Vec<Algorithm>,
    /// What `typ` may be, in lower case and without `application/`.
    pub types: Vec<String>,
    /// Whether a token without `typ` is accepted.
    pub accept_untyped: bool,
    /// Which claims say what.
    pub claims: ClaimNames,
    /// Where the keys are.
    pub keys: KeySource,
}

/// The names of the claims that say who and what; dots may lead into nested claims.
#[derive(Debug, Clone)]
pub struct ClaimNames {
    /// The person or program.
    pub subject: String,
    /// A string, a string of words, or an array of strings.
    pub roles: String,
    /// The same for areas.
    pub areas: String,
    /// What to call them.
    pub name: String,
}

/// Where an issuer's key set is read (RFC 7517 section 5).
#[derive(Debug, Clone)]
pub enum KeySource {
    /// A file, read again at intervals.
    File(PathBuf),
    /// An `https` URL, or an `http` one on this very machine.
    Url(Url),
    /// The set itself; configuration cannot say this, only the development key does.
    Fixed(Value),
}

impl Issuer {
    /// The configured algorithm a token's `alg` names: the token chooses among ours, never outside (RFC 8725).
    pub(super) fn algorithm(&self, name: &str) -> Result<Algorithm, Refused> {
        let known = self.algorithms.iter().find(|algorithm| algorithm.name() == name);
        known.copied().ok_or_else(|| Refused::Algorithm(name.to_owned()))
    }

    /// Whether a token's `typ` is one of ours (RFC 8725 section 3.11).
    pub(super) fn check_type(&self, kind: Option<&str>) -> Result<(), Refused> {
        let accepted = kind.map_or(self.accept_untyped, |kind| self.types.contains(&plain_type(kind)));
        if accepted { Ok(()) } else { Err(Refused::Type(kind.map(str::to_owned))) }
    }
}

/// `typ` in lower case; a prefix `application/` may be left out, so it is (RFC 7515 section 4.1.9).
pub(super) fn plain_type(kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    lower.strip_prefix("application/").unwrap_or(&lower).to_owned()
}

//! One trusted issuer: what its tokens must look like and where its keys are. `configuration` reads it from JSON.

use std::path::PathBuf;

use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::error::TokenError;

/// The algorithms that a token may be signed with (RFC 7518, RFC 8037). Symmetric algorithms and `none` are not
/// supported.
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
    /// Returns the value of `alg`.
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

/// One trusted issuer, and what its tokens must look like.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// The exact value of `iss`.
    pub issuer: String,
    /// The audiences of this service. A token's `aud` must contain one of them.
    pub audiences: Vec<String>,
    /// The accepted values of `alg`.
    pub algorithms: Vec<Algorithm>,
    /// The accepted values of `typ`, in lower case and without `application/`.
    pub types: Vec<String>,
    /// Whether a token without `typ` is accepted.
    pub accept_untyped: bool,
    /// The names of the claims.
    pub claims: ClaimNames,
    /// Where the keys are.
    pub keys: KeySource,
}

/// The names of the claims to read. Each dot in a name may lead into a nested claim.
#[derive(Debug, Clone)]
pub struct ClaimNames {
    /// The claim with the person or program.
    pub subject: String,
    /// The claim with the roles: a string, a string with spaces between its items, or an array of strings.
    pub roles: String,
    /// The claim with the areas, in the same forms.
    pub areas: String,
    /// The claim with the display name.
    pub name: String,
    /// The claim with the e-mail address.
    pub email: String,
}

/// Where an issuer's key set is read from (RFC 7517 section 5).
#[derive(Debug, Clone)]
pub enum KeySource {
    /// A file, which is read again at intervals.
    File(PathBuf),
    /// An `https` URL, or an `http` URL of a loopback address.
    Url(Url),
    /// The set itself. Only the development key uses this; configuration cannot.
    Fixed(Value),
}

impl Issuer {
    /// Returns the configured algorithm that a token's `alg` names. A token can only choose among these (RFC 8725).
    pub(super) fn algorithm(&self, name: &str) -> Result<Algorithm, TokenError> {
        let configured = self.algorithms.iter().find(|algorithm| algorithm.name() == name);
        configured.copied().ok_or_else(|| TokenError::Algorithm(name.to_owned()))
    }

    /// Checks that a token's `typ` is accepted (RFC 8725 section 3.11).
    pub(super) fn check_type(&self, token_type: Option<&str>) -> Result<(), TokenError> {
        let accepted =
            token_type.map_or(self.accept_untyped, |token_type| self.types.contains(&normalise_type(token_type)));
        if accepted { Ok(()) } else { Err(TokenError::Type(token_type.map(str::to_owned))) }
    }
}

/// Returns `typ` in lower case and without the optional prefix `application/` (RFC 7515 section 4.1.9).
pub(super) fn normalise_type(token_type: &str) -> String {
    let lower = token_type.to_ascii_lowercase();
    lower.strip_prefix("application/").unwrap_or(&lower).to_owned()
}

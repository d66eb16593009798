//! Why a token was not believed: one variant a reason, with a text for the log and another for the client.

use super::parts::MAX_TOKEN_BYTES;

/// Why a token is refused; `Display` is for the log, [`Refused::hint`] for the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Longer than any token we accept.
    #[error("the token is longer than {MAX_TOKEN_BYTES} bytes")]
    TooLong,
    /// Not header, claims and signature (RFC 7515 section 7.1).
    #[error("the token does not have exactly three parts")]
    NotThreeParts,
    /// A part that is not base64url without padding (RFC 7515 section 2).
    #[error("the {0} is not base64url")]
    Encoding(&'static str),
    /// A part that is not a JSON object, or one with a member named twice (RFC 7515 section 4, RFC 7519 section 4).
    #[error("the {0} is not a JSON object whose names are unique")]
    Json(&'static str),
    /// A header parameter we do not accept whatever its value.
    #[error("the header has {0:?}")]
    Forbidden(&'static str),
    /// A header parameter that is missing, not a string, empty or too long.
    #[error("the header's {0:?} is missing or malformed")]
    Header(&'static str),
    /// An `alg` the issuer is not configured for.
    #[error("the algorithm {0:?} is not one of the issuer's")]
    Algorithm(String),
    /// A `typ` the issuer is not configured for.
    #[error("the type {0:?} is not one of the issuer's")]
    Type(Option<String>),
    /// Nobody we trust.
    #[error("the issuer {0:?} is not trusted")]
    UnknownIssuer(String),
    /// The issuer's keys have not been fetched yet; not the caller's fault.
    #[error("the issuer's keys are not loaded yet")]
    KeysNotLoaded,
    /// A key we have not seen; its issuer's set is fetched again soon.
    #[error("the key {0:?} is not in the issuer's set")]
    UnknownKey(String),
    /// The key named is for another algorithm, or the name is shared by several that fit.
    #[error("the key {0:?} is not one key for the token's algorithm")]
    UnfitKey(String),
    /// No key is named, and the issuer's set does not leave just one.
    #[error("no key is named, and not exactly one key fits")]
    UnnamedKey,
    /// Not signed by the key, or altered since.
    #[error("the signature is wrong")]
    Signature,
    /// A claim we require is not there.
    #[error("the claim {0:?} is missing")]
    MissingClaim(&'static str),
    /// A claim of the wrong kind or outside its limits.
    #[error("the claim {0:?} is malformed")]
    BadClaim(&'static str),
    /// Meant for somebody else.
    #[error("the token is for another audience")]
    Audience,
    /// `exp` is past.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is to come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` is to come.
    #[error("the token was issued in the future")]
    IssuedInFuture,
}

impl Refused {
    /// A short text that tells a client what to do and nothing it did not send.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLong => "the token is too long",
            Self::NotThreeParts | Self::Encoding(_) | Self::Json(_) => "the token is not a well-formed JWT",
            Self::Forbidden(_) | Self::Header(_) => "the token's header is not acceptable",
            Self::Algorithm(_) => "the token's algorithm is not accepted",
            Self::Type(_) => "the token's type is not accepted",
            Self::UnknownIssuer(_) => "the token's issuer is not trusted",
            Self::KeysNotLoaded => "the issuer's keys are not available yet; try again shortly",
            Self::UnknownKey(_) | Self::UnfitKey(_) | Self::UnnamedKey => "the token's signing key is not known",
            Self::Signature => "the token's signature is wrong",
            Self::MissingClaim(_) => "the token lacks a required claim",
            Self::BadClaim(_) => "a claim of the token is malformed",
            Self::Audience => "the token is for another audience",
            Self::Expired => "the token has expired",
            Self::NotYetValid | Self::IssuedInFuture => "the token is not valid yet",
        }
    }
}

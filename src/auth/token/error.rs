//! The reasons why a token is refused, each with a text for the log and another for the client.

/// The longest accepted token, in bytes.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Why a token is refused. `Display` is for the log, [`TokenError::hint`] for the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token is longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is longer than {MAX_TOKEN_BYTES} bytes")]
    TooLong,
    /// The token is not header, claims and signature (RFC 7515 section 7.1).
    #[error("the token does not have exactly three parts")]
    NotThreeParts,
    /// A part is not base64url without padding (RFC 7515 section 2).
    #[error("the {0} is not base64url")]
    Encoding(&'static str),
    /// A part is not a JSON object, or has two members of the same name (RFC 7515 section 4, RFC 7519 section 4).
    #[error("the {0} is not a JSON object without repeated names")]
    Json(&'static str),
    /// The header has a parameter that is never accepted.
    #[error("the header has the forbidden parameter {0:?}")]
    ForbiddenParameter(&'static str),
    /// A header parameter is missing, not a string, empty or too long.
    #[error("the header parameter {0:?} is missing or malformed")]
    MalformedParameter(&'static str),
    /// The issuer is not configured for this `alg`.
    #[error("the algorithm {0:?} is not configured for the issuer")]
    Algorithm(String),
    /// The issuer is not configured for this `typ`.
    #[error("the type {0:?} is not configured for the issuer")]
    Type(Option<String>),
    /// The issuer is not trusted.
    #[error("the issuer {0:?} is not trusted")]
    UnknownIssuer(String),
    /// The issuer's keys have not been fetched yet. The caller cannot mend this.
    #[error("the issuer's keys are not loaded yet")]
    KeysNotLoaded,
    /// The issuer's key set has no key with this id. The set is fetched again soon.
    #[error("the key {0:?} is not in the issuer's set")]
    UnknownKey(String),
    /// The named key is for another algorithm, or several suitable keys have this id.
    #[error("not exactly one key with the id {0:?} suits the token's algorithm")]
    UnsuitableKey(String),
    /// The token names no key, and not exactly one key of the issuer suits it.
    #[error("the token names no key, and not exactly one key suits its algorithm")]
    AmbiguousKey,
    /// The key did not sign the token, or the token was altered.
    #[error("the signature is wrong")]
    Signature,
    /// A required claim is missing.
    #[error("the claim {0:?} is missing")]
    MissingClaim(&'static str),
    /// A claim has the wrong type or is outside its limits.
    #[error("the claim {0:?} is malformed")]
    MalformedClaim(&'static str),
    /// The token is for another audience.
    #[error("the token is for another audience")]
    Audience,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` is in the future.
    #[error("the token was issued in the future")]
    IssuedInFuture,
}

impl TokenError {
    /// Returns a text for the client. It repeats nothing of the token.
    pub fn hint(&self) -> String {
        match self {
            Self::TooLong => "The token is longer than 8,192 bytes. Request one with fewer claims.",
            Self::NotThreeParts | Self::Encoding(_) | Self::Json(_) => {
                "The token is not a well-formed JWT. Send it as the issuer returned it."
            }
            Self::ForbiddenParameter(name) => {
                return format!("The token's header has the parameter `{name}`, which is not accepted.");
            }
            Self::MalformedParameter(name) => {
                return format!("The token's header parameter `{name}` is missing, empty, too long or not a text.");
            }
            Self::Algorithm(_) => "The token's algorithm (`alg`) is not accepted from this issuer.",
            Self::Type(_) => "The token's type (`typ`) is not accepted from this issuer.",
            Self::UnknownIssuer(_) => {
                "The token's issuer (`iss`) is not trusted. Request a token from an issuer that this service trusts."
            }
            Self::KeysNotLoaded => "The issuer's keys are not available yet. Try again shortly.",
            Self::UnknownKey(_) => {
                "The issuer's key set has no key that matches the token's `kid`. Request a new token."
            }
            Self::UnsuitableKey(_) => {
                "The issuer's key set does not have exactly one key for the token's `kid` and `alg`. Request a new \
                 token."
            }
            Self::AmbiguousKey => {
                "The token has no `kid`, and the issuer's key set does not have exactly one key for its `alg`. Request \
                 a token with a `kid`."
            }
            Self::Signature => "The token's signature is wrong. Request a new token.",
            Self::MissingClaim(name) => {
                return format!("The token lacks {}. Request a token that has it.", claim(name));
            }
            Self::MalformedClaim(name) => {
                return format!("The token is wrong in {}: the value has the wrong type or form.", claim(name));
            }
            Self::Audience => "The token is for another audience (`aud`). Request a token for this service.",
            Self::Expired => "The token has expired. Request a new one from its issuer.",
            Self::NotYetValid | Self::IssuedInFuture => {
                "The token is not valid yet (`nbf` or `iat` is in the future). Check the clock of the issuer."
            }
        }
        .to_owned()
    }
}

/// Names a claim. The operator chooses the names of the claims with the subject, the name, the roles and the areas.
fn claim(name: &str) -> String {
    match name {
        "subject" | "name" | "roles" | "areas" => format!("the claim that holds the {name}"),
        registered => format!("the claim `{registered}`"),
    }
}

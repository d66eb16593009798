//! Reads the trusted issuers from the operator's JSON list, with profiles for common kinds of issuer. The list is
//! checked when it is read, so that an error is found when the service starts.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use reqwest::Url;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::issuer::{Algorithm, ClaimNames, Issuer, KeySource, normalise_type};
use super::key_set::KeySetError;

/// Why the list of issuers is refused.
#[derive(Debug, thiserror::Error)]
pub enum IssuerConfigError {
    /// The text is not JSON of the expected form.
    #[error("the list of issuers is not JSON of the expected form")]
    Json(#[from] serde_json::Error),
    /// A setting is empty, or contains an empty value.
    #[error("issuer {issuer:?}: {setting:?} is empty, or contains an empty value")]
    Empty {
        /// The issuer's name.
        issuer: String,
        /// The setting's name.
        setting: &'static str,
    },
    /// Neither or both of `jwks_url` and `jwks_file` are given.
    #[error("issuer {0:?}: set exactly one of \"jwks_url\" and \"jwks_file\"")]
    KeySource(String),
    /// `jwks_url` is not a URL, or not one that can be trusted.
    #[error("issuer {issuer:?}: {url:?} is not an https URL without credentials (http only to a loopback address)")]
    Url {
        /// The issuer's name.
        issuer: String,
        /// The value of `jwks_url`.
        url: String,
    },
    /// The list has two entries for one issuer.
    #[error("issuer {0:?} is configured twice: remove one of the entries")]
    Duplicate(String),
    /// The key set cannot be loaded.
    #[error("issuer {issuer:?}: the key set cannot be loaded")]
    Keys {
        /// The issuer's name.
        issuer: String,
        /// Why the key set cannot be loaded.
        #[source]
        error: KeySetError,
    },
}

/// Reads the operator's JSON list of issuers.
///
/// # Errors
/// [`IssuerConfigError`] for the first entry that is not valid.
pub fn read_issuers(json: &str) -> Result<Vec<Issuer>, IssuerConfigError> {
    serde_json::from_str::<Vec<IssuerConfig>>(json)?.into_iter().map(Issuer::try_from).collect()
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Profile {
    /// Access tokens of RFC 9068.
    #[default]
    Rfc9068,
    /// Access tokens of Microsoft Entra, version 2.0.
    Entra,
}

/// One entry of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerConfig {
    issuer: String,
    audiences: Vec<String>,
    #[serde(default)]
    profile: Profile,
    algorithms: Option<Vec<Algorithm>>,
    types: Option<Vec<String>>,
    #[serde(default)]
    accept_untyped: bool,
    #[serde(default)]
    claims: ClaimNamesConfig,
    jwks_url: Option<String>,
    jwks_file: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimNamesConfig {
    subject: Option<String>,
    roles: Option<String>,
    areas: Option<String>,
    name: Option<String>,
    email: Option<String>,
}

impl Profile {
    fn algorithms(self) -> Vec<Algorithm> {
        match self {
            Self::Rfc9068 => vec![Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa],
            Self::Entra => vec![Algorithm::Rs256],
        }
    }

    fn types(self) -> Vec<String> {
        match self {
            Self::Rfc9068 => vec!["at+jwt".to_owned()],
            Self::Entra => vec!["jwt".to_owned()],
        }
    }

    /// Returns the profile's names of claims, except where the operator sets others.
    fn claims(self, config: ClaimNamesConfig) -> ClaimNames {
        let (subject, areas) = match self {
            Self::Rfc9068 => ("sub", "areas"),
            // Entra's `sub` is different in each application; `oid` is not.
            Self::Entra => ("oid", "extn.areas"),
        };
        ClaimNames {
            subject: config.subject.unwrap_or_else(|| subject.to_owned()),
            roles: config.roles.unwrap_or_else(|| "roles".to_owned()),
            areas: config.areas.unwrap_or_else(|| areas.to_owned()),
            name: config.name.unwrap_or_else(|| "name".to_owned()),
            email: config.email.unwrap_or_else(|| "email".to_owned()),
        }
    }
}

impl TryFrom<IssuerConfig> for Issuer {
    type Error = IssuerConfigError;

    fn try_from(config: IssuerConfig) -> Result<Self, IssuerConfigError> {
        let issuer = config.issuer;
        let claims = config.profile.claims(config.claims);
        let types = config.types.unwrap_or_else(|| config.profile.types());
        let algorithms = config.algorithms.unwrap_or_else(|| config.profile.algorithms());
        let names = [&claims.subject, &claims.roles, &claims.areas, &claims.name, &claims.email];

        let blank = |text: &String| text.trim().is_empty();
        let empty = [
            ("issuer", blank(&issuer)),
            ("audiences", config.audiences.is_empty() || config.audiences.iter().any(blank)),
            ("algorithms", algorithms.is_empty()),
            ("types", (types.is_empty() && !config.accept_untyped) || types.iter().any(blank)),
            ("claims", names.into_iter().any(blank)),
        ];
        if let Some((setting, _)) = empty.into_iter().find(|(_, empty)| *empty) {
            return Err(IssuerConfigError::Empty { issuer, setting });
        }

        let keys = match (config.jwks_url, config.jwks_file) {
            (Some(url), None) => match Url::parse(&url) {
                Ok(parsed) if is_trustworthy(&parsed) => KeySource::Url(parsed),
                _ => return Err(IssuerConfigError::Url { issuer, url }),
            },
            (None, Some(file)) => KeySource::File(file),
            _ => return Err(IssuerConfigError::KeySource(issuer)),
        };
        let types = types.iter().map(|token_type| normalise_type(token_type)).collect();
        let accept_untyped = config.accept_untyped;
        Ok(Self { issuer, audiences: config.audiences, algorithms, types, accept_untyped, claims, keys })
    }
}

impl<'de> Deserialize<'de> for Issuer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IssuerConfig::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

/// Returns true for an `https` URL, or an `http` URL of a loopback address, without credentials.
fn is_trustworthy(url: &Url) -> bool {
    let has_no_credentials = url.username().is_empty() && url.password().is_none();
    has_no_credentials && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
}

/// Returns true when the URL's host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

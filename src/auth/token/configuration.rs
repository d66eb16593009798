//! The issuers as an operator writes them: a JSON list, with presets for usual kinds of issuer, checked when read so
//! that a fault is found at start.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use reqwest::Url;
use serde::Deserialize;

use super::issuer::plain_type;
use super::{Algorithm, ClaimNames, Issuer, KeySource, KeysFault};

/// What is wrong with the configuration of issuers.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not JSON of the right form.
    #[error("the list of issuers cannot be read")]
    Json(#[from] serde_json::Error),
    /// A setting that must not be empty, or hold nothing empty.
    #[error("issuer {issuer:?}: {setting:?} is empty, or has an empty value")]
    Empty {
        /// The issuer's name.
        issuer: String,
        /// The setting's name.
        setting: &'static str,
    },
    /// No place for the keys, or two.
    #[error("issuer {0:?}: exactly one of \"jwks_url\" and \"jwks_file\" must be given")]
    KeySource(String),
    /// A `jwks_url` that cannot be trusted or is no URL.
    #[error("issuer {issuer:?}: {url:?} is not an https URL without credentials (http only to a loopback address)")]
    Url {
        /// The issuer's name.
        issuer: String,
        /// As written.
        url: String,
    },
    /// Two configurations for one issuer.
    #[error("issuer {0:?} is configured twice")]
    Twice(String),
    /// The key set does not load, or no client for it can be made.
    #[error("issuer {issuer:?}: the key set cannot be had")]
    Keys {
        /// The issuer's name.
        issuer: String,
        /// Why.
        #[source]
        fault: KeysFault,
    },
}

/// Reads a JSON list of issuers, the form in which an operator configures them.
pub fn read_issuers(json: &str) -> Result<Vec<Issuer>, Fault> {
    serde_json::from_str::<Vec<Written>>(json)?.into_iter().map(Issuer::try_from).collect()
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Profile {
    /// Access tokens as RFC 9068 has them.
    #[default]
    Rfc9068,
    /// Access tokens, version 2.0, of Microsoft Entra.
    Entra,
}

/// An issuer as written in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    issuer: String,
    audiences: Vec<String>,
    #[serde(default)]
    profile: Profile,
    algorithms: Option<Vec<Algorithm>>,
    types: Option<Vec<String>>,
    #[serde(default)]
    accept_untyped: bool,
    #[serde(default)]
    claims: WrittenClaims,
    jwks_url: Option<String>,
    jwks_file: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenClaims {
    subject: Option<String>,
    roles: Option<String>,
    areas: Option<String>,
    name: Option<String>,
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

    /// The profile's names, save where the operator gave others.
    fn claims(self, written: WrittenClaims) -> ClaimNames {
        let (subject, areas) = match self {
            Self::Rfc9068 => ("sub", "areas"),
            // `sub` differs from one application to the next, `oid` does not.
            Self::Entra => ("oid", "extn.areas"),
        };
        ClaimNames {
            subject: written.subject.unwrap_or_else(|| subject.to_owned()),
            roles: written.roles.unwrap_or_else(|| "roles".to_owned()),
            areas: written.areas.unwrap_or_else(|| areas.to_owned()),
            name: written.name.unwrap_or_else(|| "name".to_owned()),
        }
    }
}

impl TryFrom<Written> for Issuer {
    type Error = Fault;

    fn try_from(written: Written) -> Result<Self, Fault> {
        let issuer = written.issuer;
        let claims = written.profile.claims(written.claims);
        let types = written.types.unwrap_or_else(|| written.profile.types());
        let algorithms = written.algorithms.unwrap_or_else(|| written.profile.algorithms());
        let names = [&claims.subject, &claims.roles, &claims.areas, &claims.name];

        let blank = |text: &String| text.trim().is_empty();
        let empty = [
            ("issuer", blank(&issuer)),
            ("audiences", written.audiences.is_empty() || written.audiences.iter().any(blank)),
            ("algorithms", algorithms.is_empty()),
            ("types", (types.is_empty() && !written.accept_untyped) || types.iter().any(blank)),
            ("claims", names.into_iter().any(blank)),
        ];
        if let Some((setting, _)) = empty.into_iter().find(|(_, empty)| *empty) {
            return Err(Fault::Empty { issuer, setting });
        }

        let keys = match (written.jwks_url, written.jwks_file) {
            (Some(url), None) => match Url::parse(&url) {
                Ok(parsed) if trustworthy(&parsed) => KeySource::Url(parsed),
                _ => return Err(Fault::Url { issuer, url }),
            },
            (None, Some(file)) => KeySource::File(file),
            _ => return Err(Fault::KeySource(issuer)),
        };
        let types = types.iter().map(|kind| plain_type(kind)).collect();
        let accept_untyped = written.accept_untyped;
        Ok(Self { issuer, audiences: written.audiences, algorithms, types, accept_untyped, claims, keys })
    }
}

fn trustworthy(url: &Url) -> bool {
    let bare = url.username().is_empty() && url.password().is_none();
    bare && (url.scheme() == "https" || (url.scheme() == "http" && loopback(url)))
}

/// Whether `url` stays on this very machine.
pub(super) fn loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

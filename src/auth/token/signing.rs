//! The development key: made once, kept in the data folder, and used to sign tokens for trying the service out.
//! Production has no such key; its tokens come from its issuers.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};
use uuid::{NoContext, Timestamp, Uuid};

use super::{Algorithm, ClaimNames, Issuer, KeySource};

/// The name of the file in the data folder.
const FILE: &str = "signing-key.pem";
/// The issuer of development tokens.
const ISSUER: &str = "section55-dev";
/// Whom development tokens are for.
const AUDIENCE: &str = "section55";

/// Why the development key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SigningFault {
    /// The file cannot be read or written.
    #[error("the signing key {} cannot be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others than its owner can read the file.
    #[error("the signing key {} is open to other users: its mode must be 0600", .0.display())]
    Exposed(PathBuf),
    /// The file holds no Ed25519 key in PKCS #8.
    #[error("the signing key {} is not an Ed25519 key in PKCS #8", .0.display())]
    Malformed(PathBuf),
    /// No key could be made.
    #[error("no signing key could be made")]
    Making,
}

/// The Ed25519 key that signs development tokens.
pub struct DevelopmentKey {
    pair: Ed25519KeyPair,
}

/// What a development token is to say.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The person or program.
    pub subject: String,
    /// What to call them.
    pub name: Option<String>,
    /// The names of roles.
    pub roles: Vec<String>,
    /// The codes of areas.
    pub areas: Vec<String>,
    /// The instant it is issued at; whole seconds are kept.
    pub issued_at: DateTime<Utc>,
    /// How long it is good for; whole seconds are kept.
    pub lifetime: TimeDelta,
}

impl DevelopmentKey {
    /// The key kept in `dir`.
    pub fn open(dir: &Path) -> Result<Self, SigningFault> {
        let path = dir.join(FILE);
        let (mode, pem) = read(&path).map_err(|source| SigningFault::File { path: path.clone(), source })?;
        if mode & 0o077 != 0 {
            return Err(SigningFault::Exposed(path));
        }
        let der = EncodingKey::from_ed_pem(&pem).map_err(|_| SigningFault::Malformed(path.clone()))?;
        let pair = Ed25519KeyPair::from_pkcs8(der.as_bytes()).map_err(|_| SigningFault::Malformed(path))?;
        Ok(Self { pair })
    }

    /// The key kept in `dir`, made and kept there first if there is none.
    pub fn open_or_create(dir: &Path) -> Result<Self, SigningFault> {
        match Self::open(dir) {
            Err(SigningFault::File { path, source }) if source.kind() == ErrorKind::NotFound => {
                let pkcs8 =
                    Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1()).map_err(|_| SigningFault::Making)?;
                keep(dir, &path, &pem(pkcs8.as_ref())).map_err(|source| SigningFault::File { path, source })?;
                Self::open(dir)
            }
            opened => opened,
        }
    }

    /// The public key as a JWK set (RFC 7517, RFC 8037).
    pub fn jwks(&self) -> Value {
        let (x, kid) = (self.public(), self.id());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x }] })
    }

    /// The issuer to trust so that tokens signed here are believed.
    pub fn issuer(&self) -> Issuer {
        Issuer {
            issuer: ISSUER.to_owned(),
            audiences: vec![AUDIENCE.to_owned()],
            algorithms: vec![Algorithm::EdDsa],
            types: vec!["at+jwt".to_owned()],
            accept_untyped: false,
            claims: ClaimNames {
                subject: "sub".to_owned(),
                roles: "roles".to_owned(),
                areas: "areas".to_owned(),
                name: "name".to_owned(),
            },
            keys: KeySource::Fixed(self.jwks()),
        }
    }

    /// A signed access token for `grant` (RFC 9068).
    pub fn sign(&self, grant: &Grant) -> String {
        let issued_at = grant.issued_at.timestamp();
        let stamp = Timestamp::from_unix(NoContext, issued_at.unsigned_abs(), 0);
        let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.id() });
        let mut claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "client_id": AUDIENCE, "sub": grant.subject,
            "iat": issued_at, "exp": issued_at + grant.lifetime.num_seconds(), "jti": Uuid::new_v7(stamp),
            "roles": grant.roles, "areas": grant.areas,
        });
        if let Some(name) = &grant.name {
            claims["name"] = json!(name);
        }
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = encode(self.pair.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    fn public(&self) -> String {
        encode(self.pair.public_key())
    }

    /// The thumbprint of the public key (RFC 7638, RFC 8037 appendix A.3).
    fn id(&self) -> String {
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.public());
        encode(digest(&SHA256, members.as_bytes()))
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Textual encoding (RFC 7468); the 48 bytes of an Ed25519 key make one line.
fn pem(pkcs8: &[u8]) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(pkcs8))
}

fn read(path: &Path) -> io::Result<(u32, Vec<u8>)> {
    let mode = fs::metadata(path)?.permissions().mode();
    Ok((mode, fs::read(path)?))
}

/// Writes beside `path` and links it there whole, so that neither a crash nor a second process leaves half a key; the
/// first to link wins.
fn keep(dir: &Path, path: &Path, pem: &str) -> io::Result<()> {
    let draft = dir.join(format!("{FILE}.{}", Uuid::now_v7()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let linked =
        file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => File::open(dir)?.sync_all(),
    }
}

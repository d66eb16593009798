//! The development key. It is generated once, stored in the data folder, and signs tokens for trying out the service. A
//! production service has no such key; its tokens come from its issuers.

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

use super::issuer::{Algorithm, ClaimNames, Issuer, KeySource};

/// The name of the file in the data folder.
const FILE: &str = "signing-key.pem";
/// The issuer of development tokens.
const ISSUER: &str = "section55-dev";
/// The audience of development tokens.
const AUDIENCE: &str = "section55";

/// Why the development key cannot be loaded or generated.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The file cannot be read or written.
    #[error("the signing key {} cannot be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// Other users than its owner can read the file.
    #[error("other users can read the signing key {}: run chmod 0600 on it", .0.display())]
    Exposed(PathBuf),
    /// The file is not an Ed25519 key in PKCS #8.
    #[error("the signing key {} is not an Ed25519 key in PKCS #8", .0.display())]
    Malformed(PathBuf),
    /// No key could be generated.
    #[error("no signing key could be generated")]
    Generate,
}

/// The Ed25519 key that signs development tokens.
pub struct DevelopmentKey {
    pair: Ed25519KeyPair,
}

/// The contents of a development token.
#[derive(Debug, Clone)]
pub struct TokenContents {
    /// The person or program. If it is an e-mail address, it is also the claim `email`.
    pub subject: String,
    /// The display name.
    pub name: Option<String>,
    /// The names of roles.
    pub roles: Vec<String>,
    /// The codes of areas.
    pub areas: Vec<String>,
    /// When the token is issued, rounded down to the second.
    pub issued_at: DateTime<Utc>,
    /// How long the token is valid, rounded down to the second.
    pub lifetime: TimeDelta,
}

impl DevelopmentKey {
    /// Loads the key from the folder `dir`.
    ///
    /// # Errors
    /// [`SigningKeyError`] when the file is missing, malformed, or readable by other users.
    pub fn open(dir: &Path) -> Result<Self, SigningKeyError> {
        let path = dir.join(FILE);
        let (mode, pem) = read(&path).map_err(|source| SigningKeyError::File { path: path.clone(), source })?;
        if mode & 0o077 != 0 {
            return Err(SigningKeyError::Exposed(path));
        }
        let der = EncodingKey::from_ed_pem(&pem).map_err(|_| SigningKeyError::Malformed(path.clone()))?;
        let pair = Ed25519KeyPair::from_pkcs8(der.as_bytes()).map_err(|_| SigningKeyError::Malformed(path))?;
        Ok(Self { pair })
    }

    /// Loads the key from the folder `dir`, and generates it there first when there is none.
    ///
    /// # Errors
    /// [`SigningKeyError`] when the key can be neither loaded nor generated.
    pub fn open_or_create(dir: &Path) -> Result<Self, SigningKeyError> {
        match Self::open(dir) {
            Err(SigningKeyError::File { path, source }) if source.kind() == ErrorKind::NotFound => {
                let pkcs8 = Ed25519KeyPair::generate()
                    .and_then(|pair| pair.to_pkcs8v1())
                    .map_err(|_| SigningKeyError::Generate)?;
                write_file(dir, &path, &pem(pkcs8.as_ref()))
                    .map_err(|source| SigningKeyError::File { path, source })?;
                Self::open(dir)
            }
            loaded => loaded,
        }
    }

    /// Returns the public key as a JWK set (RFC 7517, RFC 8037).
    pub fn jwks(&self) -> Value {
        let (x, kid) = (self.public(), self.id());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x }] })
    }

    /// Returns the issuer to trust so that tokens signed with this key are accepted.
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
                email: "email".to_owned(),
            },
            keys: KeySource::Fixed(self.jwks()),
        }
    }

    /// Returns a signed access token with these contents (RFC 9068).
    pub fn sign(&self, contents: &TokenContents) -> String {
        let issued_at = contents.issued_at.timestamp();
        let stamp = Timestamp::from_unix(NoContext, issued_at.unsigned_abs(), 0);
        let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.id() });
        let mut claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "client_id": AUDIENCE, "sub": contents.subject,
            "iat": issued_at, "exp": issued_at + contents.lifetime.num_seconds(), "jti": Uuid::new_v7(stamp),
            "roles": contents.roles, "areas": contents.areas,
        });
        if let Some(name) = &contents.name {
            claims["name"] = json!(name);
        }
        if contents.subject.contains('@') {
            claims["email"] = json!(contents.subject);
        }
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = encode(self.pair.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    fn public(&self) -> String {
        encode(self.pair.public_key())
    }

    /// Returns the thumbprint of the public key (RFC 7638, RFC 8037 appendix A.3).
    fn id(&self) -> String {
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.public());
        encode(digest(&SHA256, members.as_bytes()))
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the textual encoding (RFC 7468). The 48 bytes of an Ed25519 key fit on one line.
fn pem(pkcs8: &[u8]) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(pkcs8))
}

fn read(path: &Path) -> io::Result<(u32, Vec<u8>)> {
    let mode = fs::metadata(path)?.permissions().mode();
    Ok((mode, fs::read(path)?))
}

/// Writes the key to another file and then links it at `path`. A crash therefore leaves no half-written key. When two
/// processes generate a key at once, the first to link it wins.
fn write_file(dir: &Path, path: &Path, pem: &str) -> io::Result<()> {
    let temporary = dir.join(format!("{FILE}.{}", Uuid::now_v7()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    let linked =
        file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&temporary, path));
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => File::open(dir)?.sync_all(),
    }
}

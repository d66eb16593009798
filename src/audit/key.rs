//! The file with the key that signs checkpoints. For `serve`, the operator makes it; `dev` makes it at its first start.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::ledger::{NoteError, SigningKey};

/// The reasons why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("cannot read or write the audit key {}: {source}", path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Users other than the owner can read the file.
    #[error("other users can read the audit key {}: set its mode to 0600", .0.display())]
    Exposed(PathBuf),
    /// The file does not hold an Ed25519 key in PKCS #8.
    #[error("the audit key {} is not an Ed25519 key: it must be PKCS #8 in PEM", .0.display())]
    Malformed(PathBuf),
    /// The origin cannot be the name of a key.
    #[error(
        "{0:?} cannot be the log's origin: an origin must not be empty, and must not have white space or a plus sign"
    )]
    Origin(String),
}

/// Reads the key in a file, to sign under the name `origin`, such as `section55.example.police.uk/audit`.
///
/// # Errors
/// A [`KeyError`] if the file cannot be read, is readable for other users or does not hold a key, or if the origin is
/// wrong.
pub fn open(path: &Path, origin: &str) -> Result<SigningKey, KeyError> {
    let file = |source| KeyError::File { path: path.to_owned(), source };
    if fs::metadata(path).map_err(file)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyError::Exposed(path.to_owned()));
    }
    let pem = fs::read_to_string(path).map_err(file)?;
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let malformed = || KeyError::Malformed(path.to_owned());
    let pkcs8 = STANDARD.decode(text).map_err(|_| malformed())?;
    // With a name that is always accepted, a failure can only be the key's. The next failure is then the origin's.
    SigningKey::new("x", &pkcs8).map_err(|_| malformed())?;
    SigningKey::new(origin, &pkcs8).map_err(|_: NoteError| KeyError::Origin(origin.to_owned()))
}

/// Reads the key in a file, and makes the file first if there is none.
///
/// # Errors
/// As [`open`]; also if the file cannot be made.
pub fn open_or_create(path: &Path, origin: &str) -> Result<SigningKey, KeyError> {
    match open(path, origin) {
        Err(KeyError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
            create(path).map_err(|source| KeyError::File { path: path.to_owned(), source })?;
            open(path, origin)
        }
        opened => opened,
    }
}

/// Writes a new key to a temporary file and links it to the path. If two processes do so at once, the first link stays.
fn create(path: &Path) -> io::Result<()> {
    let pkcs8 = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1());
    let pkcs8 = pkcs8.map_err(|_| io::Error::other("cannot generate a key"))?;
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(pkcs8.as_ref()));
    let temporary = path.with_extension(uuid::Uuid::now_v7().to_string());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    let linked =
        file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&temporary, path));
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

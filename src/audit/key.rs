//! The key that signs checkpoints, in a file: made by the operator for `serve`, at first use for `dev`.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::ledger::{NoteError, SigningKey};

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the audit key {} cannot be read or written: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others than its owner can read the file.
    #[error("the audit key {} is open to other users: its mode must be 0600", .0.display())]
    Exposed(PathBuf),
    /// The file holds no Ed25519 key in PKCS #8.
    #[error("the audit key {} is not an Ed25519 key in PKCS #8, in PEM", .0.display())]
    Malformed(PathBuf),
    /// The name it is to sign under cannot be one.
    #[error("{0:?} cannot be the log's origin: it has white space or a plus sign in it, or is empty")]
    Origin(String),
}

/// The key in a file, to sign as `origin`: a name of its own, such as `section55.example.police.uk/audit`.
pub fn open(path: &Path, origin: &str) -> Result<SigningKey, KeyError> {
    let file = |source| KeyError::File { path: path.to_owned(), source };
    if fs::metadata(path).map_err(file)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyError::Exposed(path.to_owned()));
    }
    let pem = fs::read_to_string(path).map_err(file)?;
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let malformed = || KeyError::Malformed(path.to_owned());
    let pkcs8 = STANDARD.decode(text).map_err(|_| malformed())?;
    // A name that will do tells whether it is the key or the origin that will not.
    SigningKey::new("x", &pkcs8).map_err(|_| malformed())?;
    SigningKey::new(origin, &pkcs8).map_err(|_: NoteError| KeyError::Origin(origin.to_owned()))
}

/// The same, made first where there is no such file.
pub fn open_or_create(path: &Path, origin: &str) -> Result<SigningKey, KeyError> {
    match open(path, origin) {
        Err(KeyError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
            create(path).map_err(|source| KeyError::File { path: path.to_owned(), source })?;
            open(path, origin)
        }
        opened => opened,
    }
}

/// Written beside and linked whole: the first to link wins.
fn create(path: &Path) -> io::Result<()> {
    let made = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1());
    let made = made.map_err(|_| io::Error::other("no key could be made"))?;
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(made.as_ref()));
    let draft = path.with_extension(uuid::Uuid::now_v7().to_string());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let linked =
        file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

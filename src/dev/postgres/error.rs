//! Errors of the private PostgreSQL server. Each message states what to do next.

use std::io;
use std::path::{Path, PathBuf};

/// Why no cluster can be used. Each message names the folder or package concerned.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// PostgreSQL is not installed and cannot be fetched.
    #[error(
        "PostgreSQL was not found, and apt-get is not there to fetch it: install the package `postgresql` \
         (`postgresql-server` on Fedora), or set PG_BINDIR to the folder that holds `postgres` and `initdb`"
    )]
    NotFound,
    /// A folder, such as PG_BINDIR, whose programs cannot be run.
    #[error("the PostgreSQL programs in `{}` cannot be run: {reason}", .bin.display())]
    Unusable {
        /// The folder of the programs.
        bin: PathBuf,
        /// Why they cannot be run.
        reason: String,
    },
    /// Debian's packages could not be fetched.
    #[error(
        "PostgreSQL was not found, and fetching Debian's packages failed at {step}: {detail}\n\
         install the package `postgresql`, or set PG_BINDIR to the folder that holds `postgres` and `initdb`"
    )]
    Fetch {
        /// The step that failed.
        step: String,
        /// The message of the program that failed.
        detail: String,
    },
    /// Running as root, and no other user can run PostgreSQL.
    #[error(
        "PostgreSQL does not run as root, and this system has neither a user `postgres` nor a user `nobody`: create \
         the user `postgres`, or run section55 as another user"
    )]
    NoAccount,
    /// The user that PostgreSQL runs as cannot enter a folder of the path.
    #[error(
        "PostgreSQL runs as the user `{account}`, who may not enter `{}`, a parent of `{}`: \
         choose another folder, or allow others to enter (chmod o+x)", .folder.display(), .path.display()
    )]
    Unreachable {
        /// The user that PostgreSQL runs as.
        account: String,
        /// The folder that cannot be entered.
        folder: PathBuf,
        /// The path that was to be reached.
        path: PathBuf,
    },
    /// Another user owns the cluster's folder.
    #[error("`{}` belongs to the user with id {owner}: run as that user, or choose another folder", .folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// The user id of its owner.
        owner: u32,
    },
    /// The cluster's folder holds other files.
    #[error(
        "`{}` is neither empty nor a PostgreSQL cluster: move it elsewhere, or choose another folder",
        .folder.display()
    )]
    NotACluster {
        /// The folder.
        folder: PathBuf,
    },
    /// Another major version created the cluster.
    #[error(
        "PostgreSQL {cluster} created the cluster in `{}`, but PostgreSQL {found} was found: set PG_BINDIR to the \
         programs of version {cluster}, or remove that folder to start with an empty cluster", .folder.display()
    )]
    Version {
        /// The folder.
        folder: PathBuf,
        /// The version that created the cluster.
        cluster: u32,
        /// The version that was found.
        found: u32,
    },
    /// The cluster could not be created.
    #[error("initdb failed: {detail}")]
    Initdb {
        /// The messages of initdb.
        detail: String,
    },
    /// The server ended, or did not accept connections in time.
    #[error("PostgreSQL {how}; the end of its log `{}`:\n{tail}", .log.display())]
    Start {
        /// What the server did.
        how: &'static str,
        /// The server's log.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// Another process holds the cluster's lock, but its server does not accept connections.
    #[error(
        "another process uses `{}`, but its PostgreSQL does not accept connections: end that process and try again",
        .folder.display()
    )]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The operating system returned an error.
    #[error("{doing} `{}`: {source}", .path.display())]
    Io {
        /// What failed, such as "reading".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// Adds the failed action and its path to an error of the operating system.
pub fn io<E: Into<io::Error>>(doing: &'static str, path: &Path) -> impl FnOnce(E) -> ClusterError {
    let path = path.to_owned();
    move |source| ClusterError::Io { doing, path, source: source.into() }
}

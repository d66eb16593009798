//! What can go wrong with the private PostgreSQL, told so that the reader knows what to do next.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no cluster to use; each message names the folder or package to look at.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// Neither installed nor to be fetched.
    #[error(
        "no PostgreSQL was found, and there is no apt-get to fetch it with: install the package `postgresql` \
         (`postgresql-server` on Fedora), or set PG_BINDIR to the folder of `postgres` and `initdb`"
    )]
    NotFound,
    /// A folder, such as that of PG_BINDIR, that does not hold a PostgreSQL that runs here.
    #[error("`{}` holds no PostgreSQL that can be run: {reason}", .bin.display())]
    Unusable {
        /// The folder of its programs.
        bin: PathBuf,
        /// Why it cannot be run.
        reason: String,
    },
    /// Debian's packages could not be fetched.
    #[error(
        "no PostgreSQL was found, and fetching Debian's packages failed at {step}: {detail}\n\
         install the package `postgresql`, or set PG_BINDIR"
    )]
    Fetch {
        /// What was being done.
        step: String,
        /// What was complained of.
        detail: String,
    },
    /// Running as root without another user to run PostgreSQL as.
    #[error("PostgreSQL refuses to run as root, and there is neither a user `postgres` nor a user `nobody`")]
    NoAccount,
    /// The user PostgreSQL runs as cannot pass through a folder on the way.
    #[error(
        "PostgreSQL runs here as the user `{account}`, who may not enter `{}` on the way to `{}`: \
         choose another folder, or let others pass (chmod o+x)", .folder.display(), .path.display()
    )]
    Unreachable {
        /// Whom PostgreSQL runs as.
        account: String,
        /// The folder.
        folder: PathBuf,
        /// Where to.
        path: PathBuf,
    },
    /// The cluster's folder is another user's.
    #[error("`{}` belongs to the user with id {owner}: run as that user, or choose another folder", .folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// Whose it is, as a user id.
        owner: u32,
    },
    /// Something lies where the cluster would.
    #[error("`{}` is neither empty nor a PostgreSQL cluster: move it away, or choose another folder", .folder.display())]
    NotACluster {
        /// The folder.
        folder: PathBuf,
    },
    /// The cluster was made by another major version.
    #[error(
        "the cluster in `{}` was made by PostgreSQL {cluster}, but the one found is {found}: set PG_BINDIR to the \
         former's programs, or remove that folder to begin anew", .folder.display()
    )]
    Version {
        /// The folder.
        folder: PathBuf,
        /// The version that made the cluster.
        cluster: u32,
        /// The version that was found.
        found: u32,
    },
    /// The cluster could not be made.
    #[error("initdb failed: {detail}")]
    Initdb {
        /// What was complained of.
        detail: String,
    },
    /// The server ended, or did not answer in time.
    #[error("PostgreSQL {how}; the end of its log `{}`:\n{tail}", .log.display())]
    Start {
        /// What it did.
        how: &'static str,
        /// Its log.
        log: PathBuf,
        /// The end of its log.
        tail: String,
    },
    /// Another process keeps the cluster but its server does not answer.
    #[error("another process holds `{}`, but no PostgreSQL answers there", .folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The system refused.
    #[error("{doing} `{}`: {source}", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Where to.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Adds to an error of the system what was being done, and to what.
pub fn io<E: Into<io::Error>>(doing: &'static str, path: &Path) -> impl FnOnce(E) -> ClusterError {
    let path = path.to_owned();
    move |source| ClusterError::Io { doing, path, source: source.into() }
}

//! The data folder of `section55 dev`: the PostgreSQL cluster, the migrated database, the keys and the secret.

use std::fs;
use std::io::{ErrorKind, Write};
use std::num::NonZeroUsize;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use tokio_postgres::error::SqlState;

use super::postgres::{Cluster, ClusterError, Durability};
use crate::audit::{self, Sequencer, Witnesses};
use crate::auth::token::{DevelopmentKey, SigningKeyError};
use crate::clock::Clock;
use crate::db::{
    Address, ConnectError, ConnectionPlan, Db, MigrateError, PlanError, PoolError, ServerVersion, migrate, requirements,
};

/// The name of the database in the private cluster.
const DATABASE: &str = "section55";

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// PostgreSQL cannot be found or started.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The connection to PostgreSQL failed.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// PostgreSQL returned an error.
    #[error("PostgreSQL returned an error: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// The migration failed.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// A version from before the first release created the data.
    #[error(
        "the data in {} was created by a version of section55 from before its first release, and this version cannot \
         migrate it: export what you need with the version that created it, then run `section55 dev --reset`, which \
         removes all data", .0.display()
    )]
    BeforeRelease(PathBuf),
    /// A pool of connections could not be opened.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The connections cannot be divided among the threads.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The development key cannot be read or created.
    #[error(transparent)]
    Key(#[from] SigningKeyError),
    /// The folder has no key that signs tokens.
    #[error("{} has no key that signs tokens: run section55 dev on this folder first, or name another with --data-dir", .0.display())]
    NoKey(PathBuf),
    /// Another process uses the folder.
    #[error("{} is in use by another process: end that process first", .0.display())]
    InUse(PathBuf),
    /// The key of the audit log cannot be read or created.
    #[error(transparent)]
    AuditKey(#[from] audit::key::KeyError),
    /// A file or folder cannot be read or written.
    #[error("{} cannot be used: {source}", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
}

/// An open data folder. Its cluster ends with it, unless another process started the cluster.
pub struct DataFolder {
    /// The path of the folder.
    pub dir: PathBuf,
    /// Pools of the service's two roles.
    pub db: Db,
    /// Pools of the same roles for exports.
    pub exports: Db,
    /// The secret that encrypts cursors and the secrets of webhooks: 32 bytes.
    pub secret: Vec<u8>,
    cluster: Cluster,
    version: ServerVersion,
}

/// What to do with the data of earlier runs when a data folder is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExistingData {
    /// Use it.
    Keep,
    /// Remove all of it first.
    Remove,
}

/// Returns the key that signs development tokens, which `dev` has created.
///
/// # Errors
/// [`DataFolderError`]: there is no such key, or it cannot be read.
pub fn existing_key(dir: &Path) -> Result<DevelopmentKey, DataFolderError> {
    match DevelopmentKey::open(dir) {
        Err(SigningKeyError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
            Err(DataFolderError::NoKey(dir.to_owned()))
        }
        opened => Ok(opened?),
    }
}

/// Returns the key that signs development tokens. Creates it on first use.
///
/// # Errors
/// [`DataFolderError`]: the folder or the key cannot be read or created.
pub fn development_key(dir: &Path) -> Result<DevelopmentKey, DataFolderError> {
    let folder = |source| DataFolderError::Folder { path: dir.to_owned(), source };
    fs::create_dir_all(dir).map_err(folder)?;
    Ok(DevelopmentKey::open_or_create(dir)?)
}

impl DataFolder {
    /// Opens the folder: starts its cluster or attaches to the running one, creates the database and migrates it.
    /// `progress` receives a line for each step.
    ///
    /// # Errors
    /// [`DataFolderError`]. Nothing is removed unless `existing` is [`ExistingData::Remove`].
    pub async fn open(
        dir: &Path,
        durability: Durability,
        existing: ExistingData,
        mut progress: impl FnMut(&str) + Send + 'static,
    ) -> Result<Self, DataFolderError> {
        let path = dir.to_owned();
        let opening = tokio::task::spawn_blocking(move || Cluster::open(&path, durability, &mut progress));
        let cluster = opening.await.map_err(|error| DataFolderError::Folder {
            path: dir.to_owned(),
            source: std::io::Error::other(error),
        })??;
        if existing == ExistingData::Remove {
            remove_data(dir, &cluster).await?;
        }
        let version = prepare(&cluster, DATABASE).await.map_err(|error| match error {
            DataFolderError::Migrate(MigrateError::BeforeRelease(_)) => DataFolderError::BeforeRelease(dir.to_owned()),
            other => other,
        })?;
        let app = Address::parse(&cluster.url("section55_app", DATABASE))?;
        let public = Address::parse(&cluster.url("section55_public", DATABASE))?;
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let (db, exports) = ConnectionPlan::new(threads, None, None)?.open(&app, &public)?;
        Ok(Self { dir: dir.to_owned(), db, exports, secret: secret(dir)?, cluster, version })
    }

    /// True when another process started the cluster.
    pub fn is_attached(&self) -> bool {
        self.cluster.is_attached()
    }

    /// Returns the version of PostgreSQL.
    pub fn version(&self) -> &ServerVersion {
        &self.version
    }

    /// Returns the sequencer of the audit log, with the folder's key, which is created on first use.
    ///
    /// # Errors
    /// [`DataFolderError`]: the key cannot be read or created.
    pub fn sequencer(&self, clock: Clock) -> Result<Sequencer, DataFolderError> {
        let key = audit::key::open_or_create(&self.dir.join("audit-key.pem"), "localhost/section55")?;
        let witness = Witnesses::new(Some(checkpoint(&self.dir)), Vec::new());
        let address = Address::parse(&self.cluster.url("section55_log", DATABASE))?;
        Ok(Sequencer::new(address, key, clock).with_witnesses(witness))
    }

    /// Returns the connection string of the administrator, for `psql`.
    pub fn administrator_url(&self) -> String {
        self.cluster.url(self.cluster.superuser(), DATABASE)
    }

    /// Closes the connections, and stops the cluster if this process started it.
    pub async fn close(self) {
        self.exports.close();
        self.db.close();
        // Stopping blocks until PostgreSQL has ended. The process is ending, so a panic is ignored.
        let _ = tokio::task::spawn_blocking(move || self.cluster.stop()).await;
    }
}

/// Returns the path of the file that holds the last checkpoint outside the database.
fn checkpoint(dir: &Path) -> PathBuf {
    dir.join("audit-checkpoint.txt")
}

/// Removes every record and every stored file. The next [`prepare`] creates the database again.
async fn remove_data(dir: &Path, cluster: &Cluster) -> Result<(), DataFolderError> {
    if cluster.is_attached() {
        return Err(DataFolderError::InUse(dir.to_owned()));
    }
    // The checkpoint goes first: against it, the log of the new database would look like a fork of the old one.
    remove_if_present(checkpoint(dir), |path| fs::remove_file(path))?;
    let administrator = Address::parse(&cluster.url(cluster.superuser(), "postgres"))?;
    administrator.connect().await?.batch_execute(&format!("drop database if exists {DATABASE} with (force)")).await?;
    remove_if_present(dir.join("files"), |path| fs::remove_dir_all(path))
}

/// Removes a file or folder that may not exist.
fn remove_if_present(path: PathBuf, remove: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<(), DataFolderError> {
    match remove(&path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(DataFolderError::Folder { path, source }),
        _ => Ok(()),
    }
}

/// Creates the database unless it exists, migrates it, and allows its roles to log in over the private socket. Returns
/// the version of PostgreSQL.
///
/// # Errors
/// [`DataFolderError`]: PostgreSQL refuses a connection or a statement, or the migration fails.
pub async fn prepare(cluster: &Cluster, database: &'static str) -> Result<ServerVersion, DataFolderError> {
    let administrator = |database: &str| Address::parse(&cluster.url(cluster.superuser(), database));
    let client = administrator("postgres")?.connect().await?;
    if let Err(error) = client.batch_execute(&format!("create database {database}")).await
        && error.code() != Some(&SqlState::DUPLICATE_DATABASE)
    {
        return Err(error.into());
    }
    let mut client = administrator(database)?.connect().await?;
    let version = requirements::check_version(&client).await?;
    migrate::migrate(&mut client).await?;
    client
        .batch_execute(
            "alter role section55_app login; alter role section55_public login; alter role section55_log login",
        )
        .await?;
    Ok(version)
}

/// Returns the secret of the folder. Creates it on first use.
fn secret(dir: &Path) -> Result<Vec<u8>, DataFolderError> {
    let path = dir.join("secret");
    let folder = |source| DataFolderError::Folder { path: path.clone(), source };
    if let Ok(existing) = fs::read(&path)
        && existing.len() == 32
    {
        return Ok(existing);
    }
    let mut secret = [0_u8; 32];
    rand::fill(&mut secret).map_err(|_| folder(std::io::Error::other("the random number generator failed")))?;
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path).map_err(folder)?;
    file.write_all(&secret).and_then(|()| file.sync_all()).map_err(folder)?;
    Ok(secret.to_vec())
}

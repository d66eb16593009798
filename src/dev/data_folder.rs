//! The data folder of `section55 dev`: its cluster, its database brought up to date, its key and its secret.

use std::fs;
use std::io::{ErrorKind, Write};
use std::num::NonZeroUsize;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use tokio_postgres::error::SqlState;

use super::postgres::{Cluster, ClusterError, Durability};
use crate::audit::{self, Sequencer, Witness};
use crate::auth::token::{DevelopmentKey, SigningFault};
use crate::clock::Clock;
use crate::db::{
    Address, ConnectError, Db, MigrateError, PoolError, ServerVersion, migrate, open, requirements, suited,
};

/// The name of the database in the private cluster.
const DATABASE: &str = "section55";

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// No PostgreSQL.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// No connection to it.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// PostgreSQL refused.
    #[error("PostgreSQL refused: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The data was made by a program from before the first release.
    #[error(
        "the data in {} was made by a version of section55 from before its first release, and this version cannot bring it \
         up to date: export what you need with the version that made it, then start with `section55 dev --reset`, which \
         removes all of it", .0.display()
    )]
    BeforeRelease(PathBuf),
    /// No pool.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// No key.
    #[error(transparent)]
    Key(#[from] SigningFault),
    /// Another process uses the folder.
    #[error("{} is in use by another process: end that first", .0.display())]
    InUse(PathBuf),
    /// No key for the log.
    #[error(transparent)]
    AuditKey(#[from] audit::key::KeyError),
    /// The folder cannot be written.
    #[error("{} cannot be used: {source}", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A data folder in use; its cluster ends with it, unless another process runs it.
pub struct DataFolder {
    /// The folder.
    pub dir: PathBuf,
    /// The database, through the service's two roles.
    pub db: Db,
    /// The same through the exports' own connections.
    pub exports: Db,
    /// What cursors are sealed with.
    pub secret: Vec<u8>,
    cluster: Cluster,
    version: ServerVersion,
}

/// Whether a data folder keeps its data when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// The data of the last run is used again.
    Kept,
    /// All data is removed first.
    Removed,
}

/// The key that signs development tokens, made at first use.
pub fn key(dir: &Path) -> Result<DevelopmentKey, DataFolderError> {
    let folder = |source| DataFolderError::Folder { path: dir.to_owned(), source };
    fs::create_dir_all(dir).map_err(folder)?;
    Ok(DevelopmentKey::open_or_create(dir)?)
}

impl DataFolder {
    /// Opens the folder: starts its cluster or joins the running one, creates its database and migrates it.
    ///
    /// # Errors
    /// [`DataFolderError`]. Nothing is removed unless `data` is [`Data::Removed`].
    pub async fn open(
        dir: &Path,
        durability: Durability,
        data: Data,
        mut say: impl FnMut(&str) + Send + 'static,
    ) -> Result<Self, DataFolderError> {
        let path = dir.to_owned();
        let opening = tokio::task::spawn_blocking(move || Cluster::open(&path, durability, &mut say));
        let cluster = opening.await.map_err(|error| DataFolderError::Folder {
            path: dir.to_owned(),
            source: std::io::Error::other(error),
        })??;
        if data == Data::Removed {
            remove_data(dir, &cluster).await?;
        }
        let version = prepare(&cluster, DATABASE).await.map_err(|error| match error {
            DataFolderError::Migrate(MigrateError::BeforeRelease(_)) => DataFolderError::BeforeRelease(dir.to_owned()),
            other => other,
        })?;
        let app = Address::read(&cluster.url("section55_app", DATABASE))?;
        let public = Address::read(&cluster.url("section55_public", DATABASE))?;
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let (many, few) = suited(threads);
        let db = Db::new(open(&app, many, false)?, open(&public, few, true)?);
        let exports = Db::new(open(&app, 2, false)?, open(&public, 2, true)?);
        Ok(Self { dir: dir.to_owned(), db, exports, secret: secret(dir)?, cluster, version })
    }

    /// Whether another process runs the cluster.
    pub fn is_joined(&self) -> bool {
        self.cluster.attached()
    }

    /// The version of PostgreSQL that its cluster runs on.
    pub fn version(&self) -> &ServerVersion {
        &self.version
    }

    /// The sequencer of its log, with the folder's own key, made at first use.
    pub fn sequencer(&self, clock: Clock) -> Result<Sequencer, DataFolderError> {
        let key = audit::key::open_or_create(&self.dir.join("audit-key.pem"), "localhost/section55")?;
        let witness = Witness::new(Some(checkpoint(&self.dir)), Vec::new());
        let address = Address::read(&self.cluster.url("section55_log", DATABASE))?;
        Ok(Sequencer::new(address, key, clock).witness(witness))
    }

    /// How an administrator enters the database, for `psql`.
    pub fn administrator_url(&self) -> String {
        self.cluster.url(self.cluster.superuser(), DATABASE)
    }

    /// Closes the connections and stops the cluster, where it is ours.
    pub async fn close(self) {
        self.exports.close();
        self.db.close();
        // Stopping waits for PostgreSQL; a panic there has nobody left to tell.
        let _ = tokio::task::spawn_blocking(move || self.cluster.stop()).await;
    }
}

/// The file that holds the last checkpoint outside the database.
fn checkpoint(dir: &Path) -> PathBuf {
    dir.join("audit-checkpoint.txt")
}

/// Removes every record and every stored file. The next [`prepare`] creates the database again.
async fn remove_data(dir: &Path, cluster: &Cluster) -> Result<(), DataFolderError> {
    if cluster.attached() {
        return Err(DataFolderError::InUse(dir.to_owned()));
    }
    // The checkpoint goes first: against it, the log of the new database would look like a fork of the old one.
    gone(checkpoint(dir), |path| fs::remove_file(path))?;
    let administrator = Address::read(&cluster.url(cluster.superuser(), "postgres"))?;
    administrator.connect().await?.batch_execute(&format!("drop database if exists {DATABASE} with (force)")).await?;
    gone(dir.join("files"), |path| fs::remove_dir_all(path))
}

/// Removes what may be there.
fn gone(path: PathBuf, remove: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<(), DataFolderError> {
    match remove(&path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(DataFolderError::Folder { path, source }),
        _ => Ok(()),
    }
}

/// Creates the database unless it exists, migrates it, and lets its roles log in over the private socket. Returns the version
/// of PostgreSQL.
pub async fn prepare(cluster: &Cluster, database: &'static str) -> Result<ServerVersion, DataFolderError> {
    let administrator = |database: &str| Address::read(&cluster.url(cluster.superuser(), database));
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

/// The folder's secret, made at first use.
fn secret(dir: &Path) -> Result<Vec<u8>, DataFolderError> {
    let path = dir.join("secret");
    let folder = |source| DataFolderError::Folder { path: path.clone(), source };
    if let Ok(known) = fs::read(&path)
        && known.len() == 32
    {
        return Ok(known);
    }
    let mut made = [0_u8; 32];
    rand::fill(&mut made).map_err(|_| folder(std::io::Error::other("no randomness")))?;
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path).map_err(folder)?;
    file.write_all(&made).and_then(|()| file.sync_all()).map_err(folder)?;
    Ok(made.to_vec())
}

//! The folder of the benchmark and its private PostgreSQL cluster, which flushes commits to disk.

use std::path::{Path, PathBuf};

use section55::db::Address;
use section55::dev::postgres::{Cluster, Durability, default_dir};
use tokio_postgres::Client;

use crate::common::BoxedError;

/// Further settings of the cluster: more memory, and no checkpoints during a run. Durability is PostgreSQL's default.
pub const SETTINGS: &[(&str, &str)] =
    &[("shared_buffers", "512MB"), ("max_wal_size", "2GB"), ("checkpoint_timeout", "30min")];

/// The folder that is kept between runs, and its cluster.
pub struct DataFolder {
    /// The path of the folder.
    pub dir: PathBuf,
    /// The cluster.
    pub cluster: Cluster,
}

fn open(dir: &Path) -> Result<Cluster, BoxedError> {
    Ok(Cluster::open(&dir.join("postgres"), Durability::Synced, &mut |step| eprintln!("  {step}"))?)
}

impl DataFolder {
    /// Opens the folder and starts the cluster with the settings.
    pub async fn open(dir: Option<PathBuf>) -> Result<Self, BoxedError> {
        let dir = dir.unwrap_or_else(|| default_dir().join("bench"));
        std::fs::create_dir_all(&dir)?;
        let folder = Self { cluster: open(&dir)?, dir };
        if folder.cluster.is_attached() {
            return Err(format!("another benchmark is running in {}", folder.dir.display()).into());
        }
        let client = folder.client("postgres").await?;
        let mut changed = false;
        for (name, value) in SETTINGS {
            let shown: String = client.query_one("select current_setting($1)", &[name]).await?.get(0);
            if shown != *value {
                client.batch_execute(&format!("alter system set {name} = '{value}'")).await?;
                changed = true;
            }
        }
        if !changed {
            return Ok(folder);
        }
        drop(client);
        let Self { dir, cluster } = folder;
        cluster.stop();
        Ok(Self { cluster: open(&dir)?, dir })
    }

    /// Returns the folder of the socket.
    pub fn socket(&self) -> &Path {
        self.cluster.socket_dir()
    }

    /// Returns the path of the server's log.
    pub fn log(&self) -> PathBuf {
        self.dir.join("postgres/server.log")
    }

    /// Returns the folder with the files of a database. A store belongs to one database.
    pub fn files(&self, database: &str) -> PathBuf {
        self.dir.join(format!("files-{database}"))
    }

    /// Removes the files of a database that is created again.
    pub fn remove_files(&self, database: &str) -> std::io::Result<()> {
        match std::fs::remove_dir_all(self.files(database)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    /// Returns the connection string for a role and a database.
    pub fn url(&self, role: &str, database: &str) -> String {
        self.cluster.url(role, database)
    }

    /// Opens a connection as the administrator.
    pub async fn client(&self, database: &str) -> Result<Client, BoxedError> {
        Ok(Address::parse(&self.url(self.cluster.superuser(), database))?.connect().await?)
    }
}

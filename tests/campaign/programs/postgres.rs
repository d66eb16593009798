//! A PostgreSQL server that the campaign starts, kills, freezes and replaces. Commits are flushed to the disk.

use std::fs::{self, DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, chown};
use section55::db::Address;
use section55::dev::postgres::Process;
use tokio_postgres::Client;

use super::installation::{DATABASE, Installation, copy_folder, create_folder};
use super::kill_process;
use crate::common::BoxedError;

/// How long PostgreSQL may take until it accepts connections.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// True until a process has ended. It may then stay in the table of processes until init collects it.
fn is_running(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// A PostgreSQL server with its folder.
pub struct Postgres {
    /// The folder with `data`, `socket` and `server.log`.
    pub folder: PathBuf,
    installation: Arc<Installation>,
    /// Settings beside the usual ones, as `name=value`.
    pub settings: Vec<String>,
    process: Option<Process>,
}

impl Postgres {
    /// Creates a server with a copy of the migrated database.
    pub fn with_copy(installation: &Arc<Installation>, folder: PathBuf) -> Result<Self, BoxedError> {
        let server = Self::without_data(installation, folder)?;
        copy_folder(&installation.template(), &server.data())?;
        Ok(server)
    }

    /// Creates a server without a data folder.
    pub fn without_data(installation: &Arc<Installation>, folder: PathBuf) -> Result<Self, BoxedError> {
        create_folder(&folder)?;
        let server = Self { folder, installation: installation.clone(), settings: Vec::new(), process: None };
        DirBuilder::new().mode(0o700).create(server.socket())?;
        let account = &installation.account;
        if !account.is_current_user() {
            chown(&server.socket(), Some(account.uid), Some(account.gid))?;
        }
        Ok(server)
    }

    /// Moves the data folder into another folder, and leaves its write-ahead log behind: on a full disk, PostgreSQL then
    /// refuses statements and keeps running.
    pub fn move_data(&mut self, to: &Path) -> Result<(), BoxedError> {
        let (log, data) = (self.folder.join("write-ahead-log"), to.join("data"));
        fs::rename(self.data().join("pg_wal"), &log)?;
        copy_folder(&self.data(), &data)?;
        fs::remove_dir_all(self.data())?;
        symlink(&log, data.join("pg_wal"))?;
        Ok(symlink(&data, self.data())?)
    }

    /// Returns the data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Returns the folder of the socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    /// Returns the folder of the socket, percent-encoded for a URL.
    pub fn encoded_socket(&self) -> String {
        self.socket().to_string_lossy().replace('/', "%2F")
    }

    /// Returns the address of the database for a role.
    pub fn url(&self, role: &str) -> String {
        format!("postgresql://{role}@/{DATABASE}?host={}", self.encoded_socket())
    }

    /// Opens a connection as the administrator.
    pub async fn administrator(&self) -> Result<Client, BoxedError> {
        Ok(Address::parse(&self.url("postgres"))?.connect().await?)
    }

    /// Starts the server and waits until it accepts connections.
    pub async fn start(&mut self) -> Result<(), BoxedError> {
        let _absent = fs::remove_file(self.data().join("postmaster.pid"));
        let socket = self.socket().display().to_string();
        let mut settings: Vec<String> = [
            "unix_socket_permissions=0700",
            "listen_addresses=",
            "port=5432",
            "max_connections=100",
            "shared_buffers=32MB",
            "max_wal_size=128MB",
            "timezone=UTC",
            "log_timezone=UTC",
            "jit=off",
        ]
        .map(str::to_owned)
        .into();
        settings.push(format!("unix_socket_directories={socket}"));
        settings.extend(self.settings.iter().cloned());
        let mut command = self.installation.binaries.command("postgres", &self.installation.account);
        command.arg("-D").arg(self.data()).args(settings.iter().flat_map(|setting| ["-c", setting]));
        let log = OpenOptions::new().append(true).create(true).open(self.folder.join("server.log"))?;
        command.stdout(log.try_clone()?).stderr(log);
        self.process = Some(Process::start(command)?);
        let began = Instant::now();
        while began.elapsed() < START_TIMEOUT && !self.has_ended() {
            if self.administrator().await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err(format!("PostgreSQL does not start: see {}", self.folder.join("server.log").display()).into())
    }

    /// True when the server has ended, or was never started.
    pub fn has_ended(&mut self) -> bool {
        self.process.as_mut().is_none_or(Process::has_ended)
    }

    /// Returns the process ids of the server: first its postmaster, then its children.
    pub fn processes(&self) -> Vec<Pid> {
        let Some(process) = &self.process else { return Vec::new() };
        let pid = process.pid();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let children = children.split_whitespace().filter_map(|text| text.parse().ok()).map(Pid::from_raw);
        std::iter::once(pid).chain(children).collect()
    }

    /// Kills the postmaster with SIGKILL. With `children`, kills its children too; else they end by themselves. Waits
    /// until all have ended.
    pub async fn kill(&mut self, children: bool) {
        let all = self.processes();
        if let Some(process) = &mut self.process {
            kill_process(process).await;
        }
        let began = Instant::now();
        for pid in all.into_iter().skip(1) {
            while is_running(pid) {
                if children || began.elapsed() > Duration::from_secs(5) {
                    let _ = kill(pid, Signal::SIGKILL);
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        self.process = None;
    }

    /// Sends a signal to every process of the server.
    pub fn signal_all(&self, signal: Signal) {
        for pid in self.processes() {
            let _ = kill(pid, signal);
        }
    }

    /// Stops the server in an orderly way.
    pub async fn stop(&mut self) -> Result<(), BoxedError> {
        if let Some(process) = self.process.take() {
            tokio::task::spawn_blocking(move || drop(process)).await?;
        }
        Ok(())
    }
}

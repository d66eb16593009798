//! A private PostgreSQL server on a Unix socket that only its user can reach. It is created on first use, and it ends
//! with the process that started it. Blocking, and Linux only.

mod binaries;
mod error;
mod fetch;
mod folder;
mod pidfile;
mod process;
mod server;
#[cfg(test)]
mod tests;

use std::env;
use std::fmt::Write;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::{Uid, User};

pub use self::binaries::{Binaries, find as find_binaries};
pub use self::error::ClusterError;
use self::folder::Folder;
use self::pidfile::ServerState;
pub use self::process::{Account, Process};

/// How long to wait while another process creates or starts the same cluster. It may have to fetch PostgreSQL first.
const OTHER_PROCESS_TIMEOUT: Duration = Duration::from_secs(180);

/// How long a server must accept connections without a parent process before we attach to it.
const ORPHAN_GRACE: Duration = Duration::from_secs(1);

const SUPERUSER: &str = "postgres";

/// Whether committed data survives a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Commits are flushed to disk, as PostgreSQL does by default.
    Synced,
    /// Nothing is flushed to disk: faster, for tests.
    Unsynced,
}

/// A running PostgreSQL server. Dropping it stops the server, unless another process started it.
#[derive(Debug)]
pub struct Cluster {
    socket_dir: PathBuf,
    /// The server that this process started. None when another process started it.
    own: Option<OwnServer>,
}

// Fields are dropped in this order: the server must stop before the lock is released.
#[derive(Debug)]
struct OwnServer {
    process: Process,
    folder: Folder,
    _lock: File,
}

impl Cluster {
    /// Finds or fetches PostgreSQL, creates the cluster in `dir` if there is none, and starts it. Waits up to 60 s
    /// until it accepts connections. Attaches to a server that already runs in `dir`, and then ignores `durability`.
    ///
    /// # Errors
    /// [`ClusterError`]: PostgreSQL cannot be found, run, created or started, or the folder cannot be used.
    pub fn open(dir: &Path, durability: Durability, progress: &mut dyn FnMut(&str)) -> Result<Cluster, ClusterError> {
        Cluster::open_with(dir, durability, progress, binaries::find)
    }

    fn open_with(
        dir: &Path,
        durability: Durability,
        progress: &mut dyn FnMut(&str),
        find: impl FnOnce(Option<u32>, &Account, &mut dyn FnMut(&str)) -> Result<Binaries, ClusterError>,
    ) -> Result<Cluster, ClusterError> {
        let account = Account::choose()?;
        let folder = Folder::prepare(dir, &account)?;
        let lock = match wait_to_start_or_attach(&folder)? {
            StartOrAttach::Start(lock) => lock,
            StartOrAttach::Attach(socket_dir) => {
                progress("using the PostgreSQL server that is already running");
                return Ok(Cluster { socket_dir, own: None });
            }
        };

        let version = folder.version()?;
        let binaries = find(version, &account, progress)?;
        let found = binaries.major();
        match version {
            None => {
                progress(&format!("creating a database cluster in {}", folder.data().display()));
                server::initialise(&binaries, &folder, &account, durability)?;
            }
            Some(cluster) if cluster != found => {
                return Err(ClusterError::Version { folder: folder.data(), cluster, found });
            }
            Some(_) => pidfile::remove_stale(&folder.data()),
        }

        progress(&format!("starting PostgreSQL {found}"));
        let socket_dir = folder.socket(&account)?;
        let process = server::start(&binaries, &folder, &account, durability, &socket_dir)?;
        Ok(Cluster { socket_dir, own: Some(OwnServer { process, folder, _lock: lock }) })
    }

    /// Returns the folder of the socket, for the `host` of a client.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// Returns the name of the superuser. No role needs a password.
    pub fn superuser(&self) -> &str {
        SUPERUSER
    }

    /// Returns the connection string for a role and a database.
    pub fn url(&self, role: &str, database: &str) -> String {
        let [role, database] = [role, database].map(|name| percent_encoded(name.as_bytes()));
        format!("postgresql://{role}@/{database}?host={}", percent_encoded(self.socket_dir.as_os_str().as_bytes()))
    }

    /// True when another process started the server. The server then keeps running when this is dropped.
    pub fn is_attached(&self) -> bool {
        self.own.is_none()
    }

    /// Stops the server, if this process started it, and waits up to 30 s. Dropping does the same.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(own) = &mut self.own {
            own.process.stop();
            own.folder.release_socket(&self.socket_dir);
        }
    }
}

/// Returns the cache folder of the current user: `$XDG_CACHE_HOME/section55`, else `~/.cache/section55`. For root it is
/// `/var/cache/section55`, because the user that PostgreSQL runs as cannot enter root's home.
pub fn default_dir() -> PathBuf {
    let user = Uid::effective();
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").or_else(|| User::from_uid(user).ok().flatten().map(|user| user.dir));
    let cache = match user.is_root() {
        true => PathBuf::from("/var/cache"),
        false => absolute("XDG_CACHE_HOME").or_else(|| Some(home()?.join(".cache"))).unwrap_or_else(env::temp_dir),
    };
    cache.join("section55")
}

/// How to get a server.
enum StartOrAttach {
    /// Start a server while holding this lock.
    Start(File),
    /// Attach to the running server, whose socket is in this folder.
    Attach(PathBuf),
}

/// Waits until no server runs and this process holds the lock, or until the server of another process is ready.
fn wait_to_start_or_attach(folder: &Folder) -> Result<StartOrAttach, ClusterError> {
    let began = Instant::now();
    while began.elapsed() < OTHER_PROCESS_TIMEOUT {
        let lock = folder.lock()?;
        match (pidfile::server_state(&folder.data()), lock) {
            (ServerState::Stopped, Some(lock)) => return Ok(StartOrAttach::Start(lock)),
            (ServerState::Ready(_, socket_dir), None) => return Ok(StartOrAttach::Attach(socket_dir)),
            // The lock is free: the server was started by hand, or is stopping because its parent process ended.
            (ServerState::Ready(_, socket_dir), Some(_)) if began.elapsed() > ORPHAN_GRACE => {
                return Ok(StartOrAttach::Attach(socket_dir));
            }
            _ => thread::sleep(Duration::from_millis(50)),
        }
    }
    Err(ClusterError::Busy { folder: folder.data() })
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn percent_encoded(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 3), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(*byte)),
            _ => write!(encoded, "%{byte:02X}").expect("writing to a String does not fail"),
        }
        encoded
    })
}

//! A private PostgreSQL: a real server on a Unix socket that no one else can reach, made where there is none, and ended
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

use self::binaries::Binaries;
pub use self::error::ClusterError;
use self::folder::Folder;
use self::pidfile::Served;
use self::process::{Account, Process};

/// How long to wait for another process that makes or starts the same cluster, perhaps fetching PostgreSQL first.
const ANOTHERS: Duration = Duration::from_secs(180);

/// How long a server must still answer after its keeper is gone until we take it for one that stays.
const ORPHANED: Duration = Duration::from_secs(1);

const SUPERUSER: &str = "postgres";

/// Whether what is committed outlives a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As PostgreSQL promises.
    Kept,
    /// Nothing is written through to the disk: faster, for tests.
    Thrown,
}

/// A running PostgreSQL; when dropped it is stopped, unless it was running before.
#[derive(Debug)]
pub struct Cluster {
    socket_dir: PathBuf,
    /// What we started, and ends with us; none when another did.
    own: Option<Own>,
}

// Fields end in this order: the server before the lock.
#[derive(Debug)]
struct Own {
    process: Process,
    folder: Folder,
    _lock: File,
}

impl Cluster {
    /// Finds or fetches PostgreSQL, makes the cluster in `dir` when there is none, starts it and waits, 60 s at most,
    /// until it answers; attaches instead, whatever the durability, to a server that serves `dir` already.
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
        let lock = match turn(&folder)? {
            Turn::Ours(lock) => lock,
            Turn::Anothers(socket_dir) => {
                progress("using the PostgreSQL that runs already");
                return Ok(Cluster { socket_dir, own: None });
            }
        };

        let version = folder.version()?;
        let binaries = find(version, &account, progress)?;
        let found = binaries.major();
        match version {
            None => {
                progress(&format!("making a database cluster in {}", folder.data().display()));
                server::initialise(&binaries, &folder, &account, durability)?;
            }
            Some(cluster) if cluster != found => {
                return Err(ClusterError::Version { folder: folder.data(), cluster, found });
            }
            Some(_) => pidfile::clear(&folder.data()),
        }

        progress(&format!("starting PostgreSQL {found}"));
        let socket_dir = folder.socket(&account)?;
        let process = server::start(&binaries, &folder, &account, durability, &socket_dir)?;
        Ok(Cluster { socket_dir, own: Some(Own { process, folder, _lock: lock }) })
    }

    /// The folder of the socket, for a client's `host`.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The role that may do everything; as any other, it needs no password.
    pub fn superuser(&self) -> &str {
        SUPERUSER
    }

    /// A connection string for a role and a database.
    pub fn url(&self, role: &str, database: &str) -> String {
        let [role, database] = [role, database].map(|name| percent_encoded(name.as_bytes()));
        format!("postgresql://{role}@/{database}?host={}", percent_encoded(self.socket_dir.as_os_str().as_bytes()))
    }

    /// Whether another process started the server, which then outlives this.
    pub fn attached(&self) -> bool {
        self.own.is_none()
    }

    /// Stops the server if we started it and waits, 30 s at most; dropping does the same.
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

/// The cache folder of the user we are: `$XDG_CACHE_HOME/section55`, else `~/.cache/section55`; as root
/// `/var/cache/section55`, for root's home is closed to the user PostgreSQL runs as.
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

/// Whose part it is to serve a cluster: ours by this lock, or another's, by the socket in this folder.
enum Turn {
    Ours(File),
    Anothers(PathBuf),
}

/// Waits until nobody serves the cluster and we have its lock, or until another's server answers.
fn turn(folder: &Folder) -> Result<Turn, ClusterError> {
    let began = Instant::now();
    while began.elapsed() < ANOTHERS {
        let lock = folder.lock()?;
        match (pidfile::look(&folder.data()), lock) {
            (Served::No, Some(lock)) => return Ok(Turn::Ours(lock)),
            (Served::By(_, socket_dir), None) => return Ok(Turn::Anothers(socket_dir)),
            // Without a keeper it was either started by hand, or is about to follow its keeper.
            (Served::By(_, socket_dir), Some(_)) if began.elapsed() > ORPHANED => {
                return Ok(Turn::Anothers(socket_dir));
            }
            _ => thread::sleep(Duration::from_millis(50)),
        }
    }
    Err(ClusterError::Busy { folder: folder.data() })
}

/// RFC 3986: all but its unreserved characters.
fn percent_encoded(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 3), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(*byte)),
            _ => write!(encoded, "%{byte:02X}").expect("a String takes all"),
        }
        encoded
    })
}

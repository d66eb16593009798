//! The folder of a cluster: its files and their owners. The folder belongs to this process's user. PostgreSQL writes
//! only in subfolders of the user it runs as, so that root never follows a link that this user made.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::{Uid, chown, mkdtemp};

use super::error::{ClusterError, io};
use super::pidfile::SOCKET;
use super::process::{Account, last_lines};

/// The path of a socket must be shorter than this, in bytes (`sun_path` of unix(7)).
const LONGEST_SOCKET: usize = 107;

/// The folder of one cluster.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Creates the folder if it is missing, and checks its owner and that PostgreSQL's user can enter it.
    pub fn prepare(root: &Path, account: &Account) -> Result<Folder, ClusterError> {
        create_folder(root)?;
        let root = root.canonicalize().map_err(io("resolving", root))?;
        let owner = root.metadata().map_err(io("reading the metadata of", &root))?.uid();
        if owner != Uid::effective().as_raw() {
            return Err(ClusterError::Foreign { folder: root, owner });
        }
        check_reachable(&root, account)?;
        Ok(Folder { root })
    }

    /// Returns the data folder of the cluster, PostgreSQL's PGDATA.
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// Returns the path of the server's log.
    pub fn log(&self) -> PathBuf {
        self.root.join("server.log")
    }

    /// Takes the lock for creating, starting and running the cluster. Dropping the file releases it. Returns none when
    /// another process holds the lock.
    pub fn lock(&self) -> Result<Option<File>, ClusterError> {
        lock_file(&self.root, "lock").and_then(|(path, file)| match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(io("locking", &path)(source)),
        })
    }

    /// Returns the major version of the cluster, or none when there is no cluster yet.
    pub fn version(&self) -> Result<Option<u32>, ClusterError> {
        let data = self.data();
        match fs::read_to_string(data.join("PG_VERSION")) {
            Ok(version) => match version.trim().parse() {
                Ok(major) => Ok(Some(major)),
                Err(_) => Err(ClusterError::NotACluster { folder: data }),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let holds_something = fs::read_dir(&data).is_ok_and(|mut entries| entries.next().is_some());
                if holds_something { Err(ClusterError::NotACluster { folder: data }) } else { Ok(None) }
            }
            Err(error) => Err(io("reading", &data)(error)),
        }
    }

    /// Creates an empty folder to create a cluster in. Removes the folders of interrupted attempts.
    pub fn create_draft(&self, account: &Account) -> Result<PathBuf, ClusterError> {
        remove_matching(&self.root, "draft-");
        let draft = mkdtemp(&self.root.join("draft-XXXXXX")).map_err(io("creating a folder in", &self.root))?;
        change_owner(&draft, account)?;
        Ok(draft)
    }

    /// Renames a finished draft to the data folder, atomically.
    pub fn install_draft(&self, draft: &Path) -> Result<(), ClusterError> {
        fs::rename(draft, self.data()).map_err(io("renaming", draft))?;
        File::open(&self.root).and_then(|folder| folder.sync_all()).map_err(io("flushing", &self.root))
    }

    /// Returns the folder of the socket, which only PostgreSQL's user can enter. It is in this folder, or under /tmp
    /// when the path would be too long.
    pub fn socket(&self, account: &Account) -> Result<PathBuf, ClusterError> {
        let socket = self.root.join("socket");
        if can_hold_socket(&socket) {
            if !is_private(&socket, account) {
                let mut builder = DirBuilder::new();
                builder.recursive(true).mode(0o700).create(&socket).map_err(io("creating", &socket))?;
                change_owner(&socket, account)?;
            }
            return Ok(socket);
        }
        let note = self.root.join("socket-folder");
        if let Ok(noted) = fs::read(&note).map(|path| PathBuf::from(OsStr::from_bytes(&path)))
            && is_private(&noted, account)
        {
            return Ok(noted);
        }
        let short = mkdtemp("/tmp/section55-XXXXXX").map_err(io("creating a folder in", Path::new("/tmp")))?;
        change_owner(&short, account)?;
        fs::write(&note, short.as_os_str().as_bytes()).map_err(io("writing", &note))?;
        Ok(short)
    }

    /// Removes the folder of the socket if it is under /tmp.
    pub fn release_socket(&self, socket: &Path) {
        if !socket.starts_with(&self.root) && fs::remove_dir(socket).is_ok() {
            let _absent = fs::remove_file(self.root.join("socket-folder"));
        }
    }

    /// Creates a new log and keeps the previous one as `server.log.1`.
    pub fn new_log(&self) -> Result<File, ClusterError> {
        let log = self.log();
        let _absent = fs::rename(&log, self.root.join("server.log.1"));
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits());
        options.open(&log).map_err(io("opening", &log))
    }

    /// Returns the last 20 lines of the log.
    pub fn log_tail(&self) -> String {
        let mut bytes = Vec::new();
        if let Ok(mut file) = File::open(self.log()) {
            let length = file.metadata().map_or(0, |found| found.len());
            let _unread =
                file.seek(SeekFrom::Start(length.saturating_sub(8192))).and_then(|_| file.read_to_end(&mut bytes));
        }
        last_lines(&String::from_utf8_lossy(&bytes), 20)
    }
}

/// Opens a lock file in a folder, and creates it if it is missing.
pub fn lock_file(folder: &Path, name: &str) -> Result<(PathBuf, File), ClusterError> {
    let path = folder.join(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits());
    let file = options.open(&path).map_err(io("opening", &path))?;
    Ok((path, file))
}

/// Creates a folder and its missing parents. Other users can read it when root creates it, whatever the umask.
pub fn create_folder(folder: &Path) -> Result<(), ClusterError> {
    if folder.is_dir() || folder.as_os_str().is_empty() {
        return Ok(());
    }
    folder.parent().map_or(Ok(()), create_folder)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        created => created.map_err(io("creating", folder))?,
    }
    let mode = if Uid::effective().is_root() { 0o755 } else { 0o700 };
    fs::set_permissions(folder, Permissions::from_mode(mode)).map_err(io("setting the permissions of", folder))
}

/// Checks that a user can enter every folder of a path.
pub fn check_reachable(path: &Path, account: &Account) -> Result<(), ClusterError> {
    // The system reports missing access of the current user. A program run as another user has only its first group.
    if account.is_current_user() {
        return Ok(());
    }
    for folder in path.ancestors().collect::<Vec<_>>().into_iter().rev() {
        let found = folder.metadata().map_err(io("reading the metadata of", folder))?;
        let pass = match (found.uid() == account.uid.as_raw(), found.gid() == account.gid.as_raw()) {
            (true, _) => 0o100,
            (false, true) => 0o010,
            (false, false) => 0o001,
        };
        if found.mode() & pass == 0 {
            let (account, folder, path) = (account.name.clone(), folder.to_owned(), path.to_owned());
            return Err(ClusterError::Unreachable { account, folder, path });
        }
    }
    Ok(())
}

/// Removes the subfolders whose names begin with a prefix. Ignores failures.
pub fn remove_matching(folder: &Path, prefix: &str) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().as_bytes().starts_with(prefix.as_bytes())) {
        let _remains = fs::remove_dir_all(entry.path());
    }
}

/// Gives a folder to PostgreSQL's user.
fn change_owner(folder: &Path, account: &Account) -> Result<(), ClusterError> {
    match account.is_current_user() {
        true => Ok(()),
        false => chown(folder, Some(account.uid), Some(account.gid)).map_err(io("changing the owner of", folder)),
    }
}

/// True for a folder (not a link to one) that the user owns and no other user may enter.
fn is_private(folder: &Path, account: &Account) -> bool {
    fs::symlink_metadata(folder)
        .is_ok_and(|found| found.is_dir() && found.uid() == account.uid.as_raw() && found.mode() & 0o777 == 0o700)
}

fn can_hold_socket(folder: &Path) -> bool {
    let path = folder.join(SOCKET);
    path.to_str().is_some_and(|path| path.len() < LONGEST_SOCKET && !path.chars().any(char::is_control))
}

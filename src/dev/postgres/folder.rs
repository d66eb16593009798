//! The folder of a cluster: what lies where in it and who owns it. It stays ours, and what PostgreSQL writes lies in
//! folders of the user it runs as, so that root follows no link laid by another.

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

/// A socket's path must be shorter than this, in bytes: `sun_path` of unix(7).
const LONGEST_SOCKET: usize = 107;

/// The folder of one cluster.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Makes the folder when there is none, and sees that it is ours and that PostgreSQL's user can reach it.
    pub fn prepare(root: &Path, account: &Account) -> Result<Folder, ClusterError> {
        make(root)?;
        let root = root.canonicalize().map_err(io("resolving", root))?;
        let owner = root.metadata().map_err(io("looking at", &root))?.uid();
        if owner != Uid::effective().as_raw() {
            return Err(ClusterError::Foreign { folder: root, owner });
        }
        reach(&root, account)?;
        Ok(Folder { root })
    }

    /// The cluster's data, PostgreSQL's PGDATA.
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// What the server says.
    pub fn log(&self) -> PathBuf {
        self.root.join("server.log")
    }

    /// The lock of who makes, starts and serves the cluster, freed when dropped; none when another has it.
    pub fn lock(&self) -> Result<Option<File>, ClusterError> {
        lock_file(&self.root, "lock").and_then(|(path, file)| match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(io("locking", &path)(source)),
        })
    }

    /// The major version of the cluster; none when there is no cluster yet.
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

    /// An empty folder to make a cluster in; what an interrupted making left is removed.
    pub fn draft(&self, account: &Account) -> Result<PathBuf, ClusterError> {
        remove_matching(&self.root, "draft-");
        let draft = mkdtemp(&self.root.join("draft-XXXXXX")).map_err(io("making a folder in", &self.root))?;
        give(&draft, account)?;
        Ok(draft)
    }

    /// Makes a finished draft the cluster, at once or not at all.
    pub fn adopt(&self, draft: &Path) -> Result<(), ClusterError> {
        fs::rename(draft, self.data()).map_err(io("renaming", draft))?;
        File::open(&self.root).and_then(|folder| folder.sync_all()).map_err(io("writing out", &self.root))
    }

    /// The folder of the socket, open to PostgreSQL's user alone: beside the data, or under /tmp if that is too long.
    pub fn socket(&self, account: &Account) -> Result<PathBuf, ClusterError> {
        let beside = self.root.join("socket");
        if can_hold_socket(&beside) {
            if !is_private(&beside, account) {
                let mut builder = DirBuilder::new();
                builder.recursive(true).mode(0o700).create(&beside).map_err(io("making", &beside))?;
                give(&beside, account)?;
            }
            return Ok(beside);
        }
        let note = self.root.join("socket-folder");
        if let Ok(noted) = fs::read(&note).map(|path| PathBuf::from(OsStr::from_bytes(&path)))
            && is_private(&noted, account)
        {
            return Ok(noted);
        }
        let short = mkdtemp("/tmp/section55-XXXXXX").map_err(io("making a folder in", Path::new("/tmp")))?;
        give(&short, account)?;
        fs::write(&note, short.as_os_str().as_bytes()).map_err(io("writing", &note))?;
        Ok(short)
    }

    /// Removes a socket's folder that lies under /tmp; one beside the data stays.
    pub fn release_socket(&self, socket: &Path) {
        if !socket.starts_with(&self.root) && fs::remove_dir(socket).is_ok() {
            let _absent = fs::remove_file(self.root.join("socket-folder"));
        }
    }

    /// A new log; the one before it is kept.
    pub fn new_log(&self) -> Result<File, ClusterError> {
        let log = self.log();
        let _absent = fs::rename(&log, self.root.join("server.log.1"));
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits());
        options.open(&log).map_err(io("opening", &log))
    }

    /// The last lines of the log.
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

/// Opens, and makes, a lock file in a folder.
pub fn lock_file(folder: &Path, name: &str) -> Result<(PathBuf, File), ClusterError> {
    let path = folder.join(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits());
    let file = options.open(&path).map_err(io("opening", &path))?;
    Ok((path, file))
}

/// Makes a folder and those above it that are missing: open to read for others when root makes it, whatever the umask.
pub fn make(folder: &Path) -> Result<(), ClusterError> {
    if folder.is_dir() || folder.as_os_str().is_empty() {
        return Ok(());
    }
    folder.parent().map_or(Ok(()), make)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        made => made.map_err(io("making", folder))?,
    }
    let mode = if Uid::effective().is_root() { 0o755 } else { 0o700 };
    fs::set_permissions(folder, Permissions::from_mode(mode)).map_err(io("opening to others", folder))
}

/// Sees that a user can enter every folder on the way to a path, and that path.
pub fn reach(path: &Path, account: &Account) -> Result<(), ClusterError> {
    // For ourselves the system tells; as another user a program has no groups but that user's first.
    if account.is_ours() {
        return Ok(());
    }
    for folder in path.ancestors().collect::<Vec<_>>().into_iter().rev() {
        let found = folder.metadata().map_err(io("looking at", folder))?;
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

/// Removes what lies in a folder under names that begin so, as far as it can be.
pub fn remove_matching(folder: &Path, prefix: &str) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().as_bytes().starts_with(prefix.as_bytes())) {
        let _remains = fs::remove_dir_all(entry.path());
    }
}

fn give(folder: &Path, account: &Account) -> Result<(), ClusterError> {
    match account.is_ours() {
        true => Ok(()),
        false => chown(folder, Some(account.uid), Some(account.gid)).map_err(io("giving to PostgreSQL's user", folder)),
    }
}

/// Whether it is a folder, no link to one, that the user owns and nobody else may enter.
fn is_private(folder: &Path, account: &Account) -> bool {
    fs::symlink_metadata(folder)
        .is_ok_and(|found| found.is_dir() && found.uid() == account.uid.as_raw() && found.mode() & 0o777 == 0o700)
}

fn can_hold_socket(folder: &Path) -> bool {
    let path = folder.join(SOCKET);
    path.to_str().is_some_and(|path| path.len() < LONGEST_SOCKET && !path.chars().any(char::is_control))
}

//! Where PostgreSQL's programs are: PG_BINDIR, the system's folders, PATH, then the copy in our cache folder.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;
use super::fetch;
use super::folder::reach;
use super::process::{Account, run};

/// Where Debian and Ubuntu keep every major version in a folder named after it.
const SYSTEM: &str = "/usr/lib/postgresql";

/// The programs of one PostgreSQL.
#[derive(Debug)]
pub struct Binaries {
    folder: PathBuf,
    libraries: Vec<PathBuf>,
    major: u32,
}

impl Binaries {
    /// The programs in a folder, with the folders of libraries they need beside the system's, once tried.
    pub fn at(folder: &Path, libraries: Vec<PathBuf>, account: &Account) -> Result<Binaries, ClusterError> {
        let unusable = |reason: &str| ClusterError::Unusable { bin: folder.to_owned(), reason: reason.to_owned() };
        let folder = folder.canonicalize().map_err(|error| unusable(&error.to_string()))?;
        reach(&folder, account)?;
        let mut binaries = Binaries { folder: folder.clone(), libraries, major: 0 };
        for program in ["initdb", "postgres"] {
            let mut command = binaries.command(program, account);
            command.arg("--version");
            let told = run(command).map_err(|reason| unusable(&format!("{program}: {reason}")))?;
            binaries.major = major(&told).ok_or_else(|| unusable(&format!("{program} says `{}`", told.trim())))?;
        }
        Ok(binaries)
    }

    /// The major version, such as 15.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// One of the programs, to be run as a user in an environment of its own: no PGDATA, PGOPTIONS or locale of ours.
    pub fn command(&self, program: &str, account: &Account) -> Command {
        let mut command = account.command(&self.folder.join(program));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C");
        if let Ok(libraries) = env::join_paths(&self.libraries)
            && !libraries.is_empty()
        {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command
    }
}

/// The first PostgreSQL of the wanted major version, else the first, else one fetched from Debian.
pub fn find(wanted: Option<u32>, account: &Account, progress: &mut dyn FnMut(&str)) -> Result<Binaries, ClusterError> {
    if let Some(folder) = env::var_os("PG_BINDIR").filter(|folder| !folder.is_empty()) {
        return Binaries::at(Path::new(&folder), Vec::new(), account);
    }
    let here = system().into_iter().chain(on_path(env::var_os("PATH")));
    let mut first = None;
    for folder in here {
        if let Ok(binaries) = Binaries::at(&folder, Vec::new(), account) {
            match wanted.is_none_or(|major| major == binaries.major) {
                true => return Ok(binaries),
                false => first = first.or(Some(binaries)),
            }
        }
    }
    let cache = super::default_dir();
    match fetch::kept(&cache, wanted, account).or(first) {
        Some(binaries) => Ok(binaries),
        None => fetch::fetch(&cache, account, progress),
    }
}

/// Debian's folders, the newest version first.
fn system() -> Vec<PathBuf> {
    numbered(Path::new(SYSTEM), "").into_iter().map(|(_, folder)| folder.join("bin")).collect()
}

/// The folders named by a prefix and a number, the greatest first.
pub fn numbered(parent: &Path, prefix: &str) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let number = |name: OsString| name.to_str()?.strip_prefix(prefix)?.parse().ok();
    let mut found: Vec<(u32, PathBuf)> =
        entries.filter_map(|entry| Some((number(entry.file_name())?, entry.path()))).collect();
    found.sort_unstable_by(|one, other| other.cmp(one));
    found
}

/// Every `postgres` on PATH: the folder that its links lead to, and the one it is named in.
fn on_path(path: Option<OsString>) -> Vec<PathBuf> {
    let folders = path.iter().flat_map(env::split_paths).filter(|folder| folder.is_absolute());
    folders
        .filter_map(|folder| Some((folder.join("postgres").canonicalize().ok()?.parent()?.to_owned(), folder)))
        .flat_map(|(real, named)| [real, named])
        .collect()
}

/// The major version out of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; none of any other program.
fn major(told: &str) -> Option<u32> {
    let version = told.split_once("(PostgreSQL) ")?.1;
    version.split(|found: char| !found.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_off_what_postgres_says() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("initdb (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("postgres, the operator\n"), None);
    }
}

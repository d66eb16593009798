//! Finds PostgreSQL's programs: PG_BINDIR, Debian's folders, PATH, then the copy in the cache folder.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;
use super::fetch;
use super::folder::check_reachable;
use super::process::{Account, run};

/// Debian and Ubuntu install each major version in a folder of this one, named after the version.
const SYSTEM: &str = "/usr/lib/postgresql";

/// The programs of one PostgreSQL installation.
#[derive(Debug)]
pub struct Binaries {
    folder: PathBuf,
    libraries: Vec<PathBuf>,
    major: u32,
}

impl Binaries {
    /// Runs the programs in a folder to check them, with further folders of shared libraries that they need.
    ///
    /// # Errors
    /// [`ClusterError`] when the programs cannot be reached or run.
    pub fn at(folder: &Path, libraries: Vec<PathBuf>, account: &Account) -> Result<Binaries, ClusterError> {
        let unusable = |reason: &str| ClusterError::Unusable { bin: folder.to_owned(), reason: reason.to_owned() };
        let folder = folder.canonicalize().map_err(|error| unusable(&error.to_string()))?;
        check_reachable(&folder, account)?;
        let mut binaries = Binaries { folder: folder.clone(), libraries, major: 0 };
        for program in ["initdb", "postgres"] {
            let mut command = binaries.command(program, account);
            command.arg("--version");
            let output = run(command).map_err(|reason| unusable(&format!("{program}: {reason}")))?;
            binaries.major =
                major(&output).ok_or_else(|| unusable(&format!("`{program} --version` prints `{}`", output.trim())))?;
        }
        Ok(binaries)
    }

    /// Returns the major version, such as 15.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// Returns a command that runs one of the programs as a user, without this process's PGDATA, PGOPTIONS or locale.
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

/// Returns the first PostgreSQL of the wanted major version, else the first that runs, else one fetched from Debian.
///
/// # Errors
/// [`ClusterError`] when there is none and none can be fetched.
pub fn find(wanted: Option<u32>, account: &Account, progress: &mut dyn FnMut(&str)) -> Result<Binaries, ClusterError> {
    if let Some(folder) = env::var_os("PG_BINDIR").filter(|folder| !folder.is_empty()) {
        return Binaries::at(Path::new(&folder), Vec::new(), account);
    }
    let installed = system_folders().into_iter().chain(folders_on_path(env::var_os("PATH")));
    let mut first = None;
    for folder in installed {
        if let Ok(binaries) = Binaries::at(&folder, Vec::new(), account) {
            match wanted.is_none_or(|major| major == binaries.major) {
                true => return Ok(binaries),
                false => first = first.or(Some(binaries)),
            }
        }
    }
    let cache = super::default_dir();
    match fetch::cached(&cache, wanted, account).or(first) {
        Some(binaries) => Ok(binaries),
        None => fetch::fetch(&cache, account, progress),
    }
}

/// Returns Debian's folders of programs, newest version first.
fn system_folders() -> Vec<PathBuf> {
    numbered_folders(Path::new(SYSTEM), "").into_iter().map(|(_, folder)| folder.join("bin")).collect()
}

/// Returns the folders whose names are a prefix and a number, greatest first.
pub fn numbered_folders(parent: &Path, prefix: &str) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let number = |name: OsString| name.to_str()?.strip_prefix(prefix)?.parse().ok();
    let mut found: Vec<(u32, PathBuf)> =
        entries.filter_map(|entry| Some((number(entry.file_name())?, entry.path()))).collect();
    found.sort_unstable_by(|one, other| other.cmp(one));
    found
}

/// Returns the folders of every `postgres` on PATH: with links resolved, and as written in PATH.
fn folders_on_path(path: Option<OsString>) -> Vec<PathBuf> {
    let folders = path.iter().flat_map(env::split_paths).filter(|folder| folder.is_absolute());
    folders
        .filter_map(|folder| Some((folder.join("postgres").canonicalize().ok()?.parent()?.to_owned(), folder)))
        .flat_map(|(resolved, written)| [resolved, written])
        .collect()
}

/// Reads the major version of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`. None for other programs.
fn major(output: &str) -> Option<u32> {
    let version = output.split_once("(PostgreSQL) ")?.1;
    version.split(|found: char| !found.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_the_output_of_postgres() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("initdb (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("postgres, the operator\n"), None);
    }
}

//! Debian's PostgreSQL for the cache folder: its packages and the libraries missing here, unpacked and not installed.
//! Needs apt-get, dpkg and the network, but not root: all of apt's state is private.

use std::collections::HashSet;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::{Uid, mkdtemp};

use super::binaries::{Binaries, numbered};
use super::error::{ClusterError, io};
use super::folder::{lock_file, make, remove_matching};
use super::process::{Account, run};

/// A copy is kept in a folder of this name and the major version.
const KEPT: &str = "postgresql-";
const DRAFT: &str = "fetching-";

/// How deep the libraries' own libraries are sought.
const DEPTH: usize = 6;

/// A copy fetched before, of the wanted major version or the newest, that still runs.
pub fn kept(cache: &Path, wanted: Option<u32>, account: &Account) -> Option<Binaries> {
    let copies = numbered(cache, KEPT).into_iter().filter(|(major, _)| wanted.is_none_or(|wanted| wanted == *major));
    copies.filter_map(|(major, root)| binaries(&root, major, account).ok()).next()
}

/// Fetches and keeps Debian's PostgreSQL, 10 s to a minute; when another process is at it, waits for that one's.
pub fn fetch(cache: &Path, account: &Account, progress: &mut dyn FnMut(&str)) -> Result<Binaries, ClusterError> {
    let on_path = |name| env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|at| at.join(name).is_file());
    if !["apt-get", "apt-cache", "dpkg", "dpkg-query"].into_iter().all(on_path) {
        return Err(ClusterError::NotFound);
    }
    make(cache)?;
    let (path, lock) = lock_file(cache, "fetch.lock")?;
    lock.lock().map_err(io("locking", &path))?;
    if let Some(binaries) = kept(cache, None, account) {
        return Ok(binaries);
    }
    remove_matching(cache, DRAFT);
    let draft = mkdtemp(&cache.join(format!("{DRAFT}XXXXXX"))).map_err(io("making a folder in", cache))?;
    let fetched = Fetch::into(&draft).and_then(|fetch| fetch.unpack(cache, account, progress));
    let _remains = fs::remove_dir_all(&draft);
    fetched
}

/// The programs in an unpacked copy, which find their other files by where they lie themselves.
fn binaries(root: &Path, major: u32, account: &Account) -> Result<Binaries, ClusterError> {
    let bin = root.join(format!("usr/lib/postgresql/{major}/bin"));
    Binaries::at(&bin, libraries(root), account)
}

/// The folders of libraries in an unpacked copy: `lib` and `usr/lib`, for one architecture.
fn libraries(root: &Path) -> Vec<PathBuf> {
    let parents = ["lib", "usr/lib"].map(|parent| root.join(parent));
    let folders = parents.iter().filter_map(|parent| fs::read_dir(parent).ok()).flatten().flatten();
    folders.map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains("-linux-gnu")).collect()
}

/// One fetching, in a folder of its own.
struct Fetch {
    draft: PathBuf,
    root: PathBuf,
}

impl Fetch {
    fn into(draft: &Path) -> Result<Fetch, ClusterError> {
        let fetch = Fetch { draft: draft.to_owned(), root: draft.join("root") };
        for folder in ["state/lists/partial", "cache/archives/partial", "packages", "root"] {
            make(&draft.join(folder))?;
        }
        // apt fetches as a user of its own when it may enter.
        let mode = if Uid::effective().is_root() { 0o755 } else { 0o700 };
        fs::set_permissions(draft, Permissions::from_mode(mode)).map_err(io("opening to others", draft))?;
        Ok(fetch)
    }

    fn unpack(
        &self,
        cache: &Path,
        account: &Account,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Binaries, ClusterError> {
        progress("reading Debian's lists of packages");
        // One broken source of several must not hinder; it is told when the package is in none of the others.
        let update = self.apt("apt-get", ["update", "-oAPT::Update::Error-Mode=any"]);
        // The package of no version depends on that of Debian's version.
        let dependencies = match (self.dependencies(["postgresql"]), update) {
            (Err(_), Err(broken)) => return Err(broken),
            (dependencies, _) => dependencies?,
        };
        let major = dependencies.iter().filter_map(|name| name.strip_prefix(KEPT)?.parse::<u32>().ok()).max();
        let major = major.ok_or_else(|| refused("reading the lists", "the package `postgresql` is not in them"))?;

        progress(&format!("fetching Debian's PostgreSQL {major}, which nothing else will see"));
        let mut names = vec![format!("postgresql-{major}"), format!("postgresql-client-{major}"), "libpq5".to_owned()];
        let mut had = installed()?;
        for _ in 0..DEPTH {
            self.take(&names)?;
            had.extend(names.iter().cloned());
            let missing = self.missing(major)?;
            if missing.is_empty() {
                return self.keep(cache, major, account);
            }
            // LLVM is a hundred megabytes for a compiler of queries that stays off.
            let wanted = |name: &String| name.starts_with("lib") && !name.starts_with("libllvm") && !had.contains(name);
            names = self.dependencies(&names)?.into_iter().filter(wanted).collect();
            if names.is_empty() {
                return Err(refused("seeking its libraries", &missing.join(", ")));
            }
        }
        Err(refused("seeking its libraries", "they need too many others"))
    }

    /// Fetches packages and unpacks them over one another.
    fn take(&self, names: &[String]) -> Result<(), ClusterError> {
        self.apt("apt-get", ["download"].into_iter().chain(names.iter().map(String::as_str)))?;
        let packages = self.draft.join("packages");
        for entry in fs::read_dir(&packages).map_err(io("reading", &packages))?.flatten() {
            let mut dpkg = Command::new("dpkg");
            dpkg.arg("-x").arg(entry.path()).arg(&self.root);
            run(dpkg).map_err(|detail| refused("dpkg -x", &detail))?;
            fs::remove_file(entry.path()).map_err(io("removing", &entry.path()))?;
        }
        Ok(())
    }

    /// The libraries that are neither on the system nor unpacked yet.
    fn missing(&self, major: u32) -> Result<Vec<String>, ClusterError> {
        let mut ldd = Command::new("ldd");
        for program in ["postgres", "initdb", "psql"] {
            ldd.arg(self.root.join(format!("usr/lib/postgresql/{major}/bin/{program}")));
        }
        if let Ok(libraries) = env::join_paths(libraries(&self.root)) {
            ldd.env("LD_LIBRARY_PATH", libraries);
        }
        let told = run(ldd).map_err(|detail| refused("ldd", &detail))?;
        Ok(told.lines().filter_map(|line| Some(line.split_once(" => not found")?.0.trim().to_owned())).collect())
    }

    fn keep(&self, cache: &Path, major: u32, account: &Account) -> Result<Binaries, ClusterError> {
        binaries(&self.root, major, account)?;
        let kept = cache.join(format!("{KEPT}{major}"));
        let _broken = fs::remove_dir_all(&kept);
        fs::rename(&self.root, &kept).map_err(io("renaming", &self.root))?;
        binaries(&kept, major, account)
    }

    fn dependencies<S: AsRef<OsStr>>(&self, names: impl IntoIterator<Item = S>) -> Result<Vec<String>, ClusterError> {
        let names: Vec<S> = names.into_iter().collect();
        let told = self.apt("apt-cache", [OsStr::new("depends")].into_iter().chain(names.iter().map(S::as_ref)))?;
        let depends = |line: &str| Some(line.trim_start_matches([' ', '|']).strip_prefix("Depends: ")?.to_owned());
        Ok(told.lines().filter_map(depends).collect())
    }

    fn apt<S: AsRef<OsStr>>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<String, ClusterError> {
        let mut apt = Command::new(program);
        apt.current_dir(self.draft.join("packages")).env("LC_ALL", "C").arg("-q");
        for (place, folder) in [("State", "state"), ("State::lists", "state/lists"), ("Cache", "cache")] {
            let mut option = OsStr::new("-oDir::").to_owned();
            option.push(place);
            option.push("=");
            option.push(self.draft.join(folder));
            apt.arg(option);
        }
        // Only the lists of packages, and an end to waiting.
        apt.args(["-oAcquire::Languages=none", "-oAcquire::IndexTargets::deb::DEP-11::DefaultEnabled=false"]);
        apt.args(["-oAcquire::http::Timeout=20", "-oAcquire::https::Timeout=20", "-oAcquire::Retries=1"]);
        apt.args(arguments);
        run(apt).map_err(|detail| refused(program, &detail))
    }
}

/// The packages that are installed.
fn installed() -> Result<HashSet<String>, ClusterError> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status} ${Package}\\n"]);
    let told = run(query).map_err(|detail| refused("dpkg-query", &detail))?;
    Ok(told.lines().filter_map(|line| line.strip_prefix("installed ")).map(str::to_owned).collect())
}

fn refused(step: &str, detail: &str) -> ClusterError {
    ClusterError::Fetch { step: step.to_owned(), detail: detail.to_owned() }
}

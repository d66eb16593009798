//! Fetches Debian's PostgreSQL into the cache folder: its packages and missing libraries, unpacked but not installed.
//! Needs apt-get, dpkg and the network, but not root: apt works on private state.

use std::collections::HashSet;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::{Uid, mkdtemp};

use super::binaries::{Binaries, numbered_folders};
use super::error::{ClusterError, io};
use super::folder::{create_folder, lock_file, remove_matching};
use super::process::{Account, run};

/// The name of a copy's folder, before the major version.
const COPY: &str = "postgresql-";
/// The prefix of a folder in which a copy is being made.
const DRAFT: &str = "fetching-";

/// How often dependencies of libraries are followed.
const DEPTH: usize = 6;

/// Returns a copy that was fetched earlier and still runs: of the wanted major version, or the newest.
pub fn cached(cache: &Path, wanted: Option<u32>, account: &Account) -> Option<Binaries> {
    let copies =
        numbered_folders(cache, COPY).into_iter().filter(|(major, _)| wanted.is_none_or(|wanted| wanted == *major));
    copies.filter_map(|(major, root)| binaries(&root, major, account).ok()).next()
}

/// Fetches Debian's PostgreSQL into the cache (10 s to a minute). Waits if another process is fetching it.
pub fn fetch(cache: &Path, account: &Account, progress: &mut dyn FnMut(&str)) -> Result<Binaries, ClusterError> {
    let on_path = |name| env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|at| at.join(name).is_file());
    if !["apt-get", "apt-cache", "dpkg", "dpkg-query"].into_iter().all(on_path) {
        return Err(ClusterError::NotFound);
    }
    create_folder(cache)?;
    let (path, lock) = lock_file(cache, "fetch.lock")?;
    lock.lock().map_err(io("locking", &path))?;
    if let Some(binaries) = cached(cache, None, account) {
        return Ok(binaries);
    }
    remove_matching(cache, DRAFT);
    let draft = mkdtemp(&cache.join(format!("{DRAFT}XXXXXX"))).map_err(io("creating a folder in", cache))?;
    let fetched = Fetch::new(&draft).and_then(|fetch| fetch.run(cache, account, progress));
    let _remains = fs::remove_dir_all(&draft);
    fetched
}

/// Returns the programs of an unpacked copy. They find their other files relative to their own path.
fn binaries(root: &Path, major: u32, account: &Account) -> Result<Binaries, ClusterError> {
    let bin = root.join(format!("usr/lib/postgresql/{major}/bin"));
    Binaries::at(&bin, libraries(root), account)
}

/// Returns the folders of shared libraries in an unpacked copy, below `lib` and `usr/lib`.
fn libraries(root: &Path) -> Vec<PathBuf> {
    let parents = ["lib", "usr/lib"].map(|parent| root.join(parent));
    let folders = parents.iter().filter_map(|parent| fs::read_dir(parent).ok()).flatten().flatten();
    folders.map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains("-linux-gnu")).collect()
}

/// One download, in its own folder.
struct Fetch {
    draft: PathBuf,
    root: PathBuf,
}

impl Fetch {
    fn new(draft: &Path) -> Result<Fetch, ClusterError> {
        let fetch = Fetch { draft: draft.to_owned(), root: draft.join("root") };
        for folder in ["state/lists/partial", "cache/archives/partial", "packages", "root"] {
            create_folder(&draft.join(folder))?;
        }
        // As root, apt downloads as the user `_apt`, who must be able to enter the folder.
        let mode = if Uid::effective().is_root() { 0o755 } else { 0o700 };
        fs::set_permissions(draft, Permissions::from_mode(mode)).map_err(io("setting the permissions of", draft))?;
        Ok(fetch)
    }

    fn run(&self, cache: &Path, account: &Account, progress: &mut dyn FnMut(&str)) -> Result<Binaries, ClusterError> {
        progress("reading Debian's package lists");
        // A broken source is an error only if no other source has the package.
        let update = self.apt("apt-get", ["update", "-oAPT::Update::Error-Mode=any"]);
        // The package `postgresql` depends on the package of Debian's major version.
        let dependencies = match (self.dependencies(["postgresql"]), update) {
            (Err(_), Err(error)) => return Err(error),
            (dependencies, _) => dependencies?,
        };
        let major = dependencies.iter().filter_map(|name| name.strip_prefix(COPY)?.parse::<u32>().ok()).max();
        let major = major
            .ok_or_else(|| fetch_error("reading the package lists", "they do not hold the package `postgresql`"))?;

        progress(&format!("fetching Debian's PostgreSQL {major} into the cache; it is not installed on this system"));
        let mut names = vec![format!("postgresql-{major}"), format!("postgresql-client-{major}"), "libpq5".to_owned()];
        let mut present = installed_packages()?;
        for _ in 0..DEPTH {
            self.download(&names)?;
            present.extend(names.iter().cloned());
            let missing = self.missing_libraries(major)?;
            if missing.is_empty() {
                return self.move_to_cache(cache, major, account);
            }
            // LLVM takes a hundred megabytes and is only needed for JIT compilation, which is off.
            let wanted =
                |name: &String| name.starts_with("lib") && !name.starts_with("libllvm") && !present.contains(name);
            names = self.dependencies(&names)?.into_iter().filter(wanted).collect();
            if names.is_empty() {
                return Err(fetch_error(
                    "finding shared libraries",
                    &format!("no package holds {}", missing.join(", ")),
                ));
            }
        }
        Err(fetch_error("finding shared libraries", "their dependencies are nested too deeply"))
    }

    /// Downloads packages and unpacks them into the root folder.
    fn download(&self, names: &[String]) -> Result<(), ClusterError> {
        self.apt("apt-get", ["download"].into_iter().chain(names.iter().map(String::as_str)))?;
        let packages = self.draft.join("packages");
        for entry in fs::read_dir(&packages).map_err(io("reading", &packages))?.flatten() {
            let mut dpkg = Command::new("dpkg");
            dpkg.arg("-x").arg(entry.path()).arg(&self.root);
            run(dpkg).map_err(|detail| fetch_error("dpkg -x", &detail))?;
            fs::remove_file(entry.path()).map_err(io("removing", &entry.path()))?;
        }
        Ok(())
    }

    /// Returns the shared libraries that are neither on the system nor unpacked.
    fn missing_libraries(&self, major: u32) -> Result<Vec<String>, ClusterError> {
        let mut ldd = Command::new("ldd");
        for program in ["postgres", "initdb", "psql"] {
            ldd.arg(self.root.join(format!("usr/lib/postgresql/{major}/bin/{program}")));
        }
        if let Ok(libraries) = env::join_paths(libraries(&self.root)) {
            ldd.env("LD_LIBRARY_PATH", libraries);
        }
        let output = run(ldd).map_err(|detail| fetch_error("ldd", &detail))?;
        Ok(output.lines().filter_map(|line| Some(line.split_once(" => not found")?.0.trim().to_owned())).collect())
    }

    /// Checks the copy and moves it to its final folder.
    fn move_to_cache(&self, cache: &Path, major: u32, account: &Account) -> Result<Binaries, ClusterError> {
        binaries(&self.root, major, account)?;
        let copy = cache.join(format!("{COPY}{major}"));
        let _absent = fs::remove_dir_all(&copy);
        fs::rename(&self.root, &copy).map_err(io("renaming", &self.root))?;
        binaries(&copy, major, account)
    }

    fn dependencies<S: AsRef<OsStr>>(&self, names: impl IntoIterator<Item = S>) -> Result<Vec<String>, ClusterError> {
        let names: Vec<S> = names.into_iter().collect();
        let output = self.apt("apt-cache", [OsStr::new("depends")].into_iter().chain(names.iter().map(S::as_ref)))?;
        let depends = |line: &str| Some(line.trim_start_matches([' ', '|']).strip_prefix("Depends: ")?.to_owned());
        Ok(output.lines().filter_map(depends).collect())
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
        // Fetch only the package lists, and do not wait without limit.
        apt.args(["-oAcquire::Languages=none", "-oAcquire::IndexTargets::deb::DEP-11::DefaultEnabled=false"]);
        apt.args(["-oAcquire::http::Timeout=20", "-oAcquire::https::Timeout=20", "-oAcquire::Retries=1"]);
        apt.args(arguments);
        run(apt).map_err(|detail| fetch_error(program, &detail))
    }
}

/// Returns the names of the installed packages.
fn installed_packages() -> Result<HashSet<String>, ClusterError> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status} ${Package}\\n"]);
    let output = run(query).map_err(|detail| fetch_error("dpkg-query", &detail))?;
    Ok(output.lines().filter_map(|line| line.strip_prefix("installed ")).map(str::to_owned).collect())
}

fn fetch_error(step: &str, detail: &str) -> ClusterError {
    ClusterError::Fetch { step: step.to_owned(), detail: detail.to_owned() }
}

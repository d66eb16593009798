//! What every scenario starts from: PostgreSQL's programs, a migrated database to copy, and the keys of the service.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::statvfs::statvfs;
use section55::audit::key;
use section55::auth::token::DevelopmentKey;
use section55::db::Address;
use section55::dev::development_key;
use section55::dev::postgres::{Account, Binaries, Cluster, Durability, find_binaries};
use serde_json::json;

use super::small_disk::unmount;
use crate::common::BoxedError;

/// The name of the database.
pub const DATABASE: &str = "section55";
/// The name that the checkpoints of the audit log state.
pub const ORIGIN: &str = "localhost/campaign";

/// Where the scenario `disk-full` mounts its disk, in the folder of a run.
pub const DISK: &str = "disk-full/disk";

/// What every scenario starts from.
pub struct Installation {
    /// The folder of this run. Each scenario has a folder in it.
    pub folder: PathBuf,
    /// The program `section55`.
    pub program: PathBuf,
    /// The user that PostgreSQL runs as.
    pub account: Account,
    /// PostgreSQL's programs.
    pub binaries: Binaries,
    /// The key that signs the tokens of the clients.
    pub token_key: DevelopmentKey,
    /// The public key of the audit log, for `section55 verify --key`.
    pub audit_key: String,
}

/// Returns the folder in memory if there is room, else the temporary folder. What a killed process has written is in
/// the system's memory in either case; in memory, the programs that run beside the campaign do not slow it down.
fn choose_parent() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let has_room = statvfs(memory).is_ok_and(|disk| disk.blocks_available() * disk.fragment_size() >= 2 << 30);
    if has_room { memory.to_owned() } else { std::env::temp_dir() }
}

/// Creates a folder that PostgreSQL's user can enter.
pub fn create_folder(folder: &Path) -> Result<(), BoxedError> {
    fs::create_dir_all(folder)?;
    Ok(fs::set_permissions(folder, Permissions::from_mode(0o755))?)
}

/// Copies a folder with its owners.
pub fn copy_folder(from: &Path, to: &Path) -> Result<(), BoxedError> {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).output()?;
    if copied.status.success() {
        return Ok(());
    }
    Err(format!("cannot copy {} to {}: {}", from.display(), to.display(), String::from_utf8_lossy(&copied.stderr))
        .into())
}

/// Creates the database and migrates it with the program, as an operator does.
async fn migrate(cluster: &Cluster, program: &Path) -> Result<(), BoxedError> {
    let administrator = Address::parse(&cluster.url("postgres", "postgres"))?.connect().await?;
    administrator.batch_execute(&format!("create database {DATABASE}")).await?;
    let mut command = Command::new(program);
    command.arg("migrate").env_clear().env("DATABASE_URL", cluster.url("postgres", DATABASE));
    let migrated = command.output()?;
    if !migrated.status.success() {
        return Err(format!("section55 migrate: {}", String::from_utf8_lossy(&migrated.stderr)).into());
    }
    let roles = ["section55_app", "section55_public", "section55_log"];
    let logins: String = roles.iter().map(|role| format!("alter role {role} login;")).collect();
    Ok(administrator.batch_execute(&logins).await?)
}

impl Installation {
    /// Finds PostgreSQL, or fetches it as `section55 dev` does, and creates the migrated database in a folder below
    /// `parent`.
    pub async fn create(parent: Option<&Path>, program: PathBuf) -> Result<Self, BoxedError> {
        let parent = parent.map_or_else(choose_parent, Path::to_owned);
        let base = parent.join(format!("section55-campaign-{}", nix::unistd::Uid::current()));
        create_folder(&base)?;
        remove_folders_of_ended_runs(&base);
        let folder = base.join(format!("run-{}", std::process::id()));
        create_folder(&folder)?;
        let template = folder.join("template");
        let cluster = tokio::task::spawn_blocking(move || Cluster::open(&template, Durability::Synced, &mut |_| {}));
        let cluster = cluster.await??;
        migrate(&cluster, &program).await?;
        tokio::task::spawn_blocking(move || cluster.stop()).await?;
        let account = Account::choose()?;
        let binaries = find_binaries(None, &account, &mut |_| {})?;

        let token_key = development_key(&folder)?;
        let keys = folder.join("jwks.json");
        fs::write(&keys, token_key.jwks().to_string())?;
        let issuers = json!([{ "issuer": "section55-dev", "audiences": ["section55"], "jwks_file": keys }]);
        fs::write(folder.join("issuers.json"), issuers.to_string())?;
        let audit_key = key::open_or_create(&folder.join("audit-key.pem"), ORIGIN)?.public().to_string();
        Ok(Self { folder, program, account, binaries, token_key, audit_key })
    }

    /// Returns the data folder of the migrated database, to copy.
    pub fn template(&self) -> PathBuf {
        self.folder.join("template/data")
    }

    /// Removes the folder of this run.
    pub fn remove(&self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes the folders of runs that were killed.
fn remove_folders_of_ended_runs(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(pid) = name.strip_prefix("run-")
            && !Path::new("/proc").join(pid).exists()
        {
            unmount(&entry.path().join(DISK));
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

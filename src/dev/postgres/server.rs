//! Creates a cluster with initdb and starts its server with the settings of a private one.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::binaries::Binaries;
use super::error::{ClusterError, io};
use super::folder::Folder;
use super::pidfile::{self, ServerState};
use super::process::{Account, Process, run, wait_until};
use super::{Durability, SUPERUSER};

/// How long a server may take until it accepts connections.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The message of a start while processes of a killed server are still running.
const OLD_PROCESSES_RUNNING: &str = "pre-existing shared memory block";

/// Creates a cluster in a draft folder and renames it to the data folder when it is complete.
pub fn initialise(
    binaries: &Binaries,
    folder: &Folder,
    account: &Account,
    durability: Durability,
) -> Result<(), ClusterError> {
    let mut detail = String::new();
    // Not every system has the locale C.UTF-8, but every system has C.
    for locale in ["C.UTF-8", "C"] {
        let draft = folder.create_draft(account)?;
        let mut initdb = binaries.command("initdb", account);
        initdb.arg("--pgdata").arg(&draft).arg(format!("--username={SUPERUSER}")).arg(format!("--locale={locale}"));
        initdb.args(["--encoding=UTF8", "--data-checksums", "--auth-local=trust", "--auth-host=reject"]);
        initdb.args((durability == Durability::Unsynced).then_some("--no-sync"));
        detail = match run(initdb) {
            Ok(_) => return folder.install_draft(&draft),
            Err(detail) => detail,
        };
        let _remains = fs::remove_dir_all(&draft);
        if !detail.contains("locale") {
            break;
        }
    }
    Err(ClusterError::Initdb { detail })
}

/// Starts the server and waits until it accepts connections on its socket.
pub fn start(
    binaries: &Binaries,
    folder: &Folder,
    account: &Account,
    durability: Durability,
    socket_dir: &Path,
) -> Result<Process, ClusterError> {
    let settings = settings(socket_dir, durability);
    let mut attempts = 0;
    loop {
        let log = folder.new_log()?;
        let mut postgres = binaries.command("postgres", account);
        postgres.arg("-D").arg(folder.data()).args(settings.iter().flat_map(|setting| ["-c", setting]));
        postgres.stdout(log.try_clone().map_err(io("sharing", &folder.log()))?).stderr(log);
        let mut process = Process::start(postgres).map_err(io("starting PostgreSQL for", &folder.data()))?;

        let started = process.pid();
        let mut ended = false;
        let settled = wait_until(START_TIMEOUT, || {
            ended = process.has_ended();
            ended || matches!(pidfile::server_state(&folder.data()), ServerState::Ready(pid, _) if pid == started)
        });
        if settled && !ended {
            return Ok(process);
        }
        process.stop();
        let tail = folder.log_tail();
        attempts += 1;
        if attempts == 10 || !tail.contains(OLD_PROCESSES_RUNNING) {
            let how = if ended { "ended while starting" } else { "did not accept connections within 60 s" };
            return Err(ClusterError::Start { how, log: folder.log(), tail });
        }
        thread::sleep(Duration::from_millis(500));
    }
}

fn settings(socket_dir: &Path, durability: Durability) -> Vec<String> {
    let quoted = socket_dir.display().to_string().replace('"', "\"\"");
    let mut settings = vec![
        format!("unix_socket_directories=\"{quoted}\""),
        "unix_socket_permissions=0700".to_owned(),
        "listen_addresses=".to_owned(),
        "port=5432".to_owned(),
        "max_connections=200".to_owned(),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
        // JIT compilation needs LLVM, which is not fetched, and does not speed up short queries.
        "jit=off".to_owned(),
    ];
    if durability == Durability::Unsynced {
        settings.extend(["fsync", "synchronous_commit", "full_page_writes"].map(|setting| format!("{setting}=off")));
    }
    settings
}

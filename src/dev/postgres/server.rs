//! Making a cluster with initdb and starting its server, with the settings of a private one.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::binaries::Binaries;
use super::error::{ClusterError, io};
use super::folder::Folder;
use super::pidfile::{self, Served};
use super::process::{Account, Process, run, wait_until};
use super::{Durability, SUPERUSER};

/// How long a server may take until it answers.
const STARTING: Duration = Duration::from_secs(60);

/// What a start says while processes of a server that was killed are still about.
const STILL_ENDING: &str = "pre-existing shared memory block";

/// Makes a cluster aside and puts it in place when it is whole.
pub fn initialise(
    binaries: &Binaries,
    folder: &Folder,
    account: &Account,
    durability: Durability,
) -> Result<(), ClusterError> {
    let mut detail = String::new();
    // Not every system has C.UTF-8; every one has C.
    for locale in ["C.UTF-8", "C"] {
        let draft = folder.draft(account)?;
        let mut initdb = binaries.command("initdb", account);
        initdb.arg("--pgdata").arg(&draft).arg(format!("--username={SUPERUSER}")).arg(format!("--locale={locale}"));
        initdb.args(["--encoding=UTF8", "--data-checksums", "--auth-local=trust", "--auth-host=reject"]);
        initdb.args((durability == Durability::Thrown).then_some("--no-sync"));
        detail = match run(initdb) {
            Ok(_) => return folder.adopt(&draft),
            Err(detail) => detail,
        };
        let _remains = fs::remove_dir_all(&draft);
        if !detail.contains("locale") {
            break;
        }
    }
    Err(ClusterError::Initdb { detail })
}

/// Starts the server and waits until it answers on its socket.
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

        let ours = process.pid();
        let mut ended = false;
        let settled = wait_until(STARTING, || {
            ended = process.ended();
            ended || matches!(pidfile::look(&folder.data()), Served::By(pid, _) if pid == ours)
        });
        if settled && !ended {
            return Ok(process);
        }
        process.stop();
        let tail = folder.log_tail();
        attempts += 1;
        if attempts == 10 || !tail.contains(STILL_ENDING) {
            let how = if ended { "ended as it started" } else { "did not answer within 60 s" };
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
        // Its compiler of queries, LLVM, is not fetched, and short queries gain nothing by it.
        "jit=off".to_owned(),
    ];
    if durability == Durability::Thrown {
        settings.extend(["fsync", "synchronous_commit", "full_page_writes"].map(|setting| format!("{setting}=off")));
    }
    settings
}

//! What PostgreSQL's own `postmaster.pid` tells: whether a server serves a cluster, and by which socket. Its lines are
//! fixed since version 10: 1 the process, 5 the socket's folder, 8 the state.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// The name of the socket in its folder: 5432 is the port that clients assume.
pub const SOCKET: &str = ".s.PGSQL.5432";

const FILE: &str = "postmaster.pid";

/// Whether a cluster is served.
#[derive(Debug, PartialEq, Eq)]
pub enum Served {
    /// No living server.
    No,
    /// A server lives, but starts, stops or does not answer.
    NotNow,
    /// This process answers on the socket in this folder.
    By(Pid, PathBuf),
}

/// Looks whether a server serves the cluster with this data.
pub fn look(data: &Path) -> Served {
    let Ok(record) = fs::read(data.join(FILE)) else { return Served::No };
    let lines: Vec<&[u8]> = record.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    let Some(pid) = pid(&lines) else { return Served::NotNow };
    if !is_server(pid, data) {
        return Served::No;
    }
    let [_, _, _, _, folder, _, _, b"ready", ..] = lines[..] else { return Served::NotNow };
    let folder = PathBuf::from(OsStr::from_bytes(folder));
    match UnixStream::connect(folder.join(SOCKET)) {
        Ok(_) => Served::By(pid, folder),
        Err(_) => Served::NotNow,
    }
}

/// Removes what a crash left when its process id is by now another program's: PostgreSQL would take that for a server.
///
/// Only for who holds the cluster's lock, and after [`look`] said no.
pub fn clear(data: &Path) {
    let Ok(record) = fs::read(data.join(FILE)) else { return };
    let lines: Vec<&[u8]> = record.split(|byte| *byte == b'\n').collect();
    if pid(&lines).is_some_and(|pid| lives(pid) && !is_server(pid, data)) {
        let _absent = fs::remove_file(data.join(FILE));
    }
}

fn pid(lines: &[&[u8]]) -> Option<Pid> {
    let raw: i32 = str::from_utf8(lines.first()?).ok()?.trim().parse().ok()?;
    (raw > 0).then(|| Pid::from_raw(raw))
}

fn lives(pid: Pid) -> bool {
    kill(pid, None) != Err(Errno::ESRCH)
}

/// Whether a process is the server of this very cluster; a dead one still waited for has no command line.
fn is_server(pid: Pid, data: &Path) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    let command = fs::read(process.join("cmdline")).unwrap_or_default();
    let program = command.split(|byte| *byte == 0).next().unwrap_or_default();
    let name = Path::new(OsStr::from_bytes(program)).file_name();
    let is_postgres = name.is_some_and(|name| name == "postgres" || name == "postmaster");
    // A server works in its data folder. Where we may not see that, what its name tells has to do.
    is_postgres && fs::read_link(process.join("cwd")).map_or(true, |folder| folder == data)
}

//! Reads PostgreSQL's `postmaster.pid`: whether a server runs for a cluster, and its socket. The lines have been fixed
//! since version 10: 1 is the process id, 5 the folder of the socket, 8 the state.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// The file name of the socket. Clients assume the port 5432.
pub const SOCKET: &str = ".s.PGSQL.5432";

const FILE: &str = "postmaster.pid";

/// The state of a cluster's server.
#[derive(Debug, PartialEq, Eq)]
pub enum ServerState {
    /// No server runs.
    Stopped,
    /// A server runs, but is starting, stopping or not accepting connections.
    NotReady,
    /// The process accepts connections on the socket in this folder.
    Ready(Pid, PathBuf),
}

/// Returns the state of the server of the cluster in this data folder.
pub fn server_state(data: &Path) -> ServerState {
    let Ok(record) = fs::read(data.join(FILE)) else { return ServerState::Stopped };
    let lines: Vec<&[u8]> = record.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    let Some(pid) = pid(&lines) else { return ServerState::NotReady };
    if !is_server(pid, data) {
        return ServerState::Stopped;
    }
    let [_, _, _, _, folder, _, _, b"ready", ..] = lines[..] else { return ServerState::NotReady };
    let folder = PathBuf::from(OsStr::from_bytes(folder));
    match UnixStream::connect(folder.join(SOCKET)) {
        Ok(_) => ServerState::Ready(pid, folder),
        Err(_) => ServerState::NotReady,
    }
}

/// Removes the file of a crashed server whose process id now belongs to another program. PostgreSQL would take that
/// program for a running server and refuse to start.
///
/// Call this only with the cluster's lock, after [`server_state`] returned [`ServerState::Stopped`].
pub fn remove_stale(data: &Path) {
    let Ok(record) = fs::read(data.join(FILE)) else { return };
    let lines: Vec<&[u8]> = record.split(|byte| *byte == b'\n').collect();
    if pid(&lines).is_some_and(|pid| is_running(pid) && !is_server(pid, data)) {
        let _absent = fs::remove_file(data.join(FILE));
    }
}

fn pid(lines: &[&[u8]]) -> Option<Pid> {
    let raw: i32 = str::from_utf8(lines.first()?).ok()?.trim().parse().ok()?;
    (raw > 0).then(|| Pid::from_raw(raw))
}

fn is_running(pid: Pid) -> bool {
    kill(pid, None) != Err(Errno::ESRCH)
}

/// True when the process is the server of this cluster. A zombie process has no command line and is none.
fn is_server(pid: Pid, data: &Path) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    let command = fs::read(process.join("cmdline")).unwrap_or_default();
    let program = command.split(|byte| *byte == 0).next().unwrap_or_default();
    let name = Path::new(OsStr::from_bytes(program)).file_name();
    let is_postgres = name.is_some_and(|name| name == "postgres" || name == "postmaster");
    // A server's working folder is its data folder. Without permission to read the link, the program's name decides.
    is_postgres && fs::read_link(process.join("cwd")).map_or(true, |folder| folder == data)
}

//! Runs programs as another user. They end when this process ends, even when it is killed. Of PostgreSQL this file
//! knows only that it does not run as root and that SIGINT is its fast shutdown.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Gid, Pid, Uid, User, getpid, getppid, setsid};

use super::error::{ClusterError, io as failing};

/// The signals that stop a server, in order: PostgreSQL's fast shutdown, its immediate shutdown, then SIGKILL.
const STOP_SIGNALS: [(Signal, Duration); 3] = [
    (Signal::SIGINT, Duration::from_secs(20)),
    (Signal::SIGQUIT, Duration::from_secs(5)),
    (Signal::SIGKILL, Duration::from_secs(5)),
];

/// The user a program runs as.
#[derive(Debug, Clone)]
pub struct Account {
    /// The name of the user, or its number if it has no name.
    pub name: String,
    /// The id of the user.
    pub uid: Uid,
    /// The id of the user's first group.
    pub gid: Gid,
}

impl Account {
    /// Returns the current user. For root, as whom PostgreSQL does not run, returns `postgres`, else `nobody`.
    ///
    /// # Errors
    /// [`ClusterError`] when the users cannot be looked up, or none of them exists.
    pub fn choose() -> Result<Account, ClusterError> {
        let find = |name| User::from_name(name).map_err(failing("looking up the user", Path::new(name)));
        let current = Uid::effective();
        let user = match current.is_root() {
            true => find("postgres")?.or(find("nobody")?).ok_or(ClusterError::NoAccount)?,
            false => match User::from_uid(current).ok().flatten() {
                Some(user) => user,
                None => return Ok(Account { name: current.to_string(), uid: current, gid: Gid::effective() }),
            },
        };
        Ok(Account { name: user.name, uid: user.uid, gid: user.gid })
    }

    /// True for the user that this process runs as.
    pub fn is_current_user(&self) -> bool {
        self.uid == Uid::effective()
    }

    /// Returns a command that runs a program as this user, with empty standard input and `/` as its working folder.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null());
        if !self.is_current_user() {
            command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
        }
        command
    }
}

/// Sends the program a signal when the thread that spawns it ends. With its own session, no terminal signal reaches it.
pub fn end_with_parent(command: &mut Command, signal: Signal, own_session: bool) {
    let parent = getpid();
    let before_exec = move || {
        // Set here, not earlier: the kernel clears the signal when the user changes, and std has changed it by now.
        prctl::set_pdeathsig(signal)?;
        if getppid() != parent {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if own_session {
            setsid()?;
        }
        Ok(())
    };
    // SAFETY: between fork and exec the closure only makes system calls that are safe after a fork of a threaded
    // process; it does not allocate, lock or panic, and it owns what it reads.
    #[expect(unsafe_code, reason = "pre_exec is the only way to run code between fork and exec")]
    unsafe {
        command.pre_exec(before_exec);
    }
}

/// Runs a program and returns its output. The error is its status and the last lines of its standard error.
pub fn run(mut command: Command) -> Result<String, String> {
    end_with_parent(&mut command, Signal::SIGTERM, false);
    let output = command.output().map_err(|error| error.to_string())?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    match output.status.success() {
        true => Ok(stdout.into_owned()),
        false => Err(format!("{}\n{}", output.status, last_lines(&stderr, 12))),
    }
}

/// Returns the last lines of a text.
pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Checks a condition every 10 ms until it is true or the time is up. Returns whether it became true.
pub fn wait_until(timeout: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    loop {
        if condition() {
            return true;
        }
        if began.elapsed() >= timeout {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// A server process. It ends when this is dropped and when this process ends for any reason.
#[derive(Debug)]
pub struct Process {
    child: Child,
    // For the kernel the parent is the spawning thread, not the process. That thread waits until this is dropped.
    _parent: Sender<()>,
}

impl Process {
    /// Starts a program in its own session, from a thread that lives as long as the program.
    ///
    /// # Errors
    /// The error of the operating system when the program cannot be started.
    pub fn start(mut command: Command) -> io::Result<Process> {
        end_with_parent(&mut command, Signal::SIGINT, true);
        let (send_child, receive_child) = mpsc::channel();
        let (parent, dropped) = mpsc::channel::<()>();
        thread::Builder::new().name("postgres".to_owned()).spawn(move || {
            let started = send_child.send(command.spawn());
            if started.is_ok() {
                let _ended = dropped.recv();
            }
        })?;
        let child = receive_child.recv().map_err(io::Error::other)??;
        Ok(Process { child, _parent: parent })
    }

    /// Returns the process id.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// True when the process has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Stops the process and waits up to 30 s. Does nothing when it has already ended.
    pub fn stop(&mut self) {
        for (signal, timeout) in STOP_SIGNALS {
            // The id stays reserved until `try_wait` collects the process, so the signal cannot hit another one.
            if self.has_ended() || (kill(self.pid(), signal).is_ok() && wait_until(timeout, || self.has_ended())) {
                return;
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

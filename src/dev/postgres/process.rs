//! Running a program as another user so that it ends when we do, even when we are killed. Knows nothing of PostgreSQL
//! but that it refuses root and that SIGINT stops it fast.

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

/// How a server is asked to stop: PostgreSQL's fast, then its immediate shutdown, then by force.
const STOPPING: [(Signal, Duration); 3] = [
    (Signal::SIGINT, Duration::from_secs(20)),
    (Signal::SIGQUIT, Duration::from_secs(5)),
    (Signal::SIGKILL, Duration::from_secs(5)),
];

/// The user a program runs as.
#[derive(Debug, Clone)]
pub struct Account {
    pub name: String,
    pub uid: Uid,
    pub gid: Gid,
}

impl Account {
    /// Ourselves; as root, which PostgreSQL refuses, the user `postgres`, else `nobody`.
    pub fn choose() -> Result<Account, ClusterError> {
        let known = |name| User::from_name(name).map_err(failing("looking up the user", Path::new(name)));
        let us = Uid::effective();
        let user = match us.is_root() {
            true => known("postgres")?.or(known("nobody")?).ok_or(ClusterError::NoAccount)?,
            false => match User::from_uid(us).ok().flatten() {
                Some(user) => user,
                None => return Ok(Account { name: us.to_string(), uid: us, gid: Gid::effective() }),
            },
        };
        Ok(Account { name: user.name, uid: user.uid, gid: user.gid })
    }

    /// Whether it is the user we run as ourselves.
    pub fn is_ours(&self) -> bool {
        self.uid == Uid::effective()
    }

    /// A program to be run as this user, with nothing on its input and no folder of ours as its own.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null());
        if !self.is_ours() {
            command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
        }
        command
    }
}

/// Sends the program a signal when the thread that spawns it ends; in a session of its own no terminal reaches it.
pub fn tie(command: &mut Command, signal: Signal, own_session: bool) {
    let parent = getpid();
    let before_exec = move || {
        // Here, for the kernel forgets the signal when the user changes, which std has done by now.
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
    #[expect(unsafe_code, reason = "the one call between fork and exec")]
    unsafe {
        command.pre_exec(before_exec);
    }
}

/// Runs a program to its end and gives what it printed; the error is the end of what it complained of.
pub fn run(mut command: Command) -> Result<String, String> {
    tie(&mut command, Signal::SIGTERM, false);
    let output = command.output().map_err(|error| error.to_string())?;
    let (told, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    match output.status.success() {
        true => Ok(told.into_owned()),
        false => Err(format!("{}\n{}", output.status, last_lines(&complaint, 12))),
    }
}

/// The last lines of a text.
pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Tries every 10 ms until it holds or time is up; tells whether it held.
pub fn wait_until(patience: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    loop {
        if holds() {
            return true;
        }
        if began.elapsed() >= patience {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// A server process of ours: it ends when this is dropped, and when we end in any way.
#[derive(Debug)]
pub struct Process {
    child: Child,
    // The parent of the child, to the kernel, is the thread that spawned it: that thread waits until this is dropped.
    _parent: Sender<()>,
}

impl Process {
    /// Starts a program in a session of its own, from a thread that lives as long as it.
    pub fn start(mut command: Command) -> io::Result<Process> {
        tie(&mut command, Signal::SIGINT, true);
        let (hand_over, handed_over) = mpsc::channel();
        let (parent, released) = mpsc::channel::<()>();
        thread::Builder::new().name("postgres".to_owned()).spawn(move || {
            let started = hand_over.send(command.spawn());
            if started.is_ok() {
                let _ended = released.recv();
            }
        })?;
        let child = handed_over.recv().map_err(io::Error::other)??;
        Ok(Process { child, _parent: parent })
    }

    /// Its process id.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Whether it has ended.
    pub fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Stops it and waits, 30 s at most; nothing when it has ended already.
    pub fn stop(&mut self) {
        for (signal, patience) in STOPPING {
            // Until it is waited for, its id is nobody else's.
            if self.ended() || (kill(self.pid(), signal).is_ok() && wait_until(patience, || self.ended())) {
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

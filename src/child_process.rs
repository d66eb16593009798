//! Child processes that read files within limits. A file that needs too much memory or time ends that process, and not
//! the service.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::resource::{Resource, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::api::Problem;

/// The address space of a child process, in bytes.
const MAX_MEMORY: u64 = 512 * 1024 * 1024;
/// The processor time of a child process, in seconds.
const MAX_SECONDS: u64 = 20;
/// The longest time that the service waits for a child process. Other work can keep the processors busy.
pub const TIMEOUT: Duration = Duration::from_secs(MAX_SECONDS + 10);
/// The most output of a child process, in bytes.
const MAX_OUTPUT: u64 = 128 * 1024 * 1024;
/// Rust's exit code after a panic.
pub const PANIC: i32 = 101;

/// Limits the number of child processes.
pub static CHILD_PROCESSES: Semaphore = Semaphore::const_new(2);

/// What a child process reads.
pub enum Input {
    /// The file, on its standard input.
    File(std::fs::File),
    /// These bytes, through a pipe.
    Bytes(Vec<u8>),
}

/// How a child process ended.
pub enum Outcome {
    /// It wrote this, and succeeded.
    Output(Vec<u8>),
    /// It needed too much memory or time.
    TooLarge,
    /// It panicked: the file is damaged in a way that its reader does not expect.
    Panicked,
}

/// Limits the memory and the processor time of this process. Called in the child process.
///
/// # Errors
///
/// Returns the error of the system.
pub fn limit_this_process() -> io::Result<()> {
    // A core dump would store the content of the file on disk.
    let limits = [(Resource::RLIMIT_AS, MAX_MEMORY), (Resource::RLIMIT_CPU, MAX_SECONDS), (Resource::RLIMIT_CORE, 0)];
    for (resource, limit) in limits {
        setrlimit(resource, limit, limit)?;
    }
    Ok(())
}

/// Runs a program with these arguments, and returns its output.
///
/// # Errors
///
/// Returns 500 if the process cannot be started, or ends with an exit code of its own.
pub async fn run(program: &Path, arguments: &[&str], input: Input) -> Result<Outcome, Problem> {
    let _permit = CHILD_PROCESSES.acquire().await.map_err(Problem::internal)?;
    let (stdin, bytes) = match input {
        Input::File(file) => (Stdio::from(file), Vec::new()),
        Input::Bytes(bytes) => (Stdio::piped(), bytes),
    };
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Problem::internal)?;
    let pipe = child.stdin.take();
    let output = child.stdout.take().ok_or_else(|| Problem::internal("the child process has no standard output"))?;
    let running = async {
        let writing = async {
            // A process that ended early does not read everything; its exit code says why.
            if let Some(mut pipe) = pipe {
                let _ = pipe.write_all(&bytes).await;
            }
        };
        let mut written = Vec::new();
        let mut output = output.take(MAX_OUTPUT);
        let ((), read) = tokio::join!(writing, output.read_to_end(&mut written));
        read?;
        Ok::<_, io::Error>((written, child.wait().await?))
    };
    let Ok(result) = tokio::time::timeout(TIMEOUT, running).await else { return Ok(Outcome::TooLarge) };
    let (written, status) = result.map_err(Problem::internal)?;
    match status.code() {
        Some(0) => Ok(Outcome::Output(written)),
        Some(PANIC) => Ok(Outcome::Panicked),
        // The memory or the processor time was not enough, so a signal ended the process.
        None => Ok(Outcome::TooLarge),
        Some(code) => Err(Problem::internal(format!("the child process {arguments:?} returned {code}"))),
    }
}

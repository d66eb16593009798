//! Reads documents in a child process. A file that needs too much memory or time ends that process, and not the service.

use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use nix::sys::resource::{Resource, setrlimit};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::sync::Semaphore;

use super::format::MediaHint;
use super::{Document, DocumentFault, read};
use crate::api::{Fault, Problem};
use crate::files::{MAX_FILE_SIZE, TemporaryFile};

/// The hidden subcommand that reads a document.
pub const SUBCOMMAND: &str = "read-document";
/// The option of the subcommand for a file whose media type is `text/csv`.
pub const CSV_OPTION: &str = "--csv";
/// The address space of the child process, in bytes.
const MAX_MEMORY: u64 = 512 * 1024 * 1024;
/// The processor time of the child process, in seconds.
const MAX_SECONDS: u64 = 20;
/// The most output of the child process, in bytes. The limits of a document give less.
const MAX_OUTPUT: u64 = 128 * 1024 * 1024;
/// The exit code after a panic in Rust, which means that the file is damaged in a way that a reader does not expect.
const PANIC: i32 = 101;

/// Limits the number of child processes.
pub(in crate::imports) static CHILD_PROCESSES: Semaphore = Semaphore::const_new(2);

/// Reads a file as a document, with a program that has [`SUBCOMMAND`].
///
/// # Errors
///
/// Returns 422 with one fault if the file cannot be read, and 500 if the child process cannot be started.
pub async fn read(program: &Path, file: &TemporaryFile, hint: MediaHint) -> Result<Document, Problem> {
    let _permit = CHILD_PROCESSES.acquire().await.map_err(Problem::internal)?;
    let mut child = Command::new(program)
        .arg(SUBCOMMAND)
        .args((hint == MediaHint::Csv).then_some(CSV_OPTION))
        .env_clear()
        .stdin(Stdio::from(file.try_clone_file().map_err(Problem::internal)?))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Problem::internal)?;
    let output = child.stdout.take().ok_or_else(|| Problem::internal("the child process has no standard output"))?;
    let reading = async {
        let mut bytes = Vec::new();
        output.take(MAX_OUTPUT).read_to_end(&mut bytes).await?;
        Ok::<_, io::Error>((bytes, child.wait().await?))
    };
    let too_large = || {
        let detail = "The file needs too much memory or time to be read. Send it in several smaller files.";
        refuse(&DocumentFault::new("too_large", detail))
    };
    let Ok(result) = tokio::time::timeout(Duration::from_secs(MAX_SECONDS + 10), reading).await else {
        return Err(too_large());
    };
    let (bytes, status) = result.map_err(Problem::internal)?;
    match status.code() {
        Some(0) => {
            let read: Result<Document, DocumentFault> = serde_json::from_slice(&bytes).map_err(Problem::internal)?;
            read.map_err(|fault| refuse(&fault))
        }
        Some(PANIC) => Err(refuse(&DocumentFault::malformed())),
        // The memory or the processor time was not enough, so a signal ended the process.
        None => Err(too_large()),
        Some(code) => Err(Problem::internal(format!("the child process that reads a document returned {code}"))),
    }
}

/// Returns the 422 for a file that cannot be read.
fn refuse(fault: &DocumentFault) -> Problem {
    Problem::invalid(vec![Fault::body("", fault.static_code(), fault.detail.clone())])
}

/// Reads the file on standard input, and writes the document or the fault to standard output as JSON, within the
/// limits. Runs in the child process.
pub fn run(hint: MediaHint) -> ExitCode {
    let limits = [
        (Resource::RLIMIT_AS, MAX_MEMORY),
        (Resource::RLIMIT_CPU, MAX_SECONDS),
        // A core dump would store the content of the file on disk.
        (Resource::RLIMIT_CORE, 0),
    ];
    for (resource, limit) in limits {
        if setrlimit(resource, limit, limit).is_err() {
            return ExitCode::from(3);
        }
    }
    match read_and_write(hint) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(4),
    }
}

fn read_and_write(hint: MediaHint) -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_FILE_SIZE).read_to_end(&mut bytes)?;
    let read = read::read(&bytes, hint);
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, &read)?;
    out.flush()
}

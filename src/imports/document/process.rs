//! Reads documents in a child process.

use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use super::format::MediaHint;
use super::{Document, DocumentFault, read};
use crate::api::{Fault, Problem};
use crate::child_process::{self, Input, Outcome, limit_this_process};
use crate::files::{MAX_FILE_SIZE, TemporaryFile};

/// The hidden subcommand that reads a document.
pub const SUBCOMMAND: &str = "read-document";
/// The option of the subcommand for a file whose media type is `text/csv`.
const CSV_OPTION: &str = "--csv";

/// Reads a file as a document, with a program that has [`SUBCOMMAND`].
///
/// # Errors
///
/// Returns 422 with one fault if the file cannot be read, and 500 if the child process cannot be started.
pub async fn read(program: &Path, file: &TemporaryFile, hint: MediaHint) -> Result<Document, Problem> {
    let input = Input::File(file.try_clone_file().map_err(Problem::internal)?);
    let arguments: &[&str] = if hint == MediaHint::Csv { &[SUBCOMMAND, CSV_OPTION] } else { &[SUBCOMMAND] };
    match child_process::run(program, arguments, input).await? {
        Outcome::Output(bytes) => {
            let read: Result<Document, DocumentFault> = serde_json::from_slice(&bytes).map_err(Problem::internal)?;
            read.map_err(|fault| refuse(&fault))
        }
        Outcome::Panicked => Err(refuse(&DocumentFault::malformed())),
        Outcome::TooLarge => Err(too_large()),
    }
}

/// Returns the 422 for a file that needs too much memory or time.
pub fn too_large() -> Problem {
    let detail = "The file needs too much memory or time to be read. Send it in several smaller files.";
    refuse(&DocumentFault::new("too_large", detail))
}

/// Returns the 422 for a file that cannot be read.
fn refuse(fault: &DocumentFault) -> Problem {
    Problem::invalid(vec![Fault::body("", fault.static_code(), fault.detail.clone())])
}

/// Reads the file on standard input, and writes the document or the fault to standard output as JSON, within the
/// limits. Runs in the child process.
pub fn run(hint: MediaHint) -> ExitCode {
    match limit_this_process().and_then(|()| read_and_write(hint)) {
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

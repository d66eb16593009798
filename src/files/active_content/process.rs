//! Checks files for active content in a child process.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::ContentFault;
use crate::api::{Fault, Problem};
use crate::child_process::{self, Input, Outcome, limit_this_process};
use crate::files::{MAX_FILE_SIZE, MediaType, UploadedFile};

/// The hidden subcommand that checks a file.
pub const SUBCOMMAND: &str = "check-content";

/// Checks uploaded files with a program that has [`SUBCOMMAND`].
#[derive(Clone, Debug)]
pub struct ContentChecker(PathBuf);

impl ContentChecker {
    /// Creates a checker that starts this program.
    pub fn with_program(program: &Path) -> Self {
        Self(program.to_owned())
    }

    /// Checks an uploaded file. Plain text and pictures cannot have active content, and are not read.
    ///
    /// # Errors
    ///
    /// Returns 422 if the file has active content or cannot be checked, and 500 if the child process cannot be started.
    pub(in crate::files) async fn check(&self, file: &UploadedFile) -> Result<(), Problem> {
        if matches!(file.media_type, MediaType::Csv | MediaType::Txt | MediaType::Png | MediaType::Jpeg) {
            return Ok(());
        }
        let refuse = |code, detail: &str| Problem::invalid(vec![Fault::body("/file", code, detail)]);
        let input = Input::File(file.content.try_clone_file().map_err(Problem::internal)?);
        match child_process::run(&self.0, &[SUBCOMMAND], input).await? {
            Outcome::Output(bytes) => {
                let checked: Result<(), ContentFault> = serde_json::from_slice(&bytes).map_err(Problem::internal)?;
                checked.map_err(|fault| refuse(fault.code.as_str(), &fault.detail))
            }
            Outcome::Panicked => {
                let fault = ContentFault::malformed("");
                Err(refuse(fault.code.as_str(), &fault.detail))
            }
            Outcome::TooLarge => {
                let detail = "The file needs too much memory or time to be checked for active content. Save it as PDF/A \
                    or in several smaller files, and send those.";
                Err(refuse("too_large", detail))
            }
        }
    }
}

/// Checks the file on standard input, and writes the result to standard output as JSON, within the limits. Runs in the
/// child process.
pub fn run() -> ExitCode {
    match limit_this_process().and_then(|()| read_and_write()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(4),
    }
}

fn read_and_write() -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_FILE_SIZE).read_to_end(&mut bytes)?;
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &super::check(&bytes))?;
    out.flush()
}

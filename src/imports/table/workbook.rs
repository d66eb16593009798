//! Divides workbooks into rows in a child process. A workbook that needs too much memory or time ends that process, and
//! not the service.

use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::unreadable;
use crate::api::{Fault, Problem};
use crate::child_process::{CHILD_PROCESSES, PANIC, TIMEOUT, limit_this_process};
use crate::files::{MAX_FILE_SIZE, TemporaryFile, active_content};
use crate::imports::document::DocumentFault;
use crate::imports::document::tables::workbook::read_first_sheet;

/// The hidden subcommand that divides a workbook into rows.
pub const SUBCOMMAND: &str = "import-sheet";
/// The most output of the child process, in bytes. A worksheet has at most 64 MiB of text.
const MAX_OUTPUT: u64 = 160 * 1024 * 1024;
/// The most bytes of a fault that the child process reports.
const MAX_FAULT: u64 = 16 * 1024;

/// Reads workbooks with a program that has [`SUBCOMMAND`].
#[derive(Clone, Debug)]
pub struct WorkbookReader(PathBuf);

impl WorkbookReader {
    /// Creates a reader that starts the current program.
    pub fn with_current_program() -> io::Result<Self> {
        std::env::current_exe().map(Self)
    }

    /// Creates a reader that starts this program.
    pub fn with_program(program: impl Into<PathBuf>) -> Self {
        Self(program.into())
    }

    /// Returns the path of the program.
    pub fn program(&self) -> &Path {
        &self.0
    }

    /// Returns the rows of the first worksheet, each as a line of JSON.
    pub(super) async fn read(&self, workbook: &TemporaryFile) -> Result<TemporaryFile, Problem> {
        let refuse = |code, detail: &str| Problem::invalid(vec![Fault::body("", code, detail)]);
        if !workbook.is_workbook().await? {
            return Err(refuse("unsupported_content", "The file is not a workbook of Excel 2007 or later (XLSX)."));
        }
        let _permit = CHILD_PROCESSES.acquire().await.map_err(Problem::internal)?;
        let mut child = Command::new(&self.0)
            .arg(SUBCOMMAND)
            .env_clear()
            .stdin(Stdio::from(workbook.try_clone_file().map_err(Problem::internal)?))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(Problem::internal)?;
        let missing = || Problem::internal("the child process has no output");
        let (output, errors) = (child.stdout.take().ok_or_else(missing)?, child.stderr.take().ok_or_else(missing)?);
        let reading = async {
            let mut fault = Vec::new();
            let mut errors = errors.take(MAX_FAULT);
            let (rows, read) =
                tokio::join!(TemporaryFile::from_reader(output, MAX_OUTPUT), errors.read_to_end(&mut fault));
            read.map_err(Problem::internal)?;
            Ok::<_, Problem>((rows?, fault, child.wait().await.map_err(Problem::internal)?))
        };
        let too_large =
            || refuse("too_large", "The workbook needs too much memory or time. Send fewer rows, or send CSV.");
        match tokio::time::timeout(TIMEOUT, reading).await {
            Err(_) => Err(too_large()),
            Ok(result) => match result? {
                (Some(rows), _, status) if status.success() => Ok(rows),
                (Some(_), fault, status) if status.code() == Some(CANNOT_READ.into()) => {
                    Err(unreadable(&serde_json::from_slice(&fault).map_err(Problem::internal)?))
                }
                (Some(_), _, status) if status.code() == Some(PANIC) => Err(refuse(
                    "malformed",
                    "The first worksheet of the workbook cannot be read. Save it again as XLSX, or send CSV.",
                )),
                _ => Err(too_large()),
            },
        }
    }
}

/// The exit code of a child process that cannot read the workbook. It writes the fault to standard error.
const CANNOT_READ: u8 = 1;

/// Writes the rows of the workbook on standard input to standard output, within the limits. Runs in the child process.
pub fn run_conversion() -> ExitCode {
    match limit_this_process().and_then(|()| convert()) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(fault)) => match serde_json::to_writer(io::stderr(), &fault) {
            Ok(()) => ExitCode::from(CANNOT_READ),
            Err(_) => ExitCode::from(3),
        },
        Err(_) => ExitCode::from(3),
    }
}

fn convert() -> io::Result<Result<(), DocumentFault>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes)?;
    if let Err(fault) = active_content::check(&bytes) {
        return Ok(Err(fault.into()));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failed = None;
    let read = read_first_sheet(&bytes, |row| {
        let written =
            serde_json::to_writer(&mut out, &row).map_err(io::Error::from).and_then(|()| out.write_all(b"\n"));
        written.map_err(|error| {
            failed = Some(error);
            DocumentFault::new("not_written", "The rows could not be written.")
        })
    });
    match failed {
        Some(error) => Err(error),
        None => out.flush().map(|()| read),
    }
}

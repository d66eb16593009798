//! Converts workbooks into CSV in a child process. A workbook that needs too much memory or time ends that process, and
//! not the service.

use std::io::{self, BufReader, Seek, Write};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use calamine::{DataRef, Reader, Xlsx};
use nix::sys::resource::{Resource, setrlimit};
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::api::{Fault, Problem};
use crate::files::TemporaryFile;

/// The hidden subcommand that converts a workbook.
pub const SUBCOMMAND: &str = "import-sheet";
/// The address space of the child process, in bytes.
const MAX_MEMORY: u64 = 512 * 1024 * 1024;
/// The processor time of the child process, in seconds.
const MAX_SECONDS: u64 = 20;
/// The most CSV that the child process can return, in bytes.
const MAX_CSV_BYTES: u64 = 64 * 1024 * 1024;
/// The most columns of a worksheet.
const MAX_COLUMNS: u32 = 200;
/// The most rows of a worksheet, including blank rows.
const MAX_ROWS: u32 = 100_000;

/// Limits the number of child processes.
static CHILD_PROCESSES: Semaphore = Semaphore::const_new(2);

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

    /// Returns the first worksheet as CSV, with the number of each row first.
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
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(Problem::internal)?;
        let output =
            child.stdout.take().ok_or_else(|| Problem::internal("the child process has no standard output"))?;
        let reading = async {
            let csv = TemporaryFile::from_reader(output, MAX_CSV_BYTES).await?;
            Ok::<_, Problem>((csv, child.wait().await.map_err(Problem::internal)?))
        };
        let too_large =
            || refuse("too_large", "The workbook needs too much memory or time. Send fewer rows, or send CSV.");
        match tokio::time::timeout(Duration::from_secs(MAX_SECONDS + 10), reading).await {
            Err(_) => Err(too_large()),
            Ok(result) => match result? {
                (Some(csv), status) if status.success() => Ok(csv),
                // The child process returns 1 if it cannot read the workbook.
                (Some(_), status) if status.code() == Some(1) => Err(refuse(
                    "malformed",
                    "The first worksheet of the workbook cannot be read. Save it again as XLSX, or send CSV.",
                )),
                _ => Err(too_large()),
            },
        }
    }
}

/// Converts the workbook on standard input into CSV on standard output, within the limits. Runs in the child process.
pub fn run_conversion() -> ExitCode {
    let limits = [
        (Resource::RLIMIT_AS, MAX_MEMORY),
        (Resource::RLIMIT_CPU, MAX_SECONDS),
        // A core dump would store the content of the workbook on disk.
        (Resource::RLIMIT_CORE, 0),
    ];
    for (resource, limit) in limits {
        if setrlimit(resource, limit, limit).is_err() {
            return ExitCode::from(3);
        }
    }
    match convert() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

type BoxedError = Box<dyn std::error::Error>;

fn convert() -> Result<(), BoxedError> {
    // Standard input is the file itself. It is opened again, because Rust's standard input cannot seek.
    let file = std::fs::File::open("/proc/self/fd/0").or_else(|_| std::fs::File::open("/dev/stdin"))?;
    let mut file = BufReader::new(file);
    file.rewind()?;
    let mut workbook: Xlsx<_> = Xlsx::new(file)?;
    let name = workbook.sheet_names().first().cloned().ok_or("the workbook has no worksheet")?;
    let mut cells = workbook.worksheet_cells_reader(&name)?;
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(io::stdout().lock());
    let mut cells_of_row: Vec<String> = Vec::new();
    let mut current_row = 0;
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        if row >= MAX_ROWS {
            return Err("too many rows".into());
        }
        if row != current_row {
            write_row(&mut out, current_row, &mut cells_of_row)?;
            current_row = row;
        }
        let text = cell_text(cell.get_value())?;
        if column >= MAX_COLUMNS {
            if text.is_empty() { continue } else { return Err("too many columns".into()) }
        }
        let column = usize::try_from(column)?;
        if cells_of_row.len() <= column {
            cells_of_row.resize(column + 1, String::new());
        }
        cells_of_row[column] = text;
    }
    write_row(&mut out, current_row, &mut cells_of_row)?;
    Ok(out.flush()?)
}

fn write_row(out: &mut csv::Writer<impl Write>, row: u32, cells: &mut Vec<String>) -> Result<(), BoxedError> {
    if !cells.is_empty() {
        out.write_field((row + 1).to_string())?;
        out.write_record(cells.iter())?;
        cells.clear();
    }
    Ok(())
}

/// Returns the text of a cell as a person would type it: whole numbers without a decimal point, and dates as
/// YYYY-MM-DD.
fn cell_text(value: &DataRef<'_>) -> Result<String, BoxedError> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.split('T').next().unwrap_or_default().to_owned()
        }
        DataRef::Error(error) => return Err(format!("a cell contains an error: {error}").into()),
    })
}

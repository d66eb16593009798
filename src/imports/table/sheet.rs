//! Workbooks, made into CSV by a process of their own: whatever a workbook holds, it is that process which runs out of
//! memory or time, not the service.

use std::io::{self, BufReader, Seek, Write};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use calamine::{DataRef, Reader, Xlsx};
use nix::sys::resource::{Resource, setrlimit};
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::api::{Fault, Problem};
use crate::files::Kept;

/// The hidden subcommand that reads a workbook.
pub const SUBCOMMAND: &str = "import-sheet";
/// The most memory it may have, in bytes of address space.
const MEMORY: u64 = 512 * 1024 * 1024;
/// The most time it may work, in seconds; and how long it is waited for.
const SECONDS: u64 = 20;
/// The most CSV it may give, in bytes.
const MOST: u64 = 64 * 1024 * 1024;
/// The most columns that are looked at.
const COLUMNS: u32 = 200;
/// The most rows that are looked at, blank ones among them.
const ROWS: u32 = 100_000;

/// How many workbooks are read at once.
static READERS: Semaphore = Semaphore::const_new(2);

/// Reads workbooks, with a program that has [`SUBCOMMAND`].
#[derive(Clone, Debug)]
pub struct Sheets(PathBuf);

impl Sheets {
    /// With this very program.
    pub fn of_this_program() -> io::Result<Self> {
        std::env::current_exe().map(Self)
    }

    /// With another copy of it.
    pub fn run_by(program: impl Into<PathBuf>) -> Self {
        Self(program.into())
    }

    /// The first sheet as CSV, each row's number first.
    pub(super) async fn read(&self, workbook: &Kept) -> Result<Kept, Problem> {
        let refused = |code, detail: &str| Problem::invalid(vec![Fault::body("", code, detail)]);
        if !workbook.is_workbook().await? {
            return Err(refused("unsupported_content", "This is no workbook of Excel 2007 or later."));
        }
        let _reader = READERS.acquire().await.map_err(Problem::internal)?;
        let mut child = Command::new(&self.0)
            .arg(SUBCOMMAND)
            .env_clear()
            .stdin(Stdio::from(workbook.given().map_err(Problem::internal)?))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(Problem::internal)?;
        let output = child.stdout.take().ok_or_else(|| Problem::internal("a child without an output"))?;
        let reading = async {
            let kept = Kept::from(output, MOST).await?;
            Ok::<_, Problem>((kept, child.wait().await.map_err(Problem::internal)?))
        };
        let too_much = || refused("too_large", "The workbook takes more memory or time than is given to one.");
        match tokio::time::timeout(Duration::from_secs(SECONDS + 10), reading).await {
            Err(_) => Err(too_much()),
            Ok(read) => match read? {
                (Some(kept), status) if status.success() => Ok(kept),
                // It said itself that it cannot read it.
                (Some(_), status) if status.code() == Some(1) => {
                    Err(refused("malformed", "The first sheet of the workbook cannot be read."))
                }
                _ => Err(too_much()),
            },
        }
    }
}

/// The child's work: the workbook on standard input as CSV on standard output, within the limits.
pub fn run() -> ExitCode {
    let limited = [
        (Resource::RLIMIT_AS, MEMORY),
        (Resource::RLIMIT_CPU, SECONDS),
        // What it held when it failed is nobody's to keep.
        (Resource::RLIMIT_CORE, 0),
    ];
    for (resource, most) in limited {
        if setrlimit(resource, most, most).is_err() {
            return ExitCode::from(3);
        }
    }
    match convert() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

type Fallen = Box<dyn std::error::Error>;

fn convert() -> Result<(), Fallen> {
    // Standard input is the file itself, opened again because standard input cannot be sought in.
    let file = std::fs::File::open("/proc/self/fd/0").or_else(|_| std::fs::File::open("/dev/stdin"))?;
    let mut file = BufReader::new(file);
    file.rewind()?;
    let mut book: Xlsx<_> = Xlsx::new(file)?;
    let name = book.sheet_names().first().cloned().ok_or("a workbook without sheets")?;
    let mut cells = book.worksheet_cells_reader(&name)?;
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(io::stdout().lock());
    let mut row: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(cell) = cells.next_cell()? {
        let (down, across) = cell.get_position();
        if down >= ROWS {
            return Err("too many rows".into());
        }
        if down != at {
            write(&mut out, at, &mut row)?;
            at = down;
        }
        let text = text(cell.get_value())?;
        if across >= COLUMNS {
            if text.is_empty() { continue } else { return Err("too many columns".into()) }
        }
        let across = usize::try_from(across)?;
        if row.len() <= across {
            row.resize(across + 1, String::new());
        }
        row[across] = text;
    }
    write(&mut out, at, &mut row)?;
    Ok(out.flush()?)
}

fn write(out: &mut csv::Writer<impl Write>, at: u32, row: &mut Vec<String>) -> Result<(), Fallen> {
    if !row.is_empty() {
        out.write_field((at + 1).to_string())?;
        out.write_record(row.iter())?;
        row.clear();
    }
    Ok(())
}

/// A cell as it would be typed: whole numbers without a point, dates as dates.
fn text(value: &DataRef<'_>) -> Result<String, Fallen> {
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
        DataRef::Error(error) => return Err(format!("a cell has an error: {error}").into()),
    })
}

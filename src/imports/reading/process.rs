//! Finds the facts of a document in a child process, because a long document can need much time.

use std::borrow::Cow;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::ReadingContext;
use crate::api::Problem;
use crate::child_process::{self, Input, Outcome, limit_this_process};
use crate::imports::document::Document;
use crate::imports::document::process::too_large;
use crate::imports::proposal::Proposal;

/// The hidden subcommand that finds the facts of a document.
pub const SUBCOMMAND: &str = "find-facts";

/// What the child process reads on its standard input, as JSON.
#[derive(Serialize, Deserialize)]
struct Task<'a> {
    document: Cow<'a, Document>,
    context: Cow<'a, ReadingContext>,
}

/// Returns the facts in a document, the questions that its words raise, and the lines that no member contains, as
/// [`read`](super::read) does, with a program that has [`SUBCOMMAND`].
///
/// # Errors
///
/// Returns 422 if the document needs too much memory or time, and 500 if the child process fails.
pub async fn read(program: &Path, document: &Document, context: &ReadingContext) -> Result<Proposal, Problem> {
    let task = Task { document: Cow::Borrowed(document), context: Cow::Borrowed(context) };
    let input = Input::Bytes(serde_json::to_vec(&task).map_err(Problem::internal)?);
    match child_process::run(program, &[SUBCOMMAND], input).await? {
        Outcome::Output(bytes) => serde_json::from_slice(&bytes).map_err(Problem::internal),
        Outcome::Panicked => Err(Problem::internal("the reading of a document panicked")),
        Outcome::TooLarge => Err(too_large()),
    }
}

/// Reads the document on standard input, and writes its facts to standard output as JSON, within the limits. Runs in the
/// child process.
pub fn run() -> ExitCode {
    match limit_this_process().and_then(|()| read_and_write()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(4),
    }
}

fn read_and_write() -> io::Result<()> {
    let task: Task<'_> = serde_json::from_reader(BufReader::new(io::stdin().lock()))?;
    let proposal = super::read(&task.document, &task.context);
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, &proposal)?;
    out.flush()
}

//! Reads a file as a proposal: the format's reader makes a document of it in a child process, and the reading finds the
//! facts on a blocking thread.

use std::io::Read;

use super::json_table;
use crate::api::{Fault, Problem};
use crate::areas;
use crate::auth::Call;
use crate::db::Db;
use crate::files::TemporaryFile;
use crate::imports::document::{Document, DocumentFormat, MediaHint, Notice, process};
use crate::imports::profile;
use crate::imports::proposal::{Answers, Proposal};
use crate::imports::reading::{self, AreaNames, Profile, ReadingContext};
use crate::imports::table::WorkbookReader;

/// What is needed to read files.
#[derive(Clone, Debug)]
pub struct FileReader {
    /// Reads tables, and names the program whose child processes read documents.
    pub workbooks: WorkbookReader,
}

/// What a file says.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The format of the file.
    pub format: DocumentFormat,
    /// The facts.
    pub proposal: Proposal,
    /// The document, if its tables can be read again with other columns.
    pub document: Option<Document>,
}

impl FileReader {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Returns 422 if the file cannot be read as a document, and 400 if it should be JSON and is not.
    pub async fn read(
        &self,
        file: &TemporaryFile,
        media_type: &str,
        context: ReadingContext,
    ) -> Result<Reading, Problem> {
        if file.size() == 0 {
            return Err(Problem::invalid(vec![Fault::body(
                "",
                "empty",
                "The file is empty. Send a file with content.",
            )]));
        }
        if media_type == "application/json" || first_bytes_are_json(file)? {
            let proposal = json_table::read(file.clone(), &self.workbooks).await?;
            return Ok(Reading { format: DocumentFormat::Json, proposal, document: None });
        }
        let hint = if media_type == "text/csv" { MediaHint::Csv } else { MediaHint::None };
        let document = process::read(self.workbooks.program(), file, hint).await?;
        let format = document.format;
        let (proposal, document) = read_again(document, context).await?;
        // Only tables can be read in another way.
        let document = (!proposal.columns.is_empty()).then_some(document);
        Ok(Reading { format, proposal, document })
    }
}

/// Returns what is known before a document is read: the names of the area, the words that its office keeps, and the
/// answers so far.
///
/// # Errors
///
/// Returns 503 if the database fails.
pub async fn reading_context(
    db: &Db,
    call: &Call,
    area: Option<&str>,
    answers: Answers,
) -> Result<ReadingContext, Problem> {
    let Some(area) = area else { return Ok(ReadingContext { answers, ..ReadingContext::default() }) };
    let titles = db.read_published(async |db| areas::find_titles(db, area).await).await?;
    let profile = db.read(&call.actor, async |db| profile::find_words(db, area).await).await?;
    let names = AreaNames {
        policing_body: titles.policing_body,
        force: titles.force,
        office_holder_title: titles.office_holder,
        chief_officer_title: titles.chief_officer,
    };
    Ok(ReadingContext { profile, area: Some(names), answers })
}

/// Reads a document, with the answers that change how its tables are read.
///
/// # Errors
///
/// Returns 500 if the reading fails.
pub async fn read_again(document: Document, context: ReadingContext) -> Result<(Proposal, Document), Problem> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut proposal = reading::read(&document, &context);
        if context.profile != Profile::default() {
            proposal.notices.push(Notice {
                code: "import_profile".to_owned(),
                detail: "The file was read with the words in the area's import profile.".to_owned(),
            });
        }
        (proposal, document)
    });
    reading.await.map_err(|error| Problem::internal(format!("the reading of a document failed: {error}")))
}

/// The number of bytes by which JSON is recognised.
const HEAD: u64 = 512;

fn first_bytes_are_json(file: &TemporaryFile) -> Result<bool, Problem> {
    let mut head = Vec::new();
    file.reader().take(HEAD).read_to_end(&mut head).map_err(Problem::internal)?;
    Ok(json_table::is_json(&head))
}

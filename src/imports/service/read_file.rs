//! Reads a file as a proposal in child processes: the format's reader makes a document of it, and the reading finds the
//! facts.

use std::io::Read;

use super::json_table;
use crate::api::{Fault, Problem};
use crate::areas;
use crate::auth::Call;
use crate::db::Db;
use crate::files::{FileContent, TemporaryFile};
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
        let proposal = self.find_facts(&document, &context).await?;
        // Only tables can be read in another way.
        let document = (!proposal.columns.is_empty()).then_some(document);
        Ok(Reading { format, proposal, document })
    }

    /// Returns the facts of a document, read with the answers in the context, which can change how its tables are read.
    ///
    /// # Errors
    ///
    /// Returns 422 if the document needs too much memory or time, or has too many recommendations.
    pub async fn find_facts(&self, document: &Document, context: &ReadingContext) -> Result<Proposal, Problem> {
        let mut proposal = reading::process::read(self.workbooks.program(), document, context).await?;
        let count = proposal.recommendations.len();
        if count > MAX_RECOMMENDATIONS {
            let detail = format!(
                "{count} recommendations were read in the file, and an import can have {MAX_RECOMMENDATIONS}. Send it in \
                 several smaller files."
            );
            return Err(Problem::invalid(vec![Fault::body("", "too_many", detail)]));
        }
        if context.profile != Profile::default() {
            proposal.notices.push(Notice {
                code: "import_profile".to_owned(),
                detail: "The file was read with the words in the area's import profile.".to_owned(),
            });
        }
        Ok(proposal)
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

/// The most recommendations of one file.
const MAX_RECOMMENDATIONS: usize = 2_000;
/// The number of bytes by which JSON is recognised.
const HEAD: u64 = 512;

fn first_bytes_are_json(file: &TemporaryFile) -> Result<bool, Problem> {
    let mut head = Vec::new();
    file.reader().take(HEAD).read_to_end(&mut head).map_err(Problem::internal)?;
    Ok(json_table::is_json(&head))
}

//! Creates imports of files: reads each file as a proposal, stores its bytes, and inserts the record. Nothing of a
//! proposal is registered.

use chrono::TimeDelta;
use uuid::Uuid;

use super::act_for::require_area;
use super::assessment::assess;
use super::read_file::{FileReader, Reading, reading_context};
use crate::api::{ApiResponse, Fault, IdempotencyKey, IdempotentResponse, Problem, ProblemKind, WriteMode};
use crate::auth::{Call, Role};
use crate::db::{Db, Event, Tx, Write};
use crate::file_integrity;
use crate::files::{FileContent, NamedFile, ScanStatus, Scanner, Store, TemporaryFile};
use crate::imports::document::{Document, DocumentFormat};
use crate::imports::model::ImportRecord;
use crate::imports::proposal::Answers;
use crate::imports::reading::ReadingContext;
use crate::imports::store::proposals;
use crate::imports::views::{self, ImportProposal};
use crate::imports::workflow::State;
use crate::vocabulary::WireName;

/// How long a proposal lives.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// The number of bytes that are sent to the malware scanner at once.
const CHUNK: usize = 64 * 1024;

/// What is needed to create imports of files.
#[derive(Clone)]
pub struct ProposalCreator {
    /// The database.
    pub db: Db,
    /// The store of the files' bytes.
    pub store: Store,
    /// The malware scanner.
    pub scanner: Scanner,
    /// Reads files.
    pub reader: FileReader,
}

/// A file to import.
pub struct NewFile {
    /// The file with its name.
    pub named: NamedFile,
    /// The media type that the sender states.
    pub media_type: String,
    /// The pointer of the file in the request, for faults.
    pub pointer: String,
}

/// A file that was read and can be inserted.
struct NewImport {
    record: ImportRecord,
    document: Option<Document>,
    file: TemporaryFile,
}

impl ProposalCreator {
    /// Creates an import of one file, and returns it.
    async fn create(
        &self,
        call: &Call,
        area: Option<&str>,
        file: NewFile,
        mode: WriteMode,
    ) -> Result<ImportProposal, Problem> {
        let imports = self.read_and_store(call, area, vec![file], mode).await?;
        let created = self.db.write(call, mode, async |tx| insert(tx, &imports, call).await).await?;
        created.into_iter().next().ok_or_else(|| Problem::internal("no import was created"))
    }

    /// Creates an import of one file, unless the area has an open proposal of the same bytes: then returns that one, with
    /// the answers that it has.
    ///
    /// # Errors
    ///
    /// Returns 422 if the file cannot be read, and 400 if the area does not exist.
    pub async fn create_or_find_open(
        &self,
        call: &Call,
        area: Option<&str>,
        file: NewFile,
        mode: WriteMode,
    ) -> Result<ImportProposal, Problem> {
        let sha256 = file.named.file.sha256();
        let open = self
            .db
            .read(&call.actor, async |db| {
                let Some(record) = proposals::find_open_of_file(db, area, sha256).await? else { return Ok(None) };
                assess(db, &record, call).await?.into_view(db, &record, call).await.map(Some)
            })
            .await?;
        match open {
            Some(open) => Ok(open),
            None => self.create(call, area, file, mode).await,
        }
    }

    /// Creates an import of each file, at most once per `Idempotency-Key`. `respond` makes the response.
    ///
    /// # Errors
    ///
    /// As [`Self::create_or_find_open`]; then nothing is written for any file.
    pub async fn create_idempotent<R: ApiResponse>(
        &self,
        call: &Call,
        area: Option<&str>,
        files: Vec<NewFile>,
        mode: WriteMode,
        key: &IdempotencyKey,
        respond: impl Fn(Vec<ImportProposal>) -> R,
    ) -> Result<IdempotentResponse<R>, Problem> {
        let content: Vec<String> = files
            .iter()
            .flat_map(|file| {
                [file.named.filename.clone(), file.named.file.sha256().to_owned(), file.media_type.clone()]
            })
            .collect();
        let content: Vec<&str> = content.iter().map(String::as_str).collect();
        let key = key.clone().with_content(&content);
        let imports = self.read_and_store(call, area, files, mode).await?;
        self.db.write_idempotent(call, mode, &key, async |tx| Ok(insert(tx, &imports, call).await?.map(&respond))).await
    }

    /// Reads the files, and stores their bytes before the rows that refer to them.
    async fn read_and_store(
        &self,
        call: &Call,
        area: Option<&str>,
        files: Vec<NewFile>,
        mode: WriteMode,
    ) -> Result<Vec<NewImport>, Problem> {
        require_area(&self.db, area).await?;
        let context = reading_context(&self.db, call, area, Answers::new()).await?;
        let (mut imports, mut faults) = (Vec::new(), Vec::new());
        for file in &files {
            match self.read_file(call, area, file, context.clone()).await {
                Ok(import) => imports.push(import),
                Err(problem) if problem.kind() == ProblemKind::Invalid => {
                    faults.extend(problem.faults().iter().cloned().map(|mut fault| {
                        fault.pointer.insert_str(0, &file.pointer);
                        fault
                    }));
                }
                Err(problem) => return Err(problem),
            }
        }
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        if mode == WriteMode::Write {
            for (file, import) in files.iter().zip(&imports) {
                self.store.put(import.record.folder(), &file.named.file).await?;
            }
        }
        Ok(imports)
    }

    async fn read_file(
        &self,
        call: &Call,
        area: Option<&str>,
        file: &NewFile,
        context: ReadingContext,
    ) -> Result<NewImport, Problem> {
        let NewFile { named, media_type, .. } = file;
        let Reading { format, proposal, document } = self.reader.read(&named.file, media_type, context).await?;
        match self.scanner.scan_stream(named.file.chunks(CHUNK)).await {
            ScanStatus::Clean | ScanStatus::Unscanned => {}
            ScanStatus::Infected => {
                let detail = format!("The scan found malware in {:?}, so the file was not imported.", named.filename);
                return Err(Problem::invalid(vec![Fault::body("", "infected", detail)]));
            }
            ScanStatus::Pending => {
                return Err(Problem::unavailable("an imported file could not be scanned for malware", 60));
            }
        }
        let (actor, at) = (&call.actor, call.at);
        let filename = match named.filename.as_str() {
            "" if format == DocumentFormat::Text => "import.txt".to_owned(),
            "" => format!("import.{format}"),
            filename => filename.to_owned(),
        };
        let record = ImportRecord {
            id: Uuid::now_v7(),
            area: area.map(str::to_owned),
            by_registrar: area.is_none() || !is_own_area(call, area),
            state: State::Proposed,
            format,
            filename,
            media_type: media_type_of(format).to_owned(),
            size: named.file.size().try_into().map_err(Problem::internal)?,
            sha256: named.file.sha256().to_owned(),
            reading: proposal,
            answers: Answers::new(),
            inspection_id: None,
            response_id: None,
            accepted: None,
            accepted_issuer: None,
            accepted_subject: None,
            issuer: actor.issuer.clone(),
            subject: actor.subject.clone(),
            name: actor.name.clone(),
            version: 1,
            created_at: at,
            updated_at: at,
            expires_at: at + LIFETIME,
            finished_at: None,
            disposed_at: None,
        };
        Ok(NewImport { record, document, file: named.file.clone() })
    }
}

/// Returns true if the caller works for the policing body of the area, and does not import for it as a registrar.
fn is_own_area(call: &Call, area: Option<&str>) -> bool {
    call.actor.has_any_role(&[Role::Opcc]) && call.actor.areas().iter().any(|own| Some(own.as_str()) == area)
}

/// Inserts the imports, and returns them as the caller sees them.
async fn insert(tx: &Tx<'_>, imports: &[NewImport], call: &Call) -> Result<Write<Vec<ImportProposal>>, Problem> {
    let (mut created, mut events): (Vec<_>, Vec<Event>) = (Vec::new(), Vec::new());
    for NewImport { record, document, file } in imports {
        proposals::insert(tx, record, document.as_ref()).await?;
        file_integrity::store::insert(tx, record.folder(), file).await?;
        let view = assess(tx, record, call).await?.into_view(tx, record, call).await?;
        created.push(view);
        events.push(views::event("create", record)?.transition(None, State::Proposed.as_str()));
    }
    let mut events = events.into_iter();
    let first = events.next().ok_or_else(|| Problem::internal("an import has no file"))?;
    Ok(Write::new(created, first).with_events(events))
}

/// Returns the media type of a format.
fn media_type_of(format: DocumentFormat) -> &'static str {
    match format {
        DocumentFormat::Text => "text/plain",
        DocumentFormat::Html => "text/html",
        DocumentFormat::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        DocumentFormat::Odt => "application/vnd.oasis.opendocument.text",
        DocumentFormat::Rtf => "application/rtf",
        DocumentFormat::Pdf => "application/pdf",
        DocumentFormat::Csv => "text/csv",
        DocumentFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        DocumentFormat::Xls => "application/vnd.ms-excel",
        DocumentFormat::Ods => "application/vnd.oasis.opendocument.spreadsheet",
        DocumentFormat::Json => "application/json",
    }
}

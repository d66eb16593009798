//! `section55 import`: reads files as `POST /v1/imports` does, as an officer of the area, and prints each proposal as a
//! person reads it.

mod answers;
mod files;
mod print;
mod rows;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use secrecy::ExposeSecret;
use uuid::Uuid;

use self::answers::Answer;
use super::arguments::{data_dir, parse_area};
use super::{BoxedError, say};
use crate::api::{IfMatch, Problem, WriteMode};
use crate::auth::{Actor, Call, RequestId, Role, SERVICE_ISSUER};
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::db::{Address, Db, open_pools};
use crate::dev::postgres::Durability;
use crate::dev::{DataFolder, ExistingData};
use crate::file_integrity;
use crate::files::Scanner;
use crate::imports::table::WorkbookReader;
use crate::imports::{
    FileReader, ImportAmendment, ImportProposal, ImportTransition, ProposalCreator, act_for, answer, transition,
};

/// The arguments of `section55 import`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: section55 import response.docx --area cumbria --answer /inspection/reference=30101")]
pub struct ImportArguments {
    /// Area for which the files are imported
    #[arg(long, value_parser = parse_area)]
    area: String,
    /// Answer a question or correct a fact: /inspection/reference=30101. May be repeated
    #[arg(long, value_name = "POINTER=VALUE", value_parser = Answer::parse)]
    answer: Vec<Answer>,
    /// Answer each question that has a proposed answer with it
    #[arg(long)]
    confirm_proposed: bool,
    /// Accept the proposal: write it to the record, the inspection as a draft
    #[arg(long)]
    accept: bool,
    /// Accept the proposal, and publish its inspection
    #[arg(long)]
    publish: bool,
    /// Print the proposal, or the problem of a refused file, as JSON
    #[arg(long)]
    json: bool,
    /// Check everything, but write nothing
    #[arg(long)]
    dry_run: bool,
    /// Draft inspection that receives the rows of a table at once, without a proposal
    #[arg(long, conflicts_with_all = ["answer", "accept", "publish", "confirm_proposed"])]
    inspection_id: Option<Uuid>,
    /// Files to import, or folders of files. Each file becomes one proposal
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    database: DatabaseSettings,
    /// Data folder to import into if DATABASE_URL is not set
    #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = data_dir())]
    data_dir: PathBuf,
    /// Store of files if DATABASE_URL is set: a folder, s3://bucket/prefix or az://container/prefix
    #[arg(long = "files", env = "SECTION55_FILES", default_value = "files")]
    store: String,
}

/// The database and the store that an import writes to.
struct Destination {
    db: Db,
    store: String,
    folder: Option<DataFolder>,
}

impl Destination {
    /// Opens the database of the settings, or that of the data folder if they name none.
    async fn open(arguments: &ImportArguments) -> Result<Self, BoxedError> {
        if let Some(url) = arguments.database.url()? {
            let address = Address::parse(url.expose_secret())?;
            let public = address.with_role("section55_public");
            let db = Db::new(open_pools(&address, 2, false)?, open_pools(&public, 2, true)?);
            return Ok(Self { db, store: arguments.store.clone(), folder: None });
        }
        let show = |step: &str| eprintln!("  {step}");
        let folder = DataFolder::open(&arguments.data_dir, Durability::Synced, ExistingData::Keep, show).await?;
        let store = folder.dir.join("files").to_string_lossy().into_owned();
        Ok(Self { db: folder.db.clone(), store, folder: Some(folder) })
    }

    async fn close(self) {
        self.db.close();
        if let Some(folder) = self.folder {
            folder.close().await;
        }
    }
}

/// Imports the files, and prints a proposal for each. Prints a problem on standard error for a file that is refused, and
/// then returns a failure.
pub async fn import(arguments: ImportArguments) -> Result<ExitCode, BoxedError> {
    let paths = files::list(&arguments.files)?;
    let destination = Destination::open(&arguments).await?;
    let result = import_each(&arguments, &paths, &destination).await;
    destination.close().await;
    result
}

async fn import_each(
    arguments: &ImportArguments,
    paths: &[PathBuf],
    destination: &Destination,
) -> Result<ExitCode, BoxedError> {
    let mode = if arguments.dry_run { WriteMode::Validate } else { WriteMode::Write };
    let actor = Actor::new(SERVICE_ISSUER, "import", Some("section55 import"), &[Role::Opcc], &[&arguments.area]);
    let (mut summary, mut code) = (Vec::new(), ExitCode::SUCCESS);
    for path in paths {
        let request_id = RequestId(Uuid::now_v7().to_string().into());
        let call = Call { actor: actor.clone(), at: Clock::system().now(), request_id };
        let imported = match arguments.inspection_id {
            Some(draft) => rows::import(destination, &call, &arguments.area, draft, path, mode).await,
            None => import_file(arguments, destination, &call, path, mode).await.map(Imported::Proposal),
        };
        match imported {
            Ok(imported) => {
                summary.push((path.clone(), print::summary(&imported)));
                say(imported.to_text(path, arguments.json)?);
            }
            Err(problem) => {
                code = ExitCode::FAILURE;
                summary.push((path.clone(), format!("refused: {}", problem.detail())));
                eprintln!("{}", print::refusal(path, &problem, &call.request_id, arguments.json)?);
            }
        }
    }
    if paths.len() > 1 && !arguments.json {
        summary.iter().for_each(|(path, line)| say(format_args!("{}: {line}", path.display())));
    }
    if arguments.dry_run {
        eprintln!("dry run: nothing was written");
    }
    Ok(code)
}

/// What became of a file.
enum Imported {
    /// A proposal, accepted or not.
    Proposal(Box<ImportProposal>),
    /// The rows of a table, written into a draft.
    Rows(serde_json::Value),
}

impl Imported {
    /// Returns the text to print.
    fn to_text(&self, path: &std::path::Path, as_json: bool) -> Result<String, serde_json::Error> {
        match self {
            Self::Proposal(proposal) if as_json => serde_json::to_string_pretty(proposal),
            Self::Proposal(proposal) => print::proposal(path, &serde_json::to_value(proposal)?),
            Self::Rows(import) => serde_json::to_string_pretty(import),
        }
    }
}

/// Makes a proposal of a file, answers its questions, and accepts it if the arguments say so.
async fn import_file(
    arguments: &ImportArguments,
    destination: &Destination,
    call: &Call,
    path: &std::path::Path,
    mode: WriteMode,
) -> Result<Box<ImportProposal>, Problem> {
    let (call, area) = act_for(call, Some(&arguments.area))?;
    let creator = ProposalCreator {
        db: destination.db.clone(),
        store: file_integrity::open_store(&destination.db, &destination.store, &Clock::system())
            .await
            .map_err(Problem::internal)?,
        scanner: Scanner::new(None),
        reader: FileReader { workbooks: WorkbookReader::with_current_program().map_err(Problem::internal)? },
    };
    let mut proposal = creator.create_or_find_open(&call, area.as_deref(), files::read(path).await?, mode).await?;
    if mode == WriteMode::Validate {
        return Ok(Box::new(proposal));
    }
    let db = &destination.db;
    if !arguments.answer.is_empty() {
        let amendment = ImportAmendment { answers: Some(Some(answers::collect(&arguments.answer))) };
        proposal =
            answer(db, &creator.reader, &call, proposal.id, &IfMatch::any(), &amendment, mode).await?.into_inner();
    }
    if arguments.accept || arguments.publish {
        let accept = ImportTransition::Accept {
            publish: arguments.publish,
            confirm_proposed: arguments.confirm_proposed,
            correct: Vec::new(),
            reason: None,
        };
        proposal = db
            .write(&call, mode, async |tx| transition(tx, proposal.id, accept.clone(), |_| Ok(()), &call).await)
            .await?;
    }
    Ok(Box::new(proposal))
}

//! Runs imports of tables for HTTP requests and the command line. An import continues if its client closes the
//! connection.

use std::cell::Cell;
use std::time::Duration;

use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::super::model::{Import, ImportKind};
use super::super::table::{Table, WorkbookReader};
use super::import_rows;
use crate::api::{self, IdempotencyKey, Problem, WriteMode};
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::Db;
use crate::files::TemporaryFile;

/// The resources that imports of tables need.
#[derive(Clone)]
pub struct Importer {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Reads workbooks.
    pub workbook_reader: WorkbookReader,
    /// The running imports, which the service waits for before it ends.
    pub running: TaskTracker,
}

/// A request to import a table.
pub struct ImportRequest {
    /// The call, with the rights of the area's policing body if there is an area.
    pub call: Call,
    /// The area; none for a registrar's import.
    pub area: Option<String>,
    /// The format of the table.
    pub kind: ImportKind,
    /// The draft that receives the recommendations; none if the table registers an inspection.
    pub draft: Option<Uuid>,
    /// The idempotency key, if the request has one.
    pub idempotency_key: Option<IdempotencyKey>,
}

/// The outcome of a request to import a table.
pub enum ImportOutcome {
    /// The import, ended or still running.
    Import(Box<Import>),
    /// The stored response of an earlier request with the same idempotency key.
    Replayed(api::StoredResponse),
}

impl Importer {
    /// Imports a table. Returns the import when it has ended, or after the time `wait` while it continues in the
    /// background.
    pub async fn import(
        &self,
        request: ImportRequest,
        file: TemporaryFile,
        mode: WriteMode,
        wait: Option<Duration>,
    ) -> Result<ImportOutcome, Problem> {
        let ImportRequest { call, area, kind, draft, idempotency_key } = request;
        let outcome = |import| ImportOutcome::Import(Box::new(import));
        let table = Table::open(file, kind, &self.workbook_reader).await?;
        let import = import_rows::new_import(&call, area, kind);
        if mode == WriteMode::Validate {
            let rows = Cell::new(0);
            let checked =
                import_rows::write(&self.db, &self.clock, &call, &import, (table, draft), mode, &rows).await?;
            return Ok(outcome(checked));
        }
        match idempotency_key {
            None => import_rows::insert(&self.db, &call, &import).await?,
            Some(key) => {
                if let Some(stored) = import_rows::insert_idempotent(&self.db, &call, &import, &key).await? {
                    return Ok(ImportOutcome::Replayed(stored));
                }
            }
        }
        let Some(wait) = wait else {
            return import_rows::run(&self.db, &self.clock, &call, &import, (table, draft)).await.map(outcome);
        };
        let (importer, running, started) = (self.clone(), self.running.token(), import.clone());
        let task = actix_web::rt::spawn(async move {
            let result = import_rows::run(&importer.db, &importer.clock, &call, &import, (table, draft)).await;
            drop(running);
            result
        });
        match tokio::time::timeout(wait, task).await {
            Ok(result) => {
                let result =
                    result.map_err(|error| Problem::internal(format!("the task of an import failed: {error}")))?;
                result.map(outcome)
            }
            Err(_) => Ok(outcome(started)),
        }
    }
}

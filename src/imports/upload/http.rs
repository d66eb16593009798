//! The operation that creates an import.

use std::time::Duration;

use actix_web::web::Data;
use uuid::Uuid;

use super::response::ImportResponse;
use crate::api::{Api, ApiResult, Created, Fault, IdempotencyKey, IdempotentResponse, Problem, ProblemKind, WriteMode};
use crate::auth::permissions::ImportDocuments;
use crate::auth::{Call, Caller};
use crate::files::{FileBody, FileContent, NamedFile, Scanner, Store};
use crate::imports::requests::{ImportBody, ImportTarget};
use crate::imports::row_import::{ImportKind, ImportState};
use crate::imports::running_import_response::RunningImportResponse;
use crate::imports::service::{
    FileReader, ImportOutcome, ImportRequest, Importer, NewFile, ProposalCreator, act_for, act_for_rows, require_area,
};

/// The time that the HTTP response waits for the end of an import of rows. After it, the response is 202.
const IMPORT_TIMEOUT: Duration = Duration::from_secs(8);

/// Declares the operation.
pub fn operations(api: &mut Api) {
    api.post("/v1/imports", "Import a document or a table", create)
        .problem(ProblemKind::AlreadyExists)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Reads a document or a table as a proposal; nothing is registered until a person accepts it. A form makes \
             one proposal of each file, all or none; a file that cannot be read is 422. With `inspection_id`, the rows \
             of a table (CSV, XLSX or JSON) are written into that draft at once, all or none. An import of rows that \
             takes longer than 8 seconds continues, and the response is 202 with its address.",
        );
}

async fn create(
    caller: Caller<ImportDocuments>,
    importer: Data<Importer>,
    files: Data<Store>,
    scanner: Data<Scanner>,
    target: ImportTarget,
    mode: WriteMode,
    body: ImportBody,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<ImportResponse>> {
    if let Some(draft) = target.inspection_id {
        let ImportBody::File(media_type, body) = body else {
            let detail = "`inspection_id` must be absent for a form. Send the table itself as the body.";
            return Err(refuse(Fault::query("inspection_id", "not_here", detail)));
        };
        let (call, area) = act_for_rows(&caller, target.area.as_deref())?;
        require_area(&importer.db, target.area.as_deref()).await?;
        return import_rows(&importer, (call, area), (media_type, body), draft, mode, key).await;
    }
    let (call, area) = act_for(&caller, target.area.as_deref())?;
    let creator = ProposalCreator {
        db: importer.db.clone(),
        store: files.as_ref().clone(),
        scanner: scanner.as_ref().clone(),
        reader: FileReader { workbooks: importer.workbook_reader.clone() },
    };
    let new_files = match body {
        ImportBody::File(media_type, body) => {
            let named = NamedFile { filename: target.filename.unwrap_or_default(), file: body.receive().await? };
            vec![NewFile { named, media_type, pointer: String::new() }]
        }
        ImportBody::Form(form) => {
            if target.filename.is_some() {
                let detail = "`filename` must be absent for a form, whose parts have names of their own.";
                return Err(refuse(Fault::query("filename", "not_here", detail)));
            }
            let named = form.receive().await?.into_iter().enumerate();
            let new = |(at, named)| NewFile { named, media_type: String::new(), pointer: format!("/files/{at}") };
            named.map(new).collect()
        }
    };
    let respond = |imports| ImportResponse::new(imports, mode);
    creator.create_idempotent(&call, area.as_deref(), new_files, mode, &key, respond).await
}

fn refuse(fault: Fault) -> Problem {
    Problem::with_faults(ProblemKind::InvalidParameters, vec![fault])
}

/// Writes the rows of a table into a draft.
async fn import_rows(
    importer: &Importer,
    (call, area): (Call, Option<String>),
    (media_type, body): (String, FileBody),
    draft: Uuid,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<ImportResponse>> {
    let kind = match media_type.as_str() {
        "text/csv" => ImportKind::Csv,
        "application/json" => ImportKind::Json,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => ImportKind::Xlsx,
        other => {
            let detail = format!(
                "The rows of a draft are imported from CSV, XLSX or JSON, and not from {other}. Leave `inspection_id` \
                 out to import the file as a proposal."
            );
            return Err(refuse(Fault::query("inspection_id", "not_here", detail)));
        }
    };
    let file = body.receive().await?;
    let key = key.with_content(&[file.sha256()]);
    let stored_key = key.key().is_some().then(|| key.clone());
    let request = ImportRequest { call: call.clone(), area, kind, draft: Some(draft), idempotency_key: stored_key };
    let outcome = importer.import(request, file, mode, Some(IMPORT_TIMEOUT)).await;
    let import = match outcome {
        Ok(ImportOutcome::Replayed(stored)) => return Ok(IdempotentResponse::new(stored, true)),
        Ok(ImportOutcome::Import(import)) => import,
        Err(problem) => {
            // The import was stored when it began. A refused request can be sent again with the same key.
            if mode == WriteMode::Write && is_final(&problem) {
                importer.db.replace_stored_response(&call, &key, None).await?;
            }
            return Err(problem);
        }
    };
    if import.state == ImportState::Running {
        let response = ImportResponse::Running(RunningImportResponse(import));
        return Ok(IdempotentResponse::new(key.stored_response(response)?, false));
    }
    let version = import.version;
    let created = Created::at(import.links["self"].clone(), *import, mode).version(version);
    let response = key.stored_response(ImportResponse::Rows(Box::new(created)))?;
    if mode == WriteMode::Write {
        importer.db.replace_stored_response(&call, &key, Some(&response)).await?;
    }
    Ok(IdempotentResponse::new(response, false))
}

/// Returns true unless the request may still be running, was never performed, or has an unknown outcome.
fn is_final(problem: &Problem) -> bool {
    !matches!(
        problem.kind(),
        ProblemKind::StillRunning
            | ProblemKind::IdempotencyKeyReused
            | ProblemKind::Unavailable
            | ProblemKind::Internal
    )
}

//! The operations at `/v1/imports`: the import of a policing body's document, or of a table of recommendations.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use serde_json::json;
use uuid::Uuid;

use super::model::{DocumentImport, Import, ImportState};
use super::requests::{ImportBody, ImportTarget};
use super::running_import_response::RunningImportResponse;
use super::service::{ImportOutcome, ImportRequest, Importer, import_document_idempotent};
use super::{store, table};
use crate::api::{
    self, Api, ApiResponse, ApiResult, Argument, Created, CsvOrWorkbook, Fault, IdempotencyKey, IdempotentResponse,
    Json, OperationDoc, Path, Problem, ProblemKind, StaticResponse, StaticResponseAs, WriteMode,
};
use crate::auth::permissions::{ImportDocuments, ReadImports};
use crate::auth::{Anyone, Call, Caller, Role};
use crate::db::Db;

/// The time that the HTTP response waits for the end of an import. After it, the response is 202.
const IMPORT_TIMEOUT: Duration = Duration::from_secs(8);

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("imports", "The import of policing bodies' published documents and of tables of recommendations.");
    api.post("/v1/imports", "Import a document or a table", create)
        .problem(ProblemKind::AlreadyExists)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Imports a policing body's published response document (text/plain), or a table of recommendations (CSV, \
             XLSX or JSON). The import writes everything or nothing: if any line or row has a fault, the status is 422 \
             and `errors` lists the faults. An import of a table that takes longer than 8 seconds continues, and the \
             response is 202 with its address.",
        );
    api.get("/v1/imports/template", "Get the template of a table", get_template).description(
        "Returns an empty table with all columns, to be filled in and imported. The workbook has a second sheet that \
         explains each column.",
    );
    api.get("/v1/imports/{id}", "Get an import", get).description(
        "Returns the state of the import of a table, the number of rows read so far and its faults. An import that \
         has made no progress for 15 minutes is `failed`. An import of another area is 404.",
    );
}

/// The response to the import of a table.
enum ImportResponse {
    /// An import that has ended, or that was only validated.
    Table(Box<Created<Import>>),
    /// An import that continues in the background.
    Running(RunningImportResponse),
}

impl ApiResponse for ImportResponse {
    fn describe(doc: &mut OperationDoc) {
        Created::<DocumentImport>::describe(doc);
        let either = json!({ "oneOf": [doc.schema::<DocumentImport>(), doc.schema::<Import>()] });
        let either = doc.component("ImportResponse", either);
        let content = json!({ "application/json": { "schema": either } });
        let location =
            ("Location", "The address of the area's response, of the draft inspection, or of the import of a table.");
        doc.response(
            201,
            "The import is done: the result of a document, or the import of a table.",
            &[location, ("ETag", "The ETag of the import of a table.")],
            content.clone(),
        );
        doc.response(200, "The file is valid. With `validate_only`, nothing was written.", &[], content);
        RunningImportResponse::describe(doc);
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::Table(created) => created.into_response(request),
            Self::Running(response) => response.into_response(request),
        }
    }
}

async fn create(
    caller: Caller<ImportDocuments>,
    importer: Data<Importer>,
    target: ImportTarget,
    mode: WriteMode,
    body: ImportBody,
    idempotency_key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<ImportResponse>> {
    match body {
        ImportBody::Document(text) => {
            create_from_document(&caller, &importer.db, target, mode, &text, &idempotency_key)
                .await
                .map(IdempotentResponse::into_variant)
        }
        ImportBody::Table(kind, body) => {
            let (call, area) = act_for_area(&caller, target.area)?;
            if target.draft {
                let detail = "`draft` must be absent or false for a table: its inspection is always a draft.";
                let fault = Fault::query("draft", "not_here", detail);
                return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
            }
            let file = body.receive().await?;
            let idempotency_key = idempotency_key.with_content(&[file.sha256()]);
            let key = idempotency_key.key().is_some().then(|| idempotency_key.clone());
            let request = ImportRequest { call, area, kind, draft: target.inspection_id, idempotency_key: key };
            let import = match importer.import(request, file, mode, Some(IMPORT_TIMEOUT)).await? {
                ImportOutcome::Replayed(stored) => return Ok(IdempotentResponse::new(stored, true)),
                ImportOutcome::Import(import) => import,
            };
            let response = if import.state == ImportState::Running {
                ImportResponse::Running(RunningImportResponse(import))
            } else {
                let version = import.version;
                ImportResponse::Table(Box::new(
                    Created::at(import.links["self"].clone(), *import, mode).version(version),
                ))
            };
            Ok(IdempotentResponse::new(idempotency_key.stored_response(response)?, false))
        }
    }
}

async fn create_from_document(
    caller: &Call,
    db: &Db,
    target: ImportTarget,
    mode: WriteMode,
    text: &str,
    idempotency_key: &IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<DocumentImport>>> {
    if target.inspection_id.is_some() {
        let fault = Fault::query(
            "inspection_id",
            "not_here",
            "`inspection_id` must be absent for a document, which names its inspection itself.",
        );
        return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
    }
    let area = match (target.area, caller.actor.areas()) {
        (Some(area), _) => area,
        (None, [only]) => only.clone(),
        (None, _) => return Err(area_required()),
    };
    import_document_idempotent(db, caller, &area, text, target.draft, mode, idempotency_key).await
}

fn area_required() -> Problem {
    let fault = Fault::query("area", "required", "`area` is required: name the area for which the file is imported.");
    Problem::with_faults(ProblemKind::InvalidParameters, vec![fault])
}

/// Returns the call with the rights of the area's policing body, and the area. A registrar without `area` imports for
/// no area.
fn act_for_area(call: &Call, area: Option<String>) -> Result<(Call, Option<String>), Problem> {
    let is_opcc = || call.actor.has_any_role(&[Role::Opcc]);
    let area = match (area, call.actor.areas()) {
        (None, [only]) if is_opcc() => Some(only.clone()),
        (None, _) if call.actor.has_any_role(&[Role::Registrar]) => None,
        (None, _) => return Err(area_required()),
        (Some(area), own) if is_opcc() && own.contains(&area) => Some(area),
        (Some(area), _) => return Err(not_an_own_area(&area)),
    };
    match area {
        None => Ok((call.clone(), None)),
        Some(area) => {
            let actor = call.actor.acting_for(&area);
            let actor = actor.ok_or_else(|| not_an_own_area(&area))?;
            Ok((Call { actor, ..call.clone() }, Some(area)))
        }
    }
}

fn not_an_own_area(area: &str) -> Problem {
    let detail = format!("To import for the area {area:?}, the caller must have the role opcc in that area.");
    Problem::forbidden(detail)
}

async fn get(caller: Caller<ReadImports>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<Import>> {
    let found = db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    found.map(|import| Json::record(import.fail_if_stalled(caller.at))).ok_or_else(Problem::not_found)
}

/// The format of the template.
#[derive(Clone, Copy, Debug)]
enum TemplateFormat {
    Csv,
    Workbook,
}

impl FromRequest for TemplateFormat {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(api::parameter(request, "format").and_then(|format| match format.as_deref() {
            None | Some("csv") => Ok(Self::Csv),
            Some("xlsx") => Ok(Self::Workbook),
            Some(other) => {
                let detail = format!("`format` is {other:?}; it must be csv or xlsx.");
                let fault = Fault::query("format", "unknown_value", detail);
                Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]))
            }
        }))
    }
}

impl Argument for TemplateFormat {
    fn describe(doc: &mut OperationDoc) {
        let schema = json!({ "type": "string", "enum": ["csv", "xlsx"], "default": "csv" });
        doc.parameter(
            "query",
            "format",
            false,
            "The format of the template. The workbook also explains each column.",
            schema,
        );
        doc.problem(ProblemKind::InvalidParameters);
    }
}

async fn get_template(_: Anyone, format: TemplateFormat) -> ApiResult<StaticResponseAs<CsvOrWorkbook>> {
    let (media, bytes) = match format {
        TemplateFormat::Csv => ("text/csv; charset=utf-8; header=present", table::csv_template()),
        TemplateFormat::Workbook => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            table::workbook_template().map_err(Problem::internal)?,
        ),
    };
    Ok(StaticResponse { media_type: media.to_owned(), bytes, policy: None }.into())
}

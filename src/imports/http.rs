//! `/v1/imports`: an office's document, or a table of recommendations.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use serde_json::json;
use uuid::Uuid;

use super::accepted_response::AcceptedResponse;
use super::importer::{Importer, Ordered, Run};
use super::model::{Import, ImportState, Imported};
use super::request::{Sent, Target};
use super::{store, table};
use crate::api::{
    self, Api, ApiResponse, ApiResult, Argument, Created, CsvOrWorkbook, Doc, Fault, IdempotencyKey,
    IdempotentResponse, Json, Kind, Mode, Path, Problem, StaticResponse, StaticResponseAs,
};
use crate::auth::permissions::{ImportDocuments, ReadImports};
use crate::auth::{Anyone, Call, Caller, Role};
use crate::db::Db;

/// How long an answer waits for the end of a table's import.
const PATIENCE: Duration = Duration::from_secs(8);

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("imports", "An office's published documents, and tables of recommendations, brought into the record.");
    api.post("/v1/imports", "Import a published response document, or a table of recommendations", create);
    api.get("/v1/imports/template", "Show the empty table to fill in", template);
    api.get("/v1/imports/{id}", "Show how far an import of a table has come", show);
}

/// What the import of a table answers; of a document, what it brought in.
enum ImportAnswer {
    /// A table's import, ended or only checked.
    Table(Box<Created<Import>>),
    /// A table's import that goes on.
    AcceptedResponse(AcceptedResponse),
}

impl ApiResponse for ImportAnswer {
    fn describe(doc: &mut Doc) {
        Created::<Imported>::describe(doc);
        let either = json!({ "oneOf": [doc.schema::<Imported>(), doc.schema::<Import>()] });
        let either = doc.component("ImportAnswer", either);
        let content = json!({ "application/json": { "schema": either } });
        let location = ("Location", "Where it is.");
        doc.response(
            201,
            "Made: of a document what it brought in, of a table its import, done.",
            &[location, ("ETag", "The entity tag of a table's import.")],
            content.clone(),
        );
        doc.response(200, "Checked with validate_only; nothing was written.", &[], content);
        AcceptedResponse::describe(doc);
    }

    fn reply(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::Table(created) => created.reply(request),
            Self::AcceptedResponse(accepted) => accepted.reply(request),
        }
    }
}

async fn create(
    caller: Caller<ImportDocuments>,
    importer: Data<Importer>,
    target: Target,
    mode: Mode,
    sent: Sent,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<ImportAnswer>> {
    match sent {
        Sent::Document(text) => {
            document(&caller, &importer.db, target, mode, &text, &once).await.map(IdempotentResponse::among)
        }
        Sent::Table(kind, body) => {
            let (call, area) = at_work(&caller, target.area)?;
            if target.draft {
                let detail = "A table's inspection always is a draft.";
                let fault = Fault::query("draft", "not_here", detail);
                return Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]));
            }
            let kept = body.receive().await?;
            let once = once.with(&[kept.sha256()]);
            let keyed = once.key().is_some().then(|| once.clone());
            let ordered = Ordered { call, area, kind, draft: target.inspection_id, once: keyed };
            let import = match importer.import(ordered, kept, mode, Some(PATIENCE)).await? {
                Run::Replayed(kept) => return Ok(IdempotentResponse::new(kept, true)),
                Run::Import(import) => import,
            };
            let answer = if import.state == ImportState::Running {
                ImportAnswer::AcceptedResponse(AcceptedResponse(import))
            } else {
                let version = import.version;
                ImportAnswer::Table(Box::new(Created::at(import.links["self"].clone(), *import, mode).version(version)))
            };
            Ok(IdempotentResponse::new(once.answer(answer)?, false))
        }
    }
}

async fn document(
    caller: &Call,
    db: &Db,
    target: Target,
    mode: Mode,
    text: &str,
    once: &IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Imported>>> {
    if target.inspection_id.is_some() {
        let fault = Fault::query("inspection_id", "not_here", "A document names its inspection itself.");
        return Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]));
    }
    let area = match (target.area, caller.actor.areas()) {
        (Some(area), _) => area,
        (None, [only]) => only.clone(),
        (None, _) => return Err(which_area()),
    };
    super::run_once(db, caller, &area, text, target.draft, mode, once).await
}

fn which_area() -> Problem {
    let fault = Fault::query("area", "required", "Say in which area's name it is.");
    Problem::with_faults(Kind::InvalidParameters, vec![fault])
}

/// The caller at work for an area of its own as the policing body would be, or as a registrar for none.
fn at_work(call: &Call, area: Option<String>) -> Result<(Call, Option<String>), Problem> {
    let own = || call.actor.is_any(&[Role::Opcc]);
    let area = match (area, call.actor.areas()) {
        (None, [only]) if own() => Some(only.clone()),
        (None, _) if call.actor.is_any(&[Role::Registrar]) => None,
        (None, _) => return Err(which_area()),
        (Some(area), known) if own() && known.contains(&area) => Some(area),
        (Some(_), _) => return Err(Problem::forbidden("This is none of the token's areas.")),
    };
    match area {
        None => Ok((call.clone(), None)),
        Some(area) => {
            let actor = call.actor.acting_for(&area);
            let actor = actor.ok_or_else(|| Problem::forbidden("This is none of the token's areas."))?;
            Ok((Call { actor, ..call.clone() }, Some(area)))
        }
    }
}

async fn show(caller: Caller<ReadImports>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<Import>> {
    let found = db.read(&caller.actor, async |db| store::find(db, id).await).await?;
    found.map(|import| Json::record(import.as_of(caller.at))).ok_or_else(Problem::not_found)
}

/// In which form the template is wanted.
#[derive(Clone, Copy, Debug)]
enum Template {
    Csv,
    Workbook,
}

impl FromRequest for Template {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(api::parameter(request, "format").and_then(|format| match format.as_deref() {
            None | Some("csv") => Ok(Self::Csv),
            Some("xlsx") => Ok(Self::Workbook),
            Some(_) => {
                let fault = Fault::query("format", "unknown_value", "The formats are csv and xlsx.");
                Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]))
            }
        }))
    }
}

impl Argument for Template {
    fn describe(doc: &mut Doc) {
        let schema = json!({ "type": "string", "enum": ["csv", "xlsx"], "default": "csv" });
        doc.parameter("query", "format", false, "Its form; the workbook also says what each column means.", schema);
        doc.problem(Kind::InvalidParameters);
    }
}

async fn template(_: Anyone, form: Template) -> ApiResult<StaticResponseAs<CsvOrWorkbook>> {
    let (media, bytes) = match form {
        Template::Csv => ("text/csv; charset=utf-8; header=present", table::csv_template()),
        Template::Workbook => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            table::workbook_template().map_err(Problem::internal)?,
        ),
    };
    Ok(StaticResponse { media: media.to_owned(), bytes, policy: None }.into())
}

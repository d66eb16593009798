//! The operations at `/v1/exports`: a whole list as a file, with the records that the list shows the caller.

use actix_web::body::BodyStream;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde_json::json;
use uuid::Uuid;

use super::format::{ExportOptions, Format};
use super::lists::{EXPORTABLE_LISTS, Export, ExportableList, ExportableLists};
use super::worker::{ExportBody, ExportRequest, Exporter};
use crate::api::{Api, ApiResponse, ApiResult, Json, OperationDoc, Unpaged};
use crate::areas::Areas;
use crate::assignments::Assignments;
use crate::audit::AuditEvents;
use crate::auth::permissions::ReadAudit;
use crate::auth::{Anyone, Call, Caller};
use crate::db::{AuditedRead, Db, Event, EventNote};
use crate::inspections::store::Inspections;
use crate::recommendations::store::Recommendations;
use crate::responses::Responses;
use crate::vocabulary::WireName;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag(
        "exports",
        "A whole list as CSV, as a workbook or as JSON Lines, with the same filters and sorts as the list.",
    );
    api.get_cached("/v1/exports", "List exportable lists", list)
        .description("Returns the lists that can be exported, with the address, the formats and the columns of each.");
    api.get("/v1/exports/inspections", "Export inspections", inspections).description(
        "Returns the inspections that the caller can see as one file: published ones, and the drafts of the caller's \
         areas. If an error occurs while the file is sent, the service closes the connection, so the file is \
         incomplete.",
    );
    api.get("/v1/exports/recommendations", "Export recommendations", recommendations).description(
        "Returns the recommendations that the caller can see as one file, with the filters of GET \
         /v1/recommendations. If an error occurs while the file is sent, the service closes the connection, so the \
         file is incomplete.",
    );
    api.get("/v1/exports/responses", "Export responses", responses).description(
        "Returns the responses that the caller can see as one file. Each response has the members that the list \
         shows this caller, so the drafts of the other side are not in it. If an error occurs while the file is \
         sent, the service closes the connection, so the file is incomplete.",
    );
    api.get("/v1/exports/assignments", "Export assignments", assignments).description(
        "Returns the assignments that the caller can see as one file, with the filters of GET /v1/assignments. If an \
         error occurs while the file is sent, the service closes the connection, so the file is incomplete.",
    );
    api.get("/v1/exports/areas", "Export areas", areas).description(
        "Returns the police areas as one file. The columns of the settings have values only for the caller's own \
         areas.",
    );
    api.get("/v1/exports/audit-events", "Export audit events", audit_events).description(
        "Returns the audit events that the caller can see as one file. Before the file is sent, the service records \
         the export itself as an audit event of each area of the caller.",
    );
}

async fn list(_: Anyone) -> ApiResult<Json<ExportableLists>> {
    let items = EXPORTABLE_LISTS.iter().map(|(name, columns)| ExportableList {
        name,
        href: format!("/v1/exports/{name}"),
        formats: Format::NAMES.to_vec(),
        columns: columns.to_vec(),
    });
    Ok(Json::plain(ExportableLists { items: items.collect() }))
}

/// A 200 response that streams a file. After an error, the connection is closed without the last chunk, so that the
/// client never takes an incomplete file for a complete one.
pub struct ExportStream {
    name: &'static str,
    format: Format,
    body: Option<ExportBody>,
}

impl ApiResponse for ExportStream {
    fn describe(doc: &mut OperationDoc) {
        let name = ("Content-Disposition", "The file's name (RFC 6266).");
        let text = json!({ "schema": { "type": "string" } });
        let content = json!({
            "text/csv": text, Format::Xlsx.content_type(): { "schema": { "type": "string", "format": "binary" } },
            "application/jsonl": text,
        });
        doc.response(200, "The whole list.", &[name], content);
    }

    fn into_response(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.content_type(self.format.content_type());
        let name = format!("attachment; filename=\"{}.{}\"", self.name, self.format);
        response.insert_header((header::CONTENT_DISPOSITION, name));
        let chunks = stream::unfold(self.body, |body| async move {
            let mut body = body?;
            body.recv().await.map(|bytes| (bytes, Some(body)))
        });
        response.body(BodyStream::new(chunks))
    }
}

/// Starts an export. A HEAD request gets the headers without a body.
async fn start<L: Export>(exporter: &Exporter, request: ExportRequest<L>) -> ApiResult<ExportStream> {
    let (name, format) = (L::NAME, request.options.format);
    let body = if request.options.headers_only { None } else { Some(exporter.start(request).await?) };
    Ok(ExportStream { name, format, body })
}

macro_rules! public_exports {
    ($($name:ident: $list:ty;)+) => { $(
        async fn $name(
            caller: Anyone,
            exporter: Data<Exporter>,
            Unpaged(query): Unpaged<$list>,
            options: ExportOptions,
        ) -> ApiResult<ExportStream> {
            start(&exporter, ExportRequest { call: caller.call, at: caller.at, query, options }).await
        }
    )+ };
}

public_exports! {
    inspections: Inspections;
    recommendations: Recommendations;
    responses: Responses;
    assignments: Assignments;
    areas: Areas;
}

async fn audit_events(
    caller: Caller<ReadAudit>,
    db: Data<Db>,
    exporter: Data<Exporter>,
    Unpaged(query): Unpaged<AuditEvents>,
    options: ExportOptions,
) -> ApiResult<ExportStream> {
    if !options.headers_only {
        // The event is committed before the first byte is sent, so that no export of the log is unrecorded.
        db.read_audited(&caller, async |_| Ok(AuditedRead::new((), export_events(&caller, options)))).await?;
    }
    let call: Call = (*caller).clone();
    start(&exporter, ExportRequest { at: call.at, call: Some(call), query, options }).await
}

/// Returns an event for each area whose audit log is exported.
fn export_events(call: &Call, options: ExportOptions) -> Vec<Event> {
    let note =
        || Some(EventNote { text: format!("The audit events were exported as {}.", options.format), side: None });
    let event = || Event::new("export", Uuid::now_v7(), 1, "export").note(note());
    let scope = call.actor.scope();
    let events: Vec<Event> = scope.areas().iter().map(|area| event().area(area)).collect();
    if events.is_empty() { vec![event()] } else { events }
}

//! `/v1/exports`: all of a list as a file. What a caller sees in it is what the list shows that caller.

use actix_web::body::BodyStream;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde_json::json;
use uuid::Uuid;

use super::format::{Format, Wanted};
use super::lists::{Export, TABLE};
use super::model::{ExportList, Exports};
use super::worker::{Content, ExportWorker, Order};
use crate::api::{Api, ApiResponse, ApiResult, Doc, Json, Unpaged};
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
    api.tag("exports", "All of a list as CSV, as a workbook or as JSON Lines, with the filters and the order it has.");
    api.get_cached("/v1/exports", "List what can be exported", index);
    api.get("/v1/exports/inspections", "Export the inspections", inspections);
    api.get("/v1/exports/recommendations", "Export the recommendations", recommendations);
    api.get("/v1/exports/responses", "Export the responses", responses);
    api.get("/v1/exports/assignments", "Export the assignments", assignments);
    api.get("/v1/exports/areas", "Export the areas", areas);
    api.get("/v1/exports/audit-events", "Export the audit events", audit_events);
}

async fn index(_: Anyone) -> ApiResult<Json<Exports>> {
    let items = TABLE.iter().map(|(name, columns)| ExportList {
        name,
        href: format!("/v1/exports/{name}"),
        formats: Format::NAMES.to_vec(),
        columns: columns.to_vec(),
    });
    Ok(Json::plain(Exports { items: items.collect() }))
}

/// 200 with a file whose bytes come as they are made. A fault on the way breaks the connection off: a file that ends
/// short never looks whole.
pub struct Streamed {
    name: &'static str,
    format: Format,
    content: Option<Content>,
}

impl ApiResponse for Streamed {
    fn describe(doc: &mut Doc) {
        let name = ("Content-Disposition", "The name to keep it under (RFC 6266).");
        let text = json!({ "schema": { "type": "string" } });
        let content = json!({
            "text/csv": text, Format::Xlsx.content_type(): { "schema": { "type": "string", "format": "binary" } },
            "application/jsonl": text,
        });
        doc.response(200, "All of the list.", &[name], content);
    }

    fn reply(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        answer.content_type(self.format.content_type());
        let name = format!("attachment; filename=\"{}.{}\"", self.name, self.format);
        answer.insert_header((header::CONTENT_DISPOSITION, name));
        let made = stream::unfold(self.content, |content| async move {
            let mut content = content?;
            content.recv().await.map(|bytes| (bytes, Some(content)))
        });
        answer.body(BodyStream::new(made))
    }
}

/// The order given, unless the client only asked what the answer would be like.
async fn ordered<L: Export>(desk: &ExportWorker, order: Order<L>) -> ApiResult<Streamed> {
    let (name, format) = (L::NAME, order.wanted.format);
    let content = if order.wanted.described { None } else { Some(desk.order(order).await?) };
    Ok(Streamed { name, format, content })
}

macro_rules! for_anyone {
    ($($name:ident: $list:ty;)+) => { $(
        async fn $name(
            caller: Anyone,
            desk: Data<ExportWorker>,
            Unpaged(query): Unpaged<$list>,
            wanted: Wanted,
        ) -> ApiResult<Streamed> {
            ordered(&desk, Order { call: caller.call, at: caller.at, query, wanted }).await
        }
    )+ };
}

for_anyone! {
    inspections: Inspections;
    recommendations: Recommendations;
    responses: Responses;
    assignments: Assignments;
    areas: Areas;
}

async fn audit_events(
    caller: Caller<ReadAudit>,
    db: Data<Db>,
    desk: Data<ExportWorker>,
    Unpaged(query): Unpaged<AuditEvents>,
    wanted: Wanted,
) -> ApiResult<Streamed> {
    if !wanted.described {
        // Before a byte leaves: who took the log away is in the log.
        db.read_audited(&caller, async |_| Ok(AuditedRead::new((), readings(&caller, wanted)))).await?;
    }
    let call: Call = (*caller).clone();
    ordered(&desk, Order { at: call.at, call: Some(call), query, wanted }).await
}

/// An event for each area whose log is read.
fn readings(call: &Call, wanted: Wanted) -> Vec<Event> {
    let note = || Some(EventNote { text: format!("The audit events were exported as {}.", wanted.format), side: None });
    let event = || Event::new("export", Uuid::now_v7(), 1, "export").note(note());
    let scope = call.actor.scope();
    let events: Vec<Event> = scope.areas().iter().map(|area| event().area(area)).collect();
    if events.is_empty() { vec![event()] } else { events }
}

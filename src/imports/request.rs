//! What `POST /v1/imports` takes: for whom, how far or to which draft, and a document or a table.

use std::future::{Ready, ready};
use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;
use uuid::Uuid;

use super::model::ImportKind;
use super::table::RecommendationTable;
use crate::api::{self, Argument, Body, Doc, Fault, Kind, Problem, Text};
use crate::files::FileBody;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const TAKEN: &str =
    "text/plain, text/csv, application/json, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// For whom, and how far, something is imported.
#[derive(Debug)]
pub struct Target {
    /// The area.
    pub area: Option<String>,
    /// Whether a document's inspection stays a draft.
    pub draft: bool,
    /// The draft that a table's recommendations go to.
    pub inspection_id: Option<Uuid>,
}

impl Target {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let inspection_id = match api::parameter(request, "inspection_id")?.map(|id| id.parse()) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => {
                let fault = Fault::query("inspection_id", "wrong_format", "An id is a UUID.");
                return Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]));
            }
        };
        Ok(Self { area: api::parameter(request, "area")?, draft: api::flag(request, "draft")?, inspection_id })
    }
}

impl FromRequest for Target {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for Target {
    fn describe(doc: &mut Doc) {
        let says = "The area in whose name it is; may be left out where the token names one area, and for a registrar's \
                    table.";
        doc.parameter("query", "area", false, says, json!({ "type": "string" }));
        let says = "Of a document: leave the inspection a draft. It opens no response, so the response text is not kept: \
                    import again once it is published. A table's inspection always is a draft.";
        doc.parameter("query", "draft", false, says, json!({ "type": "boolean", "default": false }));
        let says = "Of a table: the draft inspection that takes its recommendations.";
        doc.parameter("query", "inspection_id", false, says, json!({ "type": "string", "format": "uuid" }));
        doc.problem(Kind::InvalidParameters);
        doc.problem(Kind::NotFound);
    }
}

/// What was sent.
pub enum Sent {
    /// An office's published document.
    Document(String),
    /// A table, its body not read yet.
    Table(ImportKind, FileBody),
}

impl FromRequest for Sent {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media = api::media_type(&request);
            let kind = match media.as_str() {
                "text/plain" => {
                    return Text::from_request(&request, &mut payload).await.map(|Text(text)| Self::Document(text));
                }
                "text/csv" => ImportKind::Csv,
                "application/json" => ImportKind::Json,
                XLSX => ImportKind::Xlsx,
                other => return Err(api::unsupported(other, TAKEN)),
            };
            FileBody::of(&request, payload).await.map(|body| Self::Table(kind, body))
        })
    }
}

impl Argument for Sent {
    fn describe(doc: &mut Doc) {
        Body::<RecommendationTable>::describe(doc);
        let text = json!({ "type": "string" });
        doc.also_body("text/plain", text.clone());
        doc.also_body("text/csv", text);
        doc.also_body(XLSX, json!({ "type": "string", "format": "binary" }));
    }
}

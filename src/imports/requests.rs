//! The request of `POST /v1/imports`: the area and the draft in the query, and a document or a table in the body.

use std::future::{Ready, ready};
use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;
use uuid::Uuid;

use super::model::ImportKind;
use super::table::RecommendationTable;
use crate::api::{self, Argument, Fault, JsonBody, OperationDoc, Problem, ProblemKind, TextBody};
use crate::files::FileBody;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const MEDIA_TYPES: &str =
    "text/plain, text/csv, application/json, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The query parameters of an import: the area, and the draft inspection that a document creates or a table fills.
#[derive(Debug)]
pub struct ImportTarget {
    /// The area for which the file is imported.
    pub area: Option<String>,
    /// Whether the inspection of a document stays a draft.
    pub draft: bool,
    /// The draft that receives the recommendations of a table.
    pub inspection_id: Option<Uuid>,
}

impl ImportTarget {
    fn parse(request: &HttpRequest) -> Result<Self, Problem> {
        let inspection_id = match api::parameter(request, "inspection_id")?.map(|id| id.parse()) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => {
                let fault = Fault::query("inspection_id", "wrong_format", "`inspection_id` must be a UUID.");
                return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
            }
        };
        Ok(Self { area: api::parameter(request, "area")?, draft: api::flag(request, "draft")?, inspection_id })
    }
}

impl FromRequest for ImportTarget {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::parse(request))
    }
}

impl Argument for ImportTarget {
    fn describe(doc: &mut OperationDoc) {
        let area = "The area for which the file is imported. It is required if the token has several areas, and if a \
                    registrar imports a document.";
        doc.parameter("query", "area", false, area, json!({ "type": "string" }));
        let draft = "For a document: whether the inspection stays a draft. A draft has no response, so the response \
                     text is not stored; import the document again after publication. For a table, this must be absent \
                     or false.";
        doc.parameter("query", "draft", false, draft, json!({ "type": "boolean", "default": false }));
        let inspection_id = "For a table: the draft inspection that receives the recommendations.";
        doc.parameter("query", "inspection_id", false, inspection_id, json!({ "type": "string", "format": "uuid" }));
        doc.problem(ProblemKind::InvalidParameters);
        doc.problem(ProblemKind::NotFound);
    }
}

/// The body of an import.
pub enum ImportBody {
    /// The text of a policing body's published document.
    Document(String),
    /// A table, whose bytes have not been received yet.
    Table(ImportKind, FileBody),
}

impl FromRequest for ImportBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media = api::media_type(&request);
            let kind = match media.as_str() {
                "text/plain" => {
                    return TextBody::from_request(&request, &mut payload)
                        .await
                        .map(|TextBody(text)| Self::Document(text));
                }
                "text/csv" => ImportKind::Csv,
                "application/json" => ImportKind::Json,
                XLSX => ImportKind::Xlsx,
                other => return Err(api::unsupported_media_type(other, MEDIA_TYPES)),
            };
            FileBody::new(&request, payload).await.map(|body| Self::Table(kind, body))
        })
    }
}

impl Argument for ImportBody {
    fn describe(doc: &mut OperationDoc) {
        JsonBody::<RecommendationTable>::describe(doc);
        let text = json!({ "type": "string" });
        doc.body_alternative("text/plain", text.clone());
        doc.body_alternative("text/csv", text);
        doc.body_alternative(XLSX, json!({ "type": "string", "format": "binary" }));
    }
}

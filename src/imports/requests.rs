//! The requests of imports: the area and the file of a new import, the answers, and the transition.

use std::future::{Ready, ready};
use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::proposal::Answers;
use super::table::RecommendationTable;
use super::workflow::Action;
use crate::api::text::{LongText, SingleLineText};
use crate::api::{self, Argument, Fault, JsonBody, OperationDoc, Problem, ProblemKind};
use crate::files::{FileBody, FilesForm, MAX_FILES, check_name};
use crate::label;

/// The media types of one file. The content decides how the file is read.
const MEDIA_TYPES: [&str; 13] = [
    "text/plain",
    "text/html",
    "text/csv",
    "text/rtf",
    "application/rtf",
    "application/pdf",
    "application/json",
    "application/octet-stream",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.ms-excel",
];
const FORM_DATA: &str = "multipart/form-data";

/// The query parameters of an import: the area, the name of the file, and the draft that rows are written into.
#[derive(Debug)]
pub struct ImportTarget {
    /// The area for which the file is imported.
    pub area: Option<String>,
    /// The name of the file.
    pub filename: Option<String>,
    /// The draft that receives the rows of a table.
    pub inspection_id: Option<Uuid>,
}

impl ImportTarget {
    fn parse(request: &HttpRequest) -> Result<Self, Problem> {
        let refuse = |fault| Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
        let inspection_id = match api::parameter(request, "inspection_id")?.map(|id| id.parse()) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => {
                return refuse(Fault::query("inspection_id", "wrong_format", "`inspection_id` must be a UUID."));
            }
        };
        let filename = match api::parameter(request, "filename")? {
            None => None,
            Some(name) => match check_name(Some(name)) {
                Ok(name) => Some(name),
                Err(problem) => {
                    let code = problem.faults().first().map_or("wrong_format", |fault| fault.code);
                    return refuse(Fault::query("filename", code, problem.detail()));
                }
            },
        };
        let area = api::parameter(request, "area")?.as_deref().map(label::key);
        Ok(Self { area, filename, inspection_id })
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
        let area = "The area for which the file is imported. It is required if the token has several areas. A registrar \
                    can leave it out: the import then has no response.";
        doc.parameter("query", "area", false, area, json!({ "type": "string" }));
        let filename = "The name of the file, if the body is the file itself.";
        doc.parameter("query", "filename", false, filename, json!({ "type": "string", "maxLength": 255 }));
        let inspection_id =
            "The draft inspection into which the rows of a table are written at once, without a proposal.";
        doc.parameter("query", "inspection_id", false, inspection_id, json!({ "type": "string", "format": "uuid" }));
        doc.problem(ProblemKind::InvalidParameters);
        doc.problem(ProblemKind::NotFound);
    }
}

/// The body of an import, whose bytes have not been received yet.
pub enum ImportBody {
    /// One file, with its media type.
    File(String, FileBody),
    /// A form with files.
    Form(FilesForm),
}

impl FromRequest for ImportBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media_type = api::media_type(&request);
            if media_type == FORM_DATA {
                return FilesForm::new(&request, payload).map(Self::Form);
            }
            if !MEDIA_TYPES.contains(&media_type.as_str()) {
                let accepted = format!("{}, {FORM_DATA}", MEDIA_TYPES.join(", "));
                return Err(api::unsupported_media_type(&media_type, &accepted));
            }
            FileBody::new(&request, payload).await.map(|body| Self::File(media_type, body))
        })
    }
}

impl Argument for ImportBody {
    fn describe(doc: &mut OperationDoc) {
        JsonBody::<RecommendationTable>::describe(doc);
        for media_type in MEDIA_TYPES.into_iter().filter(|media_type| *media_type != "application/json") {
            let schema = match ["text/plain", "text/csv"].contains(&media_type) {
                true => json!({ "type": "string" }),
                false => json!({ "type": "string", "format": "binary" }),
            };
            doc.body_alternative(media_type, schema);
        }
        let file = json!({ "type": "string", "format": "binary", "contentMediaType": "application/octet-stream" });
        let schema = json!({
            "type": "object", "description": "A form with one or several files, each in a part named `file`.",
            "required": ["file"], "additionalProperties": false,
            "properties": { "file": { "type": "array", "minItems": 1, "maxItems": MAX_FILES, "items": file } },
        });
        let form = doc.component("ImportForm", schema);
        doc.body_alternative(FORM_DATA, form);
    }
}

/// The answers to add, to change or to take back (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportAmendment {
    /// The answers, by JSON Pointer (RFC 6901) to a fact of the proposal. Null takes an answer back; an empty text or list
    /// removes the fact's value. A pointer to the place after the last recommendation or explanation adds one, whose
    /// answer is an object of values.
    #[serde(default, deserialize_with = "crate::api::amendment::given")]
    #[schema(value_type = Option<Object>, required = false)]
    pub answers: Option<Option<Answers>>,
}

/// A transition of an import.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum ImportTransition {
    /// Write the proposal to the record: a new inspection or a registered one, and the area's response.
    Accept {
        /// Whether to publish the inspection too, which opens the response of every subject area.
        #[serde(default)]
        publish: bool,
        /// Whether to answer each question that has a proposed answer with it.
        #[serde(default)]
        confirm_proposed: bool,
        /// The pointers of those `differences` in which the document is right and the registered inspection is corrected.
        /// In all others the record stays as it is. It takes the rights that correcting by hand takes.
        #[serde(default)]
        #[schema(max_items = 2000, example = json!(["/inspection/title"]))]
        correct: Vec<SingleLineText>,
        /// The reason for the corrections; the name of the file if absent.
        #[serde(default)]
        #[schema(nullable = false)]
        reason: Option<LongText>,
    },
    /// Discard the proposal.
    Discard {},
    /// Take back what the accepted import wrote, while nothing came after it.
    Undo {},
}

impl ImportTransition {
    /// Returns the action of the transition.
    pub fn action(&self) -> Action {
        match self {
            Self::Accept { .. } => Action::Accept,
            Self::Discard {} => Action::Discard,
            Self::Undo {} => Action::Undo,
        }
    }
}

//! A response of unlimited length in JSON Lines, which is sent while it is made.

use std::pin::Pin;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::Stream;
use serde_json::json;

use super::operation_doc::OperationDoc;
use super::problem::{Problem, ProblemKind};
use super::response::ApiResponse;

/// The chunks of a body. An error aborts the connection, so that the client cannot mistake the body for complete.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, Problem>>>>;

/// 200 with JSON Lines.
pub struct JsonLines {
    lines: ByteStream,
    filename: String,
}

impl JsonLines {
    /// Creates a response that browsers save under a file name.
    pub fn new(filename: String, lines: ByteStream) -> Self {
        Self { lines, filename }
    }
}

impl ApiResponse for JsonLines {
    fn describe(doc: &mut OperationDoc) {
        let filename = ("Content-Disposition", "The file name under which to save the content.");
        let content = json!({ "application/jsonl": { "schema": { "type": "string" } } });
        doc.response(200, "Lines, each of which is one JSON object.", &[filename], content);
        doc.problem(ProblemKind::NotFound);
    }

    fn into_response(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .content_type("application/jsonl")
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.filename)))
            .streaming(self.lines)
    }
}

//! An answer that is sent while it is made: for what has no limit to its length.

use std::pin::Pin;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::Stream;
use serde_json::json;

use super::describe::Doc;
use super::problem::{Kind, Problem};
use super::response::ApiResponse;

/// The pieces of an answer. A piece that fails breaks the answer off, so that it cannot be taken for whole.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, Problem>>>>;

/// 200 with JSON Lines, sent while they are made.
pub struct Lines {
    pieces: Pieces,
    name: String,
}

impl Lines {
    /// Lines to be saved under a name.
    pub fn named(name: String, pieces: Pieces) -> Self {
        Self { pieces, name }
    }
}

impl ApiResponse for Lines {
    fn describe(doc: &mut Doc) {
        let name = ("Content-Disposition", "The name to save it under.");
        let content = json!({ "application/jsonl": { "schema": { "type": "string" } } });
        doc.response(200, "The lines, each one JSON object.", &[name], content);
        doc.problem(Kind::NotFound);
    }

    fn reply(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .content_type("application/jsonl")
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name)))
            .streaming(self.pieces)
    }
}

//! A file sent to a reader: streamed, as an attachment that nothing runs in, in whole or in part.

use actix_web::body::SizedStream;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{TryStreamExt, stream};
use serde_json::json;

use super::conditional_and_range::{Selection, tag};
use super::disposition::attachment;
use super::{Content, MediaType};
use crate::api::{ApiResponse, Doc, Fault, Kind, Problem};

/// A page of ours shows nothing of a file, and a file opened by itself runs nothing.
const POLICY: &str = "sandbox; default-src 'none'";

/// What is told of a file beside its bytes.
#[derive(Clone, Debug)]
pub struct Meta {
    /// The name it is saved under.
    pub filename: String,
    /// What it is.
    pub media_type: MediaType,
    /// How many bytes it has.
    pub size: u64,
    /// SHA-256 of its bytes, in lower-case hexadecimal; also its entity tag.
    pub sha256: String,
}

/// 200 with a file, 206 with a part of it, 304 where the caller has it, 416 where there is no such part.
pub struct Download {
    meta: Meta,
    selection: Selection,
    content: Option<Content>,
}

impl Download {
    /// Sends what was selected of a file: `content` is the bytes that [`Selection::bytes`] names, none where it names
    /// none.
    pub fn new(meta: Meta, selection: Selection, content: Option<Content>) -> Self {
        Self { meta, selection, content }
    }
}

impl ApiResponse for Download {
    fn describe(doc: &mut Doc) {
        let tag = ("ETag", "The file's entity tag, made of the digest of its bytes.");
        let name = ("Content-Disposition", "The name it was sent under (RFC 6266).");
        let range = ("Content-Range", "Which bytes these are.");
        let content = json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } });
        doc.response(200, "The file.", &[tag, name], content.clone());
        doc.response(206, "A part of the file.", &[tag, name, range], content);
        doc.response(304, "As the caller has it.", &[tag], json!(null));
        doc.problem(Kind::RangeNotSatisfiable);
        doc.problem(Kind::NotFound);
        doc.problem(Kind::Withheld);
    }

    fn reply(self, _: &HttpRequest) -> HttpResponse {
        let Meta { filename, media_type, size, sha256 } = &self.meta;
        let mut answer = HttpResponse::Ok();
        answer.insert_header((header::ETAG, tag(sha256)));
        answer.insert_header((header::ACCEPT_RANGES, "bytes"));
        let sent = match &self.selection {
            Selection::Unchanged => return answer.status(StatusCode::NOT_MODIFIED).finish(),
            Selection::NotSatisfiable => return HttpResponse::from_error(not_satisfiable(*size)),
            Selection::Described | Selection::Whole => 0..*size,
            Selection::Part(range) => {
                let said = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
                answer.status(StatusCode::PARTIAL_CONTENT).insert_header((header::CONTENT_RANGE, said));
                range.clone()
            }
        };
        answer.content_type(media_type.content_type());
        answer.insert_header((header::CONTENT_DISPOSITION, attachment(filename)));
        answer.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
        // With HEAD the encoder sends the length and asks for no bytes.
        let content = self.content.unwrap_or_else(|| Box::pin(stream::empty()));
        // The head has left by then: the connection ends, and only the log can say why.
        let content = content.inspect_err(|problem| tracing::error!(%problem, "a download broke off"));
        answer.body(SizedStream::new(sent.end - sent.start, content))
    }
}

fn not_satisfiable(size: u64) -> Problem {
    let detail = format!("The file has {size} bytes; the range lies beyond them.");
    let problem = Problem::with_faults(Kind::RangeNotSatisfiable, vec![Fault::header("Range", "out_of_range", detail)]);
    match header::HeaderValue::from_str(&format!("bytes */{size}")) {
        Ok(value) => problem.header(header::CONTENT_RANGE, value),
        Err(error) => Problem::internal(error),
    }
}

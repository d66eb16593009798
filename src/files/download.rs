//! The response that sends a file: a stream of the whole file or of one range, as an attachment in which no script
//! runs.

use actix_web::body::SizedStream;
use actix_web::http::header::{
    Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderValue, TryIntoHeaderValue,
};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{TryStreamExt, stream};
use serde_json::json;

use super::ByteStream;
use super::conditional_and_range::{Selection, etag};
use crate::api::default_headers::POLICY_OF_ALL;
use crate::api::{ApiResponse, Fault, OperationDoc, Problem, ProblemKind};

/// The Content-Security-Policy of a file: no page can embed its content, and no script runs in a file that is opened.
const POLICY: &str = constcat::concat!("sandbox; default-src 'none'; ", POLICY_OF_ALL);

/// What the response headers state about a file.
#[derive(Clone, Debug)]
pub struct FileMetadata {
    /// The name under which the client saves the file.
    pub filename: String,
    /// The value of the Content-Type header.
    pub content_type: String,
    /// The number of bytes.
    pub size: u64,
    /// SHA-256 of the bytes, in lower-case hexadecimal. It is also the ETag.
    pub sha256: String,
}

/// A response with a file: 200, 206 for a range, 304 for an unchanged file, or 416 for a range beyond the file.
pub struct Download {
    metadata: FileMetadata,
    selection: Selection,
    content: Option<ByteStream>,
}

impl Download {
    /// Makes the response. `content` has the bytes that [`Selection::bytes`] names, and is `None` if it names none.
    pub fn new(metadata: FileMetadata, selection: Selection, content: Option<ByteStream>) -> Self {
        Self { metadata, selection, content }
    }
}

impl ApiResponse for Download {
    fn describe(doc: &mut OperationDoc) {
        let etag = ("ETag", "The file's ETag: the SHA-256 digest of its bytes.");
        let name = ("Content-Disposition", "`attachment`, with the file's name (RFC 6266).");
        let range = ("Content-Range", "The range of bytes in this response, and the size of the file.");
        let content = json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } });
        doc.response(200, "The whole file.", &[etag, name], content.clone());
        doc.response(206, "The requested range of the file.", &[etag, name, range], content);
        doc.response(304, "The file is unchanged.", &[etag], json!(null));
        doc.problem(ProblemKind::RangeNotSatisfiable);
        doc.problem(ProblemKind::NotFound);
        doc.problem(ProblemKind::FileWithheld);
        doc.problem(ProblemKind::FileDamaged);
        doc.problem(ProblemKind::FileMissing);
    }

    fn into_response(self, _: &HttpRequest) -> HttpResponse {
        let FileMetadata { filename, content_type, size, sha256 } = &self.metadata;
        let mut response = HttpResponse::Ok();
        response.insert_header((header::ETAG, etag(sha256)));
        response.insert_header((header::ACCEPT_RANGES, "bytes"));
        let range = match &self.selection {
            Selection::NotModified => return response.status(StatusCode::NOT_MODIFIED).finish(),
            Selection::NotSatisfiable => return HttpResponse::from_error(not_satisfiable(*size)),
            Selection::HeadersOnly | Selection::WholeFile => 0..*size,
            Selection::ByteRange(range) => {
                let content_range = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
                response.status(StatusCode::PARTIAL_CONTENT);
                response.insert_header((header::CONTENT_RANGE, content_range));
                range.clone()
            }
        };
        response.content_type(content_type.as_str());
        response.insert_header((header::CONTENT_DISPOSITION, attachment(filename)));
        response.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
        // For HEAD, actix sends the length of the stream and reads none of it.
        let content = self.content.unwrap_or_else(|| Box::pin(stream::empty()));
        // The headers are sent by now. actix closes the connection, and only the log can state the reason.
        let content = content.inspect_err(|problem| tracing::error!(%problem, "download interrupted"));
        response.body(SizedStream::new(range.end - range.start, content))
    }
}

fn not_satisfiable(size: u64) -> Problem {
    let detail =
        format!("The file has {size} bytes, and the range begins after its end. Request a range within the file.");
    let problem =
        Problem::with_faults(ProblemKind::RangeNotSatisfiable, vec![Fault::header("Range", "out_of_range", detail)]);
    match HeaderValue::from_str(&format!("bytes */{size}")) {
        Ok(value) => problem.header(header::CONTENT_RANGE, value),
        Err(error) => Problem::internal(error),
    }
}

/// Returns a Content-Disposition (RFC 6266) with the name twice: in ASCII for old clients, and complete in `filename*`
/// (RFC 8187). Any name is safe, because both forms are escaped.
pub(super) fn attachment(filename: &str) -> HeaderValue {
    let plain = |c: char| c.is_ascii_graphic() && !"\"\\/%:*?<>|".contains(c) || c == ' ';
    let fallback: String = filename.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let complete = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: filename.as_bytes().to_vec(),
    };
    let parameters = vec![DispositionParam::Filename(fallback), DispositionParam::FilenameExt(complete)];
    let disposition = ContentDisposition { disposition: DispositionType::Attachment, parameters };
    // The escaped text has only bytes that a header may have, so the conversion does not fail.
    disposition.try_into_value().unwrap_or(HeaderValue::from_static("attachment"))
}

//! Responses with content that is not a JSON record: pages, documents, and files of the documentation.

use std::marker::PhantomData;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::conditional_request::{self, ETAG_HEADER, etag};
use super::default_headers::POLICY_OF_ALL;
use super::operation_doc::OperationDoc;
use super::problem::ProblemKind;
use super::response::{ApiResponse, NOT_MODIFIED};

/// 200 with bytes of any media type.
#[derive(Debug)]
pub struct StaticResponse {
    /// The media type.
    pub media_type: String,
    /// The body.
    pub bytes: Vec<u8>,
    /// The `Content-Security-Policy` of a page, if the default of the service does not fit.
    pub policy: Option<String>,
}

impl StaticResponse {
    /// Creates the response of an HTML page with one inline style. The policy allows that style, by its digest, and
    /// forbids scripts and further requests.
    pub fn html(text: String, style: &str) -> Self {
        let style = STANDARD.encode(digest::digest(&digest::SHA256, style.as_bytes()));
        let policy = format!("default-src 'none'; style-src 'sha256-{style}'; {POLICY_OF_ALL}");
        Self { media_type: "text/html; charset=utf-8".to_owned(), bytes: text.into_bytes(), policy: Some(policy) }
    }
}

impl ApiResponse for StaticResponse {
    fn describe(doc: &mut OperationDoc) {
        describe(doc, &["*/*"], &json!({ "type": "string" }));
        doc.problem(ProblemKind::NotFound);
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.content_type(self.media_type);
        if let Some(policy) = self.policy {
            response.insert_header((header::CONTENT_SECURITY_POLICY, policy));
        }
        conditional_request::respond(request, response, etag(None, &self.bytes), self.bytes)
    }
}

fn describe(doc: &mut OperationDoc, media_types: &[&str], schema: &Value) {
    let content: Map<String, Value> =
        media_types.iter().map(|it| ((*it).to_owned(), json!({ "schema": schema }))).collect();
    doc.response(200, "The content.", &[ETAG_HEADER], Value::Object(content));
    doc.response(304, NOT_MODIFIED, &[ETAG_HEADER], json!(null));
}

/// The media types of a [`StaticResponseAs`].
pub trait MediaTypes: 'static {
    /// The names of the media types.
    const NAMES: &'static [&'static str];
    /// The JSON Schema type of the content: `string` or `object`.
    const SCHEMA_TYPE: &'static str;
}

macro_rules! media_types {
    ($($(#[$doc:meta])* $name:ident = $($media_type:literal)or+, $schema_type:literal;)+) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl MediaTypes for $name {
            const NAMES: &'static [&'static str] = &[$($media_type),+];
            const SCHEMA_TYPE: &'static str = $schema_type;
        }
    )+ };
}

media_types! {
    /// An HTML page.
    Html = "text/html", "string";
    /// Plain text.
    PlainText = "text/plain", "string";
    /// Markdown.
    Markdown = "text/markdown", "string";
    /// Plain text or an HTML page.
    TextOrHtml = "text/plain" or "text/html", "string";
    /// A calendar (RFC 5545).
    Calendar = "text/calendar", "string";
    /// A table, as CSV or as an Excel workbook.
    CsvOrWorkbook = "text/csv" or "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "string";
    /// A JSON object.
    JsonDocument = "application/json", "object";
}

/// 200 with bytes of the media types that `M` names.
#[derive(Debug)]
pub struct StaticResponseAs<M>(StaticResponse, PhantomData<M>);

impl<M> From<StaticResponse> for StaticResponseAs<M> {
    fn from(response: StaticResponse) -> Self {
        Self(response, PhantomData)
    }
}

impl<M: MediaTypes> ApiResponse for StaticResponseAs<M> {
    fn describe(doc: &mut OperationDoc) {
        describe(doc, M::NAMES, &json!({ "type": M::SCHEMA_TYPE }));
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        self.0.into_response(request)
    }
}

//! What was made elsewhere and is answered as it is: a page, a document, a file of the documentation.

use std::marker::PhantomData;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::describe::Doc;
use super::problem::Kind;
use super::response::{ApiResponse, TAG, conditional, tag};

/// 200 with bytes of any media type.
#[derive(Debug)]
pub struct StaticResponse {
    /// The media type.
    pub media: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// A content security policy for pages, where the service's default is not what they need.
    pub policy: Option<String>,
}

impl StaticResponse {
    /// A page with one style in it. Nothing runs, nothing is fetched, and the style is named by its digest.
    pub fn page(text: String, style: &str) -> Self {
        let style = STANDARD.encode(digest::digest(&digest::SHA256, style.as_bytes()));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self { media: "text/html; charset=utf-8".to_owned(), bytes: text.into_bytes(), policy: Some(policy) }
    }
}

impl ApiResponse for StaticResponse {
    fn describe(doc: &mut Doc) {
        describe(doc, &["*/*"], &json!({ "type": "string" }));
        doc.problem(Kind::NotFound);
    }

    fn reply(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        answer.content_type(self.media);
        if let Some(policy) = self.policy {
            answer.insert_header((header::CONTENT_SECURITY_POLICY, policy));
        }
        conditional(request, answer, tag(None, &self.bytes), self.bytes)
    }
}

fn describe(doc: &mut Doc, media: &[&str], schema: &Value) {
    let content: Map<String, Value> = media.iter().map(|it| ((*it).to_owned(), json!({ "schema": schema }))).collect();
    doc.response(200, "The text.", &[TAG], Value::Object(content));
    doc.response(304, "As the caller has it.", &[TAG], json!(null));
}

/// The media types that a [`StaticResponseAs`] comes in.
pub trait MediaTypes: 'static {
    /// Their names.
    const NAMES: &'static [&'static str];
    /// Which type of JSON value holds it.
    const HELD_IN: &'static str;
}

macro_rules! media_types {
    ($($(#[$doc:meta])* $name:ident = $($media:literal)or+, $held:literal;)+) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl MediaTypes for $name {
            const NAMES: &'static [&'static str] = &[$($media),+];
            const HELD_IN: &'static str = $held;
        }
    )+ };
}

media_types! {
    /// A page.
    Html = "text/html", "string";
    /// Text.
    PlainText = "text/plain", "string";
    /// Text with Markdown.
    Markdown = "text/markdown", "string";
    /// Text or a page.
    TextOrHtml = "text/plain" or "text/html", "string";
    /// A calendar (RFC 5545).
    Calendar = "text/calendar", "string";
    /// A table, as text or as a workbook.
    CsvOrWorkbook = "text/csv" or "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "string";
    /// A JSON object.
    JsonDocument = "application/json", "object";
}

/// 200 with bytes of the media types that `M` names.
#[derive(Debug)]
pub struct StaticResponseAs<M>(StaticResponse, PhantomData<M>);

impl<M> From<StaticResponse> for StaticResponseAs<M> {
    fn from(fixed: StaticResponse) -> Self {
        Self(fixed, PhantomData)
    }
}

impl<M: MediaTypes> ApiResponse for StaticResponseAs<M> {
    fn describe(doc: &mut Doc) {
        describe(doc, M::NAMES, &json!({ "type": M::HELD_IN }));
    }

    fn reply(self, request: &HttpRequest) -> HttpResponse {
        self.0.reply(request)
    }
}

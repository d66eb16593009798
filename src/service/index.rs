//! The index of the service, as a record and as a page.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::docs::STYLE;
use crate::api::{
    ApiResponse, ApiResult, Json, MAX_BODY_BYTES, MAX_HEAD_BYTES, OperationDoc, PrefersHtml, Problem, StaticResponse,
};

/// The index of the service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceIndex {
    /// The name of the program.
    name: &'static str,
    /// The version of the program.
    version: &'static str,
    /// The addresses of the main resources, by name.
    links: BTreeMap<&'static str, &'static str>,
    /// The limits on requests.
    limits: ServiceLimits,
}

/// The limits on requests.
#[derive(Debug, Serialize, ToSchema)]
struct ServiceLimits {
    /// The largest request body, in bytes.
    body_bytes: usize,
    /// The largest head of a request, in bytes: its path, query and headers.
    head_bytes: usize,
    /// The largest number of items on a page of a list.
    page_items: usize,
    /// The longest time that a request may take, in seconds.
    request_seconds: u32,
    /// The largest bearer token, in bytes.
    token_bytes: usize,
}

/// The index as a page for a browser.
#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage {
    index: ServiceIndex,
}

/// The index, in the form that the client prefers.
#[derive(Debug)]
pub enum Index {
    /// The record.
    Json(Json<ServiceIndex>),
    /// The page.
    Page(StaticResponse),
}

impl ApiResponse for Index {
    fn describe(doc: &mut OperationDoc) {
        Json::<ServiceIndex>::describe(doc);
        doc.response_content(200, "text/html", json!({ "type": "string" }));
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::Json(record) => record.into_response(request),
            Self::Page(page) => page.into_response(request),
        }
    }
}

/// Returns the index, as a page to a browser.
///
/// # Errors
/// 500 when the page cannot be rendered.
pub fn in_preferred_form(PrefersHtml(prefers_html): PrefersHtml) -> ApiResult<Index> {
    if !prefers_html {
        return Ok(Index::Json(Json::plain(index())));
    }
    let text = IndexPage { index: index() }.render().map_err(Problem::internal)?;
    Ok(Index::Page(StaticResponse::html(text, STYLE)))
}

/// Returns the index of the service.
pub fn index() -> ServiceIndex {
    ServiceIndex {
        name: "section55",
        version: env!("CARGO_PKG_VERSION"),
        links: [
            ("docs", "/docs"),
            ("openapi", "/openapi.json"),
            ("problems", "/problems"),
            ("changelog", "/v1/changelog"),
            ("workflows", "/v1/workflows"),
            ("vocabulary", "/v1/vocabulary"),
            ("areas", "/v1/areas"),
            ("people", "/v1/people"),
            ("inspections", "/v1/inspections"),
            ("recommendations", "/v1/recommendations"),
            ("responses", "/v1/responses"),
            ("search", "/v1/search?q=police"),
            ("assignments", "/v1/assignments"),
            ("deadlines", "/v1/deadlines"),
            ("statistics", "/v1/statistics"),
            ("imports_template", "/v1/imports/template"),
            ("exports", "/v1/exports"),
            ("audit_events", "/v1/audit-events"),
            ("audit_checkpoint", "/v1/audit/checkpoint"),
            ("changes", "/v1/changes"),
            ("webhooks", "/v1/webhooks"),
            ("me", "/v1/me"),
        ]
        .into(),
        limits: ServiceLimits {
            body_bytes: MAX_BODY_BYTES,
            head_bytes: MAX_HEAD_BYTES,
            page_items: 200,
            request_seconds: 10,
            token_bytes: 8192,
        },
    }
}

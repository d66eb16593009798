//! Documentation from inside the binary: Swagger UI's own files, no outside host; a page for each problem.

use std::sync::Arc;

use askama::Template;

use crate::api::problem::{KINDS, Spec};
use crate::api::{ApiResult, Problem, StaticResponse};

/// What the service publishes of itself, made once.
#[derive(Clone, Debug)]
pub struct Description {
    /// The OpenAPI document.
    pub openapi: &'static [u8],
    /// `security.txt`
    pub security: Vec<u8>,
}

/// Swagger UI sets styles and draws inline images; its scripts come from here, and it talks to this service alone.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("templates/problem.css");

/// One file of Swagger UI; its page names the others by their full path.
pub fn file(name: &str) -> ApiResult<StaticResponse> {
    let config = utoipa_swagger_ui::Config::from("/openapi.json")
        .validator_url("none")
        .persist_authorization(true)
        .try_it_out_enabled(true)
        .use_base_layout();
    let found = utoipa_swagger_ui::serve(name, Arc::new(config)).map_err(Problem::internal)?;
    let found = found.ok_or_else(Problem::not_found)?;
    let mut bytes = found.bytes.into_owned();
    if name == "index.html" {
        let page = String::from_utf8(bytes).map_err(Problem::internal)?;
        let page = page.replace("href=\"./", "href=\"/docs/").replace("src=\"./", "src=\"/docs/");
        let page = page.replace("href=\"index.css\"", "href=\"/docs/index.css\"");
        bytes = page.replace("<title>Swagger UI</title>", "<title>Section 55: the API</title>").into_bytes();
    }
    Ok(StaticResponse { media: found.content_type, bytes, policy: Some(DOCS_POLICY.to_owned()) })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    specs: &'a [Spec],
    one: bool,
}

/// The page of every problem.
pub fn problems() -> ApiResult<StaticResponse> {
    page(KINDS, false)
}

/// The page of one problem.
pub fn problem(code: &str) -> ApiResult<StaticResponse> {
    let spec = KINDS.iter().find(|spec| spec.code == code).ok_or_else(Problem::not_found)?;
    page(std::slice::from_ref(spec), true)
}

fn page(specs: &[Spec], one: bool) -> ApiResult<StaticResponse> {
    let text = ProblemPage { specs, one }.render().map_err(Problem::internal)?;
    Ok(StaticResponse::page(text, STYLE))
}

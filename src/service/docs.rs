//! Documentation served from the binary without any other host: Swagger UI's files, and a page for each problem.

use std::sync::Arc;

use askama::Template;

use crate::api::problem::{PROBLEM_DEFINITIONS, ProblemDefinition};
use crate::api::{ApiResult, Problem, StaticResponse};

/// The documents about the service. They are created once, when it starts.
#[derive(Clone, Debug)]
pub struct Description {
    /// The OpenAPI document.
    pub openapi: &'static [u8],
    /// `security.txt` (RFC 9116).
    pub security_txt: Vec<u8>,
}

/// The policy allows what Swagger UI needs: inline styles and images, its scripts from this service, and requests to
/// it.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("templates/problem.css");

/// Returns one file of Swagger UI. The page refers to the other files by their full path.
///
/// # Errors
/// 404 when Swagger UI has no file of this name.
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
        bytes = page.replace("<title>Swagger UI</title>", "<title>Section 55: API documentation</title>").into_bytes();
    }
    Ok(StaticResponse { media_type: found.content_type, bytes, policy: Some(DOCS_POLICY.to_owned()) })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    definitions: &'a [ProblemDefinition],
    is_single: bool,
}

/// Returns the page that lists every problem.
///
/// # Errors
/// 500 when the page cannot be rendered.
pub fn problems() -> ApiResult<StaticResponse> {
    page(PROBLEM_DEFINITIONS, false)
}

/// Returns the page of one problem.
///
/// # Errors
/// 404 when no problem has this code.
pub fn problem(code: &str) -> ApiResult<StaticResponse> {
    let definition = PROBLEM_DEFINITIONS.iter().find(|definition| definition.code == code);
    page(std::slice::from_ref(definition.ok_or_else(Problem::not_found)?), true)
}

fn page(definitions: &[ProblemDefinition], is_single: bool) -> ApiResult<StaticResponse> {
    let text = ProblemPage { definitions, is_single }.render().map_err(Problem::internal)?;
    Ok(StaticResponse::html(text, STYLE))
}

//! Documentation served from the binary without any other host: Swagger UI's files, and a page for each problem.

use std::sync::Arc;

use askama::Template;

use crate::api::default_headers::POLICY_OF_ALL;
use crate::api::problem::{PROBLEM_DEFINITIONS, ProblemDefinition};
use crate::api::{ApiResult, Problem, StaticResponse};

/// The documents about the service. They are created once, when it starts.
#[derive(Clone, Debug)]
pub struct Description {
    /// Returns the OpenAPI document.
    pub openapi: fn() -> &'static [u8],
    /// Returns the OpenAPI document with examples.
    pub openapi_with_examples: fn() -> &'static [u8],
    /// `security.txt` (RFC 9116).
    pub security_txt: Vec<u8>,
}

/// The policy allows what Swagger UI needs: inline styles and images, its scripts from this service, and requests to
/// it.
const DOCS_POLICY: &str = constcat::concat!(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; ",
    POLICY_OF_ALL
);
/// The style of the pages that the service makes itself.
pub(super) const STYLE: &str = include_str!("templates/problem.css");

/// What is added to Swagger UI so that people with a screen reader or weak sight can use the page.
const ADDED_FILES: [(&str, &str, &str); 2] = [
    ("section55.css", "text/css; charset=utf-8", include_str!("templates/docs.css")),
    ("section55.js", "text/javascript; charset=utf-8", include_str!("templates/docs.js")),
];
/// What the page of Swagger UI says, and what it says here instead.
const REPLACEMENTS: [(&str, &str); 6] = [
    ("href=\"./", "href=\"/docs/"),
    ("src=\"./", "src=\"/docs/"),
    (
        "href=\"index.css\" />",
        "href=\"/docs/index.css\" />\n    <link rel=\"stylesheet\" href=\"/docs/section55.css\" />",
    ),
    ("<title>Swagger UI</title>", "<title>Section 55: API documentation</title>"),
    ("<html lang=\"en\">", "<html lang=\"en-GB\">"),
    (
        "<div id=\"swagger-ui\"></div>",
        "<main id=\"swagger-ui\"></main>\n    <script src=\"/docs/section55.js\"></script>",
    ),
];

/// Returns one file of Swagger UI, or of what is added to it. The page refers to the other files by their full path.
///
/// # Errors
/// 404 when Swagger UI has no file of this name.
pub fn file(name: &str) -> ApiResult<StaticResponse> {
    if let Some((_, media_type, text)) = ADDED_FILES.iter().find(|(added, ..)| *added == name) {
        let (media_type, bytes) = ((*media_type).to_owned(), text.as_bytes().to_vec());
        return Ok(StaticResponse { media_type, bytes, policy: Some(DOCS_POLICY.to_owned()) });
    }
    let config = utoipa_swagger_ui::Config::from("/openapi.json?examples=true")
        .validator_url("none")
        .persist_authorization(true)
        .try_it_out_enabled(true)
        // Closed, and with a field to find an operation: the page has more than a hundred.
        .doc_expansion("none")
        .filter(true)
        .default_models_expand_depth(0)
        // The roles of each operation.
        .show_extensions(true)
        .use_base_layout();
    let found = utoipa_swagger_ui::serve(name, Arc::new(config)).map_err(Problem::internal)?;
    let found = found.ok_or_else(Problem::not_found)?;
    let mut bytes = found.bytes.into_owned();
    if name == "index.html" {
        let page = String::from_utf8(bytes).map_err(Problem::internal)?;
        let page = REPLACEMENTS.iter().fold(page, |page, (from, to)| page.replace(from, to));
        bytes = page.into_bytes();
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

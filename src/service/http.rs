//! `/v1`, `/v1/me`, the health probes, and the documentation.

use std::future::{Ready, ready};

use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::docs::{self, Description};
use super::index::{self, Index, ServiceIndex};
use super::{Degradation, Readiness};
use crate::api::{
    Api, ApiResult, Argument, Html, Json, JsonDocument, Markdown, OperationDoc, Path, PlainText, PrefersHtml, Problem,
    ProblemKind, StaticResponse, StaticResponseAs, flag,
};
use crate::auth::permissions::ReadSelf;
use crate::auth::token::Verifier;
use crate::auth::{Anyone, Caller};
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("service", "The index of the service, the caller, health probes and documentation.");
    api.get_cached("/", "Get the index", start).description(
        "Returns the same index as `GET /v1`, for a client that knows only the host name. A browser, or another client \
         whose `Accept` prefers `text/html` to JSON, gets it as a page.",
    );
    api.get_cached("/v1", "Get the index and the limits", root).description(
        "Returns the version of the service, the addresses of its main resources, and its limits: the largest body, head, \
         page and token, and the longest time that a request may take.",
    );
    api.get_cached("/v1/changelog", "Get the changelog", changelog)
        .description("Returns what each version of the service changed, as Markdown, with the newest version first.");
    api.get("/v1/me", "Get the caller", me).description(
        "Returns who the caller is, as the token states it, and the permissions that follow from its roles. Use it to \
         check a token, and to decide which actions a user interface offers. A token without a known role may ask \
         too.",
    );
    api.get("/livez", "Liveness probe", livez).description(
        "Returns 200 while the process runs. It does not query the database: a probe that fails here means that the \
         process should be restarted.",
    );
    api.get("/readyz", "Readiness probe", readyz).description(
        "Returns 200 when this instance can serve requests: the database answers both of the service's roles, the \
         keys of a token issuer are loaded, and the clock of the machine is within 30 seconds of the database's. \
         `degraded` then lists what does not work in full. Returns 503 otherwise, and while the instance shuts down; a \
         load balancer should then send requests to another instance.",
    );
    api.get_cached("/openapi.json", "Get the OpenAPI document", openapi).description(
        "Returns the OpenAPI 3.1 document of this service: every operation with its parameters, bodies and errors. \
         Generate a client from it. `examples=true` adds requests and responses that were recorded from the service, for \
         documentation and for mock servers; the document is then more than twice as large.",
    );
    api.get_cached("/docs", "Get the interactive documentation", documentation).description(
        "Returns the documentation as a web page, on which operations can be tried out with a token. The page loads \
         nothing from other hosts.",
    );
    api.redirect("/docs/", "/docs");
    api.redirect("/v1/", "/v1");
    api.redirect("/problems/", "/problems");
    // Browsers ask for it unasked, also on a page of a problem.
    api.redirect("/favicon.ico", "/docs/favicon-32x32.png");
    api.get_cached("/docs/{file}", "Get a file of the interactive documentation", documentation_file).description(
        "Returns a script, style or image of the page at `/docs`. Returns 404 when there is no file of this name.",
    );
    api.get_cached("/problems", "List problems", problems).description(
        "Returns a web page with every kind of error that the service returns: its status, its code and what to do \
         about it.",
    );
    api.get_cached("/problems/{code}", "Get a problem", problem).description(
        "Returns a web page about one kind of error: what it means and what to do. The `type` of a problem document \
         is the address of this page. Returns 404 when no problem has this code.",
    );
    api.get("/.well-known/security.txt", "Get security.txt (RFC 9116)", security)
        .description("Returns where to report a vulnerability of this service, and until when that information holds.");
}

/// Serves the index at `/`, with an operation id of its own.
async fn start(_: Anyone, form: PrefersHtml) -> ApiResult<Index> {
    index::in_preferred_form(form)
}

async fn root(_: Anyone) -> ApiResult<Json<ServiceIndex>> {
    Ok(Json::plain(index::index()))
}

/// The caller, as the token states it.
#[derive(Debug, Serialize, ToSchema)]
struct CallerIdentity {
    /// The identity of the caller within the issuer.
    subject: String,
    /// The issuer that signed the token.
    issuer: String,
    /// The display name; null when the token has none.
    name: Option<String>,
    /// The roles of the token that this service knows. Other roles grant nothing.
    roles: Vec<String>,
    /// The codes of the areas that the token names.
    areas: Vec<String>,
    /// The names of the permissions that the roles have.
    permissions: Vec<&'static str>,
}

async fn me(caller: Caller<ReadSelf>) -> ApiResult<Json<CallerIdentity>> {
    let actor = &caller.actor;
    Ok(Json::plain(CallerIdentity {
        subject: actor.subject.clone(),
        issuer: actor.issuer.clone(),
        name: actor.name.clone(),
        roles: actor.roles().iter().map(ToString::to_string).collect(),
        areas: actor.areas().to_vec(),
        permissions: actor.permissions(),
    }))
}

/// The result of a health probe.
#[derive(Debug, Serialize, ToSchema)]
struct HealthStatus {
    /// Always `ok`. A service that is not healthy returns an error instead.
    status: &'static str,
}

/// The result of the readiness probe.
#[derive(Debug, Serialize, ToSchema)]
struct ReadinessStatus {
    /// Always `ok`. A service that is not ready returns an error instead.
    status: &'static str,
    /// What does not work in full while requests are still processed; empty when all works.
    degraded: Vec<Degradation>,
}

async fn livez(_: Anyone) -> ApiResult<Json<HealthStatus>> {
    Ok(Json::plain(HealthStatus { status: "ok" }))
}

async fn readyz(
    _: Anyone,
    db: Data<Db>,
    verifier: Data<Verifier>,
    readiness: Data<Readiness>,
) -> ApiResult<Json<ReadinessStatus>> {
    if let Some(reason) = readiness.obstacle() {
        return Err(Problem::new(ProblemKind::Unavailable, reason).header(RETRY_AFTER, 5.into()));
    }
    if !verifier.ready() {
        return Err(Problem::unavailable("an issuer's keys are not loaded", 5));
    }
    db.ping().await?;
    Ok(Json::plain(ReadinessStatus { status: "ok", degraded: readiness.degradations() }))
}

async fn openapi(
    _: Anyone,
    WithExamples(with_examples): WithExamples,
    description: Data<Description>,
) -> ApiResult<StaticResponseAs<JsonDocument>> {
    let document = if with_examples { description.openapi_with_examples } else { description.openapi };
    Ok(StaticResponse { media_type: "application/json".into(), bytes: document().to_vec(), policy: None }.into())
}

/// The query parameter `examples`.
struct WithExamples(bool);

impl FromRequest for WithExamples {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(flag(request, "examples").map(Self))
    }
}

impl Argument for WithExamples {
    fn describe(doc: &mut OperationDoc) {
        let schema = json!({ "type": "boolean", "default": false });
        doc.parameter("query", "examples", false, "Adds the recorded examples to the document.", schema);
    }
}

async fn changelog(_: Anyone) -> ApiResult<StaticResponseAs<Markdown>> {
    let text = include_bytes!("../../CHANGELOG.md").to_vec();
    Ok(StaticResponse { media_type: "text/markdown; charset=utf-8".into(), bytes: text, policy: None }.into())
}

async fn documentation(_: Anyone) -> ApiResult<StaticResponseAs<Html>> {
    docs::file("index.html").map(Into::into)
}

async fn documentation_file(_: Anyone, Path(file): Path<String>) -> ApiResult<StaticResponse> {
    docs::file(&file)
}

async fn problems(_: Anyone) -> ApiResult<StaticResponseAs<Html>> {
    docs::problems().map(Into::into)
}

async fn problem(_: Anyone, Path(code): Path<String>) -> ApiResult<StaticResponseAs<Html>> {
    docs::problem(&code).map(Into::into)
}

async fn security(_: Anyone, description: Data<Description>) -> ApiResult<StaticResponseAs<PlainText>> {
    Ok(StaticResponse {
        media_type: "text/plain; charset=utf-8".into(),
        bytes: description.security_txt.clone(),
        policy: None,
    }
    .into())
}

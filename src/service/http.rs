//! `/v1`, `/v1/me`, health, and the documentation.

use std::collections::BTreeMap;

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::docs::{self, Description};
use super::readiness::Readiness;
use crate::api::{
    Api, ApiResult, BODY_LIMIT, Html, Json, JsonDocument, Markdown, Path, PlainText, Problem, StaticResponse,
    StaticResponseAs,
};
use crate::auth::permissions::ReadSelf;
use crate::auth::token::Verifier;
use crate::auth::{Anyone, Caller};
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("service", "Where to begin, who you are, whether the service is well.");
    api.get_cached("/", "Show where to begin", start);
    api.get_cached("/v1", "Show where to begin, and the limits", root);
    api.get_cached("/v1/changelog", "Show what changed from version to version", changelog);
    api.get("/v1/me", "Show what one's own token says", me);
    api.get("/livez", "Whether the process runs", livez);
    api.get("/readyz", "Whether requests should be sent here", readyz);
    api.get_cached("/openapi.json", "Show the OpenAPI document", openapi);
    api.get_cached("/docs", "Show the documentation", documentation);
    api.redirect("/docs/", "/docs");
    api.get_cached("/docs/{file}", "Show a file of the documentation", documentation_file);
    api.get_cached("/problems", "List the problems", problems);
    api.get_cached("/problems/{code}", "Show what a problem means and what to do", problem);
    api.get("/.well-known/security.txt", "Show where to report a vulnerability (RFC 9116)", security);
}

/// Where to begin.
#[derive(Debug, Serialize, ToSchema)]
struct Service {
    /// What it is called.
    name: &'static str,
    /// Which version of the program answers.
    version: &'static str,
    /// Where to go from here.
    links: BTreeMap<&'static str, &'static str>,
    /// The limits.
    limits: Limits,
}

/// The limits.
#[derive(Debug, Serialize, ToSchema)]
struct Limits {
    /// The largest body, in bytes.
    body_bytes: usize,
    /// The longest page of a list.
    page_items: usize,
    /// How long a request may take, in seconds.
    request_seconds: u32,
    /// How long a token may be, in bytes.
    token_bytes: usize,
}

/// The same at the very top, under its own operation id.
async fn start(caller: Anyone) -> ApiResult<Json<Service>> {
    root(caller).await
}

async fn root(_: Anyone) -> ApiResult<Json<Service>> {
    Ok(Json::plain(Service {
        name: "section55",
        version: env!("CARGO_PKG_VERSION"),
        links: [
            ("docs", "/docs"),
            ("openapi", "/openapi.json"),
            ("problems", "/problems"),
            ("changelog", "/v1/changelog"),
            ("workflows", "/v1/workflows"),
            ("areas", "/v1/areas"),
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
        limits: Limits { body_bytes: BODY_LIMIT, page_items: 200, request_seconds: 10, token_bytes: 8192 },
    }))
}

/// What a token says, as far as it is understood.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    /// Who it is, within the issuer.
    subject: String,
    /// Who signed the token.
    issuer: String,
    /// What they are called.
    name: Option<String>,
    /// The roles that are known; others grant nothing.
    roles: Vec<String>,
    /// The areas the token names.
    areas: Vec<String>,
    /// What the roles allow.
    permissions: Vec<&'static str>,
}

async fn me(caller: Caller<ReadSelf>) -> ApiResult<Json<Me>> {
    let actor = &caller.actor;
    Ok(Json::plain(Me {
        subject: actor.subject.clone(),
        issuer: actor.issuer.clone(),
        name: actor.name.clone(),
        roles: actor.roles().iter().map(ToString::to_string).collect(),
        areas: actor.areas().to_vec(),
        permissions: actor.permissions(),
    }))
}

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`
    status: &'static str,
}

async fn livez(_: Anyone) -> ApiResult<Json<Health>> {
    Ok(Json::plain(Health { status: "ok" }))
}

async fn readyz(
    _: Anyone,
    db: Data<Db>,
    verifier: Data<Verifier>,
    readiness: Data<Readiness>,
) -> ApiResult<Json<Health>> {
    if readiness.is_draining() {
        return Err(Problem::unavailable("draining", 5));
    }
    if !verifier.ready() {
        return Err(Problem::unavailable("an issuer's keys are not loaded", 5));
    }
    db.ping().await?;
    Ok(Json::plain(Health { status: "ok" }))
}

async fn openapi(_: Anyone, description: Data<Description>) -> ApiResult<StaticResponseAs<JsonDocument>> {
    Ok(StaticResponse { media: "application/json".into(), bytes: description.openapi.to_vec(), policy: None }.into())
}

async fn changelog(_: Anyone) -> ApiResult<StaticResponseAs<Markdown>> {
    let text = include_bytes!("../../CHANGELOG.md").to_vec();
    Ok(StaticResponse { media: "text/markdown; charset=utf-8".into(), bytes: text, policy: None }.into())
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
    Ok(StaticResponse { media: "text/plain; charset=utf-8".into(), bytes: description.security.clone(), policy: None }
        .into())
}

//! Handlers that panic. No operation of the service does, so the tests declare operations of their own.

use std::future::{Ready, ready};

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, FromRequest, HttpRequest, dev};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::deprecation::DeprecatedOperation;
use super::{Access, Api, ApiResult, Argument, Json, OperationDoc, Problem, ProblemKind};

struct EveryCaller;

impl FromRequest for EveryCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(_: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl Argument for EveryCaller {
    fn describe(_: &mut OperationDoc) {}
}

impl Access for EveryCaller {
    fn admit(_: &HttpRequest) -> Result<(), Problem> {
        Ok(())
    }
}

#[derive(Serialize, ToSchema)]
struct Status {
    ok: bool,
}

async fn succeed(_: EveryCaller) -> ApiResult<Json<Status>> {
    Ok(Json::plain(Status { ok: true }))
}

async fn panic_while_reading(_: EveryCaller) -> ApiResult<Json<Status>> {
    panic!("a secret in a read")
}

async fn panic_while_writing(_: EveryCaller) -> ApiResult<Json<Status>> {
    // After an await point, the task of the write polls the handler.
    tokio::task::yield_now().await;
    panic!("a secret in a {}", "write")
}

#[test]
fn the_document_declares_the_headers_of_limits_and_of_deprecated_operations() {
    const DAY: chrono::NaiveDate = chrono::NaiveDate::from_yo_opt(2027, 1).expect("a date");
    const OLD: DeprecatedOperation =
        DeprecatedOperation { method: "GET", path: "/old", since: DAY, sunset: DAY, about: "/v1/changelog" };
    let mut api = Api::default();
    api.deprecated(const { &[OLD] });
    api.get("/well", "Succeed", succeed);
    api.get("/old", "Succeed in the old way", succeed);
    api.get("/livez", "Succeed uncounted", succeed);
    let document = api.document(json!({}));
    let headers = |path: &str, status: &str| {
        let response = &document["paths"][path]["get"]["responses"][status];
        let target = response["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
        let headers = target.unwrap_or(response)["headers"].as_object();
        headers.into_iter().flatten().map(|(name, _)| name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(headers("/well", "200"), ["ETag", "RateLimit", "RateLimit-Policy"]);
    assert_eq!(headers("/well", "429"), ["RateLimit", "RateLimit-Policy", "Retry-After"]);
    assert_eq!(headers("/old", "200"), ["Deprecation", "ETag", "Link", "RateLimit", "RateLimit-Policy", "Sunset"]);
    assert!(headers("/old", "default").contains(&"Deprecation"));
    assert_eq!(headers("/livez", "200"), ["ETag"]);
    let is_deprecated = |path: &str| document["paths"][path]["get"]["deprecated"] == true;
    assert!(is_deprecated("/old") && !is_deprecated("/well"));
}

#[actix_web::test]
async fn a_panic_becomes_a_500_without_its_message_and_the_worker_continues() {
    let mut api = Api::default();
    api.get("/well", "Succeed", succeed);
    api.get("/panic", "Panic while reading", panic_while_reading);
    api.post("/panic", "Panic while writing", panic_while_writing);
    let app = init_service(App::new().configure(|app| api.configure(app))).await;
    for request in [TestRequest::get(), TestRequest::post()] {
        let response = call_service(&app, request.uri("/panic").to_request()).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let problem = response.response().error().and_then(|error| error.as_error::<Problem>()).expect("a problem");
        assert_eq!(problem.kind(), ProblemKind::Internal);
        let is_logged = |log: &str| log.contains("panic") || log.contains("the task of a write failed");
        assert!(problem.log().is_some_and(is_logged), "{problem}");
        let document = problem.document("/panic", "id").to_string();
        assert!(!document.contains("secret") && document.contains("internal_error"), "{document}");
        let response = call_service(&app, TestRequest::get().uri("/well").to_request()).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
}

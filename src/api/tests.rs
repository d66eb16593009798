//! What a handler that panics becomes; no operation of the service does, so these are the tests' own.

use std::future::{Ready, ready};

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, FromRequest, HttpRequest, dev};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Access, Api, ApiResult, Argument, Doc, Json, Kind, Problem};

struct Open;

impl FromRequest for Open {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(_: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl Argument for Open {
    fn describe(_: &mut Doc) {}
}

impl Access for Open {
    fn admit(_: &HttpRequest) -> Result<(), Problem> {
        Ok(())
    }
}

#[derive(Serialize, ToSchema)]
struct Said {
    well: bool,
}

async fn well(_: Open) -> ApiResult<Json<Said>> {
    Ok(Json::plain(Said { well: true }))
}

async fn read(_: Open) -> ApiResult<Json<Said>> {
    panic!("a secret in a read")
}

async fn write(_: Open) -> ApiResult<Json<Said>> {
    // Past an await: the handler is then polled by whoever runs it.
    tokio::task::yield_now().await;
    panic!("a secret in a {}", "write")
}

#[actix_web::test]
async fn a_panic_is_a_problem_of_ours_that_keeps_its_words_and_leaves_the_worker_alive() {
    let mut api = Api::default();
    api.get("/well", "Be well", well);
    api.get("/panic", "Panic while reading", read);
    api.post("/panic", "Panic while writing", write);
    let app = init_service(App::new().configure(|app| api.configure(app))).await;
    for request in [TestRequest::get(), TestRequest::post()] {
        let answer = call_service(&app, request.uri("/panic").to_request()).await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let problem = answer.response().error().and_then(|error| error.as_error::<Problem>()).expect("a problem");
        assert_eq!(problem.kind(), Kind::Internal);
        assert!(problem.log().is_some_and(|log| log.contains("panic") || log.contains("did not end")), "{problem}");
        let told = problem.document("/panic", "id").to_string();
        assert!(!told.contains("secret") && told.contains("internal_error"), "{told}");
        let answer = call_service(&app, TestRequest::get().uri("/well").to_request()).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

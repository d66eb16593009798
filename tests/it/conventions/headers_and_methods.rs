//! The headers of every response, HEAD and wrong methods on every path, unknown paths, and request ids.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::support::App;
use crate::support::sample_records::Operation;

const SECURITY: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
];

fn without_unique_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let unique = ["date", "x-request-id"];
    let headers = headers.iter().filter(|(name, _)| !unique.contains(&name.as_str()));
    headers.map(|(name, value)| (name.to_string(), value.to_str().expect("ascii").to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_equals_get_without_a_body_on_every_reading_operation() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let roles = ["opcc_approver", "auditor"];
    let token = app.token("everyone@section55.example", &roles, &["cumbria"]);
    let reader = app.person_with_roles("everyone@section55.example", &roles, &["cumbria"]);
    let reading = |operation: &&Operation| operation.method == Method::GET && !operation.is_streamed();
    for operation in app.operations(&sample_records).iter().filter(reading) {
        let path = &operation.path;
        let get = reader.get(path).await.expect(200);
        let head = reader.send(Method::HEAD, path, &[], None).await.expect(200);
        assert_eq!(without_unique_headers(&head.headers), without_unique_headers(&get.headers), "{path}");
        if !path.starts_with("/v1/exports/") {
            assert_eq!(get.headers["content-length"], get.text.len().to_string(), "{path}");
        }
        let request =
            format!("HEAD {path} HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");
        let wire = app.send_raw(request.as_bytes()).await;
        assert_eq!((wire.status, wire.body.len()), (200, 0), "{path}");
    }
    for missing in ["/v1/nothing", "/v1/inspections/00000000-0000-7000-8000-000000000000"] {
        let head = reader.send(Method::HEAD, missing, &[], None).await.expect(404);
        assert_eq!(head.headers["content-type"], "application/problem+json");
    }
    reader.send(Method::HEAD, "/v1/batch/explanations", &[], None).await.expect(405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_method_gets_405_with_the_allowed_methods_on_every_path() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let mut paths = BTreeMap::<String, Vec<String>>::new();
    for operation in app.operations(&sample_records) {
        let methods = paths.entry(operation.path).or_default();
        methods.push(operation.method.to_string());
        if operation.method == Method::GET {
            methods.push("HEAD".to_owned());
        }
    }
    // A caller without a token may learn the methods too.
    let people = [app.person_with_every_role(), app.public()];
    for (path, mut declared) in paths {
        declared.sort();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "HEAD"] {
            if declared.iter().any(|other| other == method) {
                continue;
            }
            for person in &people {
                let reply = person.send(method.parse().expect("a method"), &path, &[], None).await;
                assert_eq!(reply.status, 405, "{method} {path}: {}", reply.text);
                let allow = reply.headers["allow"].to_str().expect("ascii");
                let mut allow: Vec<&str> = allow.split(", ").collect();
                allow.sort_unstable();
                assert_eq!(allow, declared, "{method} {path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_path_gets_a_404_problem_with_every_method() {
    let app = App::start().await;
    let paths = [
        "/v2",
        "/v1/areas/",
        "/v1//inspections",
        "/V1/inspections",
        "/v1/inspections/",
        "/v1/inspections/not-an-id",
        "/v1/inspections/0190a5dac96774bbcceb302099a8057",
        "/v1/areas/%00",
        "/v1/areas/%ff",
        "/docs/../v1",
        "/docs/%2e%2e",
        "/problems/nonsense",
        "/v1/workflows/nonsense",
        "/docs/nonsense.js",
        "/favicon.png",
        "/v1/%2e",
        "/.env",
        "//",
    ];
    for path in paths {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::DELETE] {
            let wire = app
                .send_raw(format!("{method} {path} HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n").as_bytes())
                .await;
            assert!(
                [404, 405].contains(&wire.status) || (method == Method::POST && wire.status == 401),
                "{method} {path}: {}",
                wire.head
            );
            assert!(wire.head.contains("application/problem+json"), "{method} {path}: {}", wire.head);
        }
    }
    let reply = app.public().get("/v1/nothing").await.expect(404);
    assert_eq!(reply.body["instance"], "/v1/nothing");
    assert_eq!(reply.body["type"], "/problems/not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_path_says_so_and_an_unknown_id_does_not() {
    let app = App::start().await;
    let detail = async |path: &str| app.public().get(path).await.expect(404).body["detail"].to_string();
    for path in ["/v1/nothing", "/v2/inspections", "/v1/inspections/a/b/c", "/v1/areas/kent/nothing"] {
        assert!(detail(path).await.contains("No operation of this service has this path"), "{path}");
    }
    for path in ["/v1/inspections/01890a5d-ac96-774b-bcce-b302099a8057", "/v1/inspections/x", "/v1/areas/nowhere"] {
        assert!(detail(path).await.contains("you may not see it"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_valid_request_id_is_used_and_an_invalid_one_is_replaced() {
    let app = App::start().await;
    let send =
        async |id: &str| app.public().send(Method::GET, "/v1/nothing", &[("x-request-id", id)], None).await.expect(404);
    let longest = "a".repeat(64);
    for id in ["a", "7f-3.B_9", longest.as_str(), "01890a5d-ac96-774b-bcce-b302099a8057"] {
        let reply = send(id).await;
        assert_eq!(reply.headers["x-request-id"], id);
        assert_eq!(reply.body["request_id"], id);
    }
    let long = "a".repeat(65);
    for id in ["", "two words", long.as_str(), "ünïcode", "semi;colon", "new\tline", "<script>", "\"", "%0d%0a", "{}"]
    {
        let reply = send(id).await;
        let made = reply.headers["x-request-id"].to_str().expect("ascii");
        assert_ne!(made, id);
        assert!(made.parse::<uuid::Uuid>().is_ok(), "{made}");
        assert_eq!(reply.body["request_id"], made);
    }
    let first = app.public().get("/v1").await.headers["x-request-id"].clone();
    assert_ne!(first, app.public().get("/v1").await.headers["x-request-id"]);
    for trace in ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "nonsense", "00-0-0-0", "", "ff-xyz"] {
        app.public().send(Method::GET, "/v1", &[("traceparent", trace)], None).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_response_has_the_security_headers_and_the_cache_control_of_its_caller() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    for operation in app.operations(&sample_records) {
        let path = &operation.path;
        for (person, signed_in) in
            [(app.public(), false), (app.person_with_every_role(), true), (app.person_with_token("nonsense"), true)]
        {
            let reply = person.send(operation.method.clone(), path, &[], None).await;
            for (name, value) in SECURITY {
                assert_eq!(reply.headers[name], value, "{} {path}", operation.method);
            }
            let policy = reply.headers["content-security-policy"].to_str().expect("ascii");
            let is_file = ["/v1/files/{id}", "/v1/imports/{id}/file"].contains(&operation.template.as_str());
            if is_file && reply.status == 200 {
                assert!(policy.starts_with("sandbox; ") && !policy.contains("script"), "{path}: {policy}");
            }
            for directive in ["default-src", "object-src", "base-uri", "form-action", "frame-ancestors"] {
                assert!(policy.contains(&format!("{directive} 'none'")), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe-eval") && !policy.contains("http"), "{path}: {policy}");
            assert!(reply.headers["vary"].to_str().is_ok_and(|vary| vary.contains("Authorization")), "{path}");
            // These describe the present moment, so they must not be cached.
            let uncached = ["/livez", "/readyz", "/v1/changes"].contains(&path.as_str());
            // An address with a secret is for one person.
            let is_private = signed_in || path.starts_with("/calendars/");
            let cache = match (is_private, reply.status.as_u16()) {
                (true, _) => "private, no-store",
                (false, 200) if !uncached => "public, max-age=60",
                (false, _) => "no-store",
            };
            assert_eq!(reply.headers["cache-control"], cache, "{} {path} {}", operation.method, reply.status);
        }
    }
    let missing = app.public().get("/v1/nothing").await.expect(404);
    assert_eq!(missing.headers["cache-control"], "no-store");
    assert_eq!(missing.headers["x-content-type-options"], "nosniff");
}

//! The documentation that the service publishes: problem pages, the OpenAPI document, `/docs` and `security.txt`.

use std::collections::BTreeSet;
use std::fs;

use reqwest::Method;
use section55::api::problem::PROBLEM_DEFINITIONS;
use serde_json::Value;

use crate::support::App;
use crate::support::contract::Contract;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_problem_has_a_page() {
    let app = App::start().await;
    let public = app.public();
    let all = public.get("/problems").await.expect(200);
    let mut codes = BTreeSet::new();
    for definition in PROBLEM_DEFINITIONS {
        assert!(codes.insert(definition.code), "{} occurs twice", definition.code);
        let page = public.get(&format!("/problems/{}", definition.code)).await.expect(200);
        assert!(page.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
        assert!(page.text.contains(definition.code) && page.text.contains(definition.title), "{}", page.text);
        assert!(all.text.contains(definition.code), "{} is not in the list", definition.code);
    }
    let refused = public.get("/v1/me").await.expect(401);
    let kind = refused.body["type"].as_str().expect("a type").to_owned();
    public.get(&kind).await.expect(200);
}

/// Collects the values of all members with this name, at any depth.
fn collect_members<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(name));
            members.values().for_each(|member| collect_members(member, name, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_members(item, name, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_openapi_document_equals_the_committed_file_and_is_complete() {
    let app = App::start().await;
    let served = app.public().get("/openapi.json").await.expect(200);
    let committed = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json")).expect("the file");
    let document = &served.body;
    assert_eq!(*document, serde_json::from_str::<Value>(&committed).expect("JSON"));
    assert!(served.text.len() <= 500_000, "the document has {} bytes", served.text.len());
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect_members(document, "$ref", &mut references);
    assert!(!references.is_empty());
    let mut used = BTreeSet::new();
    for reference in references {
        let pointer = reference.as_str().and_then(|it| it.strip_prefix('#')).expect("a local reference");
        assert!(document.pointer(pointer).is_some(), "{pointer} does not exist");
        used.insert(pointer.to_owned());
    }
    for kind in ["schemas", "parameters", "responses", "headers"] {
        for name in document["components"][kind].as_object().expect("components").keys() {
            assert!(used.contains(&format!("/components/{kind}/{name}")), "nothing refers to {kind}/{name}");
        }
    }
    // The rest reads what each operation refers to as a part of the operation.
    let document = &Contract::shared().document;
    let mut ids = BTreeSet::new();
    let tags: Vec<&Value> = document["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("operations") {
            let at = format!("{method} {path}");
            let id = operation["operationId"].as_str().expect("an id");
            assert!(ids.insert(id.to_owned()), "{at}: {id} occurs twice");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{at}: no summary");
            assert!(operation["tags"].as_array().is_some_and(|own| own.iter().all(|tag| tags.contains(&tag))), "{at}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_path: BTreeSet<&str> =
                parameters.iter().filter(|it| it["in"] == "path").filter_map(|it| it["name"].as_str()).collect();
            let named: BTreeSet<&str> = path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            assert_eq!(in_path, named, "{at}");
            let mut unique = BTreeSet::new();
            for parameter in &parameters {
                assert!(
                    unique.insert((parameter["in"].to_string(), parameter["name"].to_string())),
                    "{at}: {parameter}"
                );
                assert!(parameter["schema"].is_object() && parameter["description"].is_string(), "{at}: {parameter}");
                assert!(parameter["in"] != "path" || parameter["required"] == true, "{at}: {parameter}");
            }
            for (status, response) in operation["responses"].as_object().expect("responses") {
                assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{at} {status}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_openapi_document_has_examples_when_asked_for() {
    let app = App::start().await;
    let public = app.public();
    let plain = public.get("/openapi.json").await.expect(200);
    assert_eq!(public.get("/openapi.json?examples=false").await.expect(200).body, plain.body);
    let full = public.get("/openapi.json?examples=true").await.expect(200);
    let mut examples = Vec::new();
    collect_members(&plain.body, "examples", &mut examples);
    assert!(examples.iter().all(|it| it.is_array()), "an operation has examples: {examples:?}");
    collect_members(&full.body, "examples", &mut examples);
    assert!(examples.iter().filter(|it| it.is_object()).count() > 150, "{}", examples.len());
    // Apart from the examples, the two are the same.
    let without = |document: &Value| without_examples(document);
    assert_eq!(without(&full.body), without(&plain.body));
    public.get("/openapi.json?examples=perhaps").await.expect(400);
}

/// Returns the document without the examples that are added on demand.
fn without_examples(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(name, member)| *name != "example" && !(*name == "examples" && member.is_object()));
            kept.map(|(name, member)| (name.clone(), without_examples(member)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(without_examples).collect(),
        other => other.clone(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documentation_loads_nothing_from_other_servers() {
    let app = App::start().await;
    let public = app.public();
    let page = public.get("/docs").await.expect(200);
    let mut files = Vec::new();
    for attribute in ["src=\"", "href=\""] {
        files.extend(page.text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    assert!(files.len() > 4, "{files:?}");
    assert!(!page.text.contains("<script>"), "the page contains an inline script");
    for file in files.iter().filter(|file| !file.starts_with('#')) {
        assert!(file.starts_with("/docs/"), "{file} is not served under /docs");
        let found = public.get(file).await.expect(200);
        let policy = found.headers["content-security-policy"].to_str().expect("ascii");
        assert!(policy.contains("script-src 'self'") && !policy.contains("http"), "{file}: {policy}");
        let kind = found.headers["content-type"].to_str().expect("ascii");
        let expected = match file.rsplit('.').next() {
            Some("js") => "javascript",
            Some("css") => "text/css",
            Some("png") => "image/png",
            other => panic!("{file}: {other:?}"),
        };
        assert!(kind.contains(expected), "{file}: {kind}");
        if file.ends_with(".css") {
            assert!(
                !found.text.contains("@import") && !found.text.contains("url(http"),
                "{file} loads from another server"
            );
        }
        if file.ends_with("initializer.js") {
            assert!(found.text.contains("\"/openapi.json?examples=true\""), "{}", found.text);
            assert!(!found.text.contains("http"), "{}", found.text);
        }
    }
    for problem in ["/problems", "/problems/invalid"] {
        let page = public.get(problem).await.expect(200);
        for attribute in ["src=\"http", "href=\"http", "src=\"//", "href=\"//", "<script"] {
            assert!(!page.text.contains(attribute), "{problem}: {attribute}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn security_txt_has_a_contact_and_an_expiry_date() {
    let app = App::start().await;
    let text = app.public().get("/.well-known/security.txt").await.expect(200);
    assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
    let value = |name: &str| text.text.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    assert!(value("Contact").is_some_and(|contact| contact.starts_with("mailto:")), "{}", text.text);
    let expires: chrono::DateTime<chrono::Utc> = value("Expires").and_then(|at| at.parse().ok()).expect("an instant");
    assert!(expires > app.clock.now() && expires < app.clock.now() + chrono::Days::new(366), "{expires}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_link_of_the_root_resolves() {
    let app = App::start().await;
    // The log has a signed checkpoint only after the first event.
    app.create_sample_records().await;
    for root in ["/", "/v1"] {
        let index = app.public().get(root).await.expect(200);
        for (name, link) in index.body["links"].as_object().expect("links") {
            let link = link.as_str().expect("a link");
            assert!(link.starts_with('/'), "{name} leaves the service: {link}");
            let reply = app.person_with_every_role().get(link).await;
            assert_eq!(reply.status, 200, "{name}: {link}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_index_is_a_page_for_a_browser_and_a_record_for_others() {
    let app = App::start().await;
    let public = app.public();
    let index = public.get("/").await.expect(200);
    assert!(index.headers["content-type"].to_str().is_ok_and(|kind| kind == "application/json"));
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    let page = public.send(Method::GET, "/", &[("accept", accept)], None).await.expect(200);
    assert!(page.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
    for link in index.body["links"].as_object().expect("links").values().filter_map(Value::as_str) {
        assert!(page.text.contains(&format!("href=\"{link}\"")), "{link}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documentation_has_its_own_style_and_script_and_a_landmark() {
    let app = App::start().await;
    let page = app.public().get("/docs").await.expect(200).text;
    for part in ["/docs/section55.css", "/docs/section55.js", "<main id=\"swagger-ui\">", "<html lang=\"en-GB\">"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for (file, kind) in [("section55.css", "text/css"), ("section55.js", "text/javascript")] {
        let reply = app.public().get(&format!("/docs/{file}")).await.expect(200);
        assert!(reply.headers["content-type"].to_str().is_ok_and(|it| it.starts_with(kind)), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_paths_of_pages_redirect_from_a_trailing_slash() {
    let app = App::start().await;
    for (from, to) in
        [("/docs/", "/docs"), ("/v1/", "/v1"), ("/problems/", "/problems"), ("/favicon.ico", "/docs/favicon-32x32.png")]
    {
        let request = format!("GET {from} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let reply = app.send_raw(request.as_bytes()).await;
        assert_eq!(reply.status, 308, "{from}: {}", reply.head);
        assert!(reply.head.lines().any(|line| line == format!("location: {to}")), "{from}: {}", reply.head);
        app.public().get(to).await.expect(200);
    }
}

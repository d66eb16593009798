//! ETags: they differ between representations, reads get 304, and writes with a missing or old ETag get 428 or 412.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use crate::support::App;
use crate::support::sample_records::Operation;

fn requires_if_match(operation: &Operation) -> bool {
    let parameters = operation.described["parameters"].as_array().cloned().unwrap_or_default();
    parameters.iter().any(|parameter| parameter["name"] == "If-Match")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reading_operation_returns_an_etag_and_304_for_it() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    let reading = |operation: &&Operation| operation.method == Method::GET && !operation.is_streamed();
    for operation in app.operations(&sample_records).iter().filter(reading) {
        let path = &operation.path;
        let read = everyone.get(path).await.expect(200);
        // A streamed response has no ETag.
        if operation.described["responses"]["200"]["headers"].get("ETag").is_none() {
            continue;
        }
        let etag = read.etag();
        assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 10, "{path}: {etag}");
        assert_eq!(everyone.get(path).await.expect(200).etag(), etag, "{path}: the same request, another ETag");
        let several = format!("\"other\", W/{etag}");
        for sent in [etag.as_str(), "*", several.as_str()] {
            let again = everyone.send(Method::GET, path, &[("if-none-match", sent)], None).await.expect(304);
            assert_eq!(again.text, "", "{path}");
            assert_eq!(again.etag(), etag, "{path}");
            assert_eq!(again.headers["cache-control"], read.headers["cache-control"], "{path}");
            assert_eq!(again.headers["vary"], read.headers["vary"], "{path}");
        }
        everyone.send(Method::GET, path, &[("if-none-match", "\"other\"")], None).await.expect(200);
        everyone.send(Method::HEAD, path, &[("if-none-match", &etag)], None).await.expect(304);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_without_if_match_gets_428_and_with_another_etag_412() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    let mut tested = 0;
    for operation in app.operations(&sample_records) {
        let writes = [Method::PATCH, Method::PUT, Method::DELETE].contains(&operation.method)
            || (operation.method == Method::POST && operation.template.ends_with("/transitions"));
        assert_eq!(writes, requires_if_match(&operation), "{} {}", operation.method, operation.template);
        if !writes {
            continue;
        }
        tested += 1;
        let headers = [("content-type", "application/json")];
        let send = async |etag: Option<&str>, body: &str| {
            let mut headers = headers.to_vec();
            headers.extend(etag.map(|etag| ("if-match", etag)));
            let body = (operation.method != Method::DELETE).then(|| body.as_bytes().to_vec());
            everyone.send(operation.method.clone(), &operation.path, &headers, body).await
        };
        let refused = send(None, "{").await.expect(428);
        assert_eq!(refused.faults(), [("/If-Match".to_owned(), "required".to_owned())]);
        let body = crate::support::sample_bodies::sample_bodies(
            &app.contract.document,
            &operation.described["requestBody"]["content"]["application/json"]["schema"],
        );
        let body = if operation.method == Method::DELETE { String::new() } else { body[0].value.to_string() };
        for etag in
            ["\"v999-0123456789abcdef\"", "W/\"v1-0123456789abcdef\"", "\"nonsense\"", "v1", "", "\"v1", "\"*\""]
        {
            let refused = send(Some(etag), &body).await;
            assert_eq!(refused.status, 412, "{} {} {etag}: {}", operation.method, operation.template, refused.text);
            assert_eq!(refused.body["code"], "stale");
            let says_why = refused.body["detail"].as_str().is_some_and(|detail| detail.contains("weak ETags"));
            assert_eq!(says_why, etag.starts_with("W/"), "{etag}: {}", refused.text);
        }
    }
    assert!(tested > 8, "only {tested} writes were tested");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_etag_allows_one_write_which_returns_the_next_etag() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("80300").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let (path, etag) = (draft.href(), draft.etag());
    let patch = async |etag: &str, title: &str| opcc.patch(&path, etag, json!({ "title": title })).await;
    let first = patch(&etag, "First").await.expect(200);
    assert_ne!(first.etag(), etag);
    patch(&etag, "Stale").await.expect(412);
    let second = patch(&format!("\"v99-00\", {} ,\"x\"", first.etag()), "Second").await.expect(200);
    patch(&format!("W/{}", second.etag()), "Weak").await.expect(412);
    let third = patch("*", "Third").await.expect(200);
    assert_eq!(opcc.get(&path).await.expect(200).etag(), third.etag());
    assert_eq!(third.body["title"], "Third");
    let made = opcc.post("/v1/inspections", crate::support::world::registration("80301")).await.expect(201);
    assert_eq!(made.headers["location"], made.href());
    assert_eq!(opcc.get(&made.href()).await.etag(), made.etag());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn etags_differ_exactly_when_representations_differ() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let people = [
        app.public(),
        app.person(Role::Opcc, "cumbria"),
        app.person(Role::OpccApprover, "cumbria"),
        app.person(Role::Constabulary, "cumbria"),
        app.person(Role::ChiefOfficer, "cumbria"),
        app.person(Role::Auditor, "cumbria"),
        app.person(Role::Opcc, "kent"),
        app.person(Role::Registrar, ""),
    ];
    // During a correction, the policing body, the force and the public see different texts.
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.act(&sample_records.response, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&sample_records.response, "*", json!({ "policing_body_comments": "New text." })).await.expect(200);
    let document = format!("{}/document", sample_records.response);
    let (area, responses, assignments) = ("/v1/areas/cumbria", "/v1/responses", "/v1/assignments?limit=200");
    let records = [&sample_records.response, &document, &sample_records.inspection, &sample_records.assignment]
        .map(String::as_str);
    for path in records.into_iter().chain([area, responses, assignments]) {
        let mut seen: Vec<(String, String)> = Vec::new();
        for person in &people {
            let reply = person.get(path).await.expect(200);
            for (etag, text) in &seen {
                assert_eq!(*etag == reply.etag(), *text == reply.text, "{path}: {etag} {}", reply.etag());
            }
            seen.push((reply.etag(), reply.text));
        }
        let etags: std::collections::BTreeSet<&String> = seen.iter().map(|(etag, _)| etag).collect();
        assert!(etags.len() > 1, "{path} has only one representation");
    }
}

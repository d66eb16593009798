//! Entity tags: each view its own, 304 for who has it, 428 and 412 for who writes without having seen.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use crate::support::App;
use crate::support::places::Operation;

fn needs_tag(operation: &Operation) -> bool {
    let parameters = operation.described["parameters"].as_array().cloned().unwrap_or_default();
    parameters.iter().any(|parameter| parameter["name"] == "If-Match")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reading_operation_gives_a_tag_and_304_to_who_has_it() {
    let app = App::start().await;
    let places = app.places().await;
    let everyone = app.everyone();
    let reading = |operation: &&Operation| operation.method == Method::GET && !operation.is_streamed();
    for operation in app.operations(&places).iter().filter(reading) {
        let path = &operation.path;
        let read = everyone.get(path).await.expect(200);
        // What is streamed is not known whole before it leaves.
        if operation.described["responses"]["200"]["headers"].get("ETag").is_none() {
            continue;
        }
        let tag = read.tag();
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{path}: {tag}");
        assert_eq!(everyone.get(path).await.expect(200).tag(), tag, "{path}: the same question, another tag");
        let several = format!("\"other\", W/{tag}");
        for known in [tag.as_str(), "*", several.as_str()] {
            let again = everyone.send(Method::GET, path, &[("if-none-match", known)], None).await.expect(304);
            assert_eq!(again.text, "", "{path}");
            assert_eq!(again.tag(), tag, "{path}");
            assert_eq!(again.headers["cache-control"], read.headers["cache-control"], "{path}");
            assert_eq!(again.headers["vary"], read.headers["vary"], "{path}");
        }
        everyone.send(Method::GET, path, &[("if-none-match", "\"other\"")], None).await.expect(200);
        everyone.send(Method::HEAD, path, &[("if-none-match", &tag)], None).await.expect(304);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_without_if_match_is_428_and_with_another_tag_412() {
    let app = App::start().await;
    let places = app.places().await;
    let everyone = app.everyone();
    let mut swept = 0;
    for operation in app.operations(&places) {
        let writes = [Method::PATCH, Method::PUT, Method::DELETE].contains(&operation.method)
            || (operation.method == Method::POST && operation.template.ends_with("/transitions"));
        assert_eq!(writes, needs_tag(&operation), "{} {}", operation.method, operation.template);
        if !writes {
            continue;
        }
        swept += 1;
        let headers = [("content-type", "application/json")];
        let send = async |tag: Option<&str>, body: &str| {
            let mut headers = headers.to_vec();
            headers.extend(tag.map(|tag| ("if-match", tag)));
            let body = (operation.method != Method::DELETE).then(|| body.as_bytes().to_vec());
            everyone.send(operation.method.clone(), &operation.path, &headers, body).await
        };
        let refused = send(None, "{").await.expect(428);
        assert_eq!(refused.faults(), [("/If-Match".to_owned(), "required".to_owned())]);
        let body = crate::support::samples::samples(
            &app.contract.document,
            &operation.described["requestBody"]["content"]["application/json"]["schema"],
        );
        let body = if operation.method == Method::DELETE { String::new() } else { body[0].value.to_string() };
        for tag in ["\"v999-0123456789abcdef\"", "W/\"v1-0123456789abcdef\"", "\"nonsense\"", "v1", "", "\"v1", "\"*\""]
        {
            let refused = send(Some(tag), &body).await;
            assert_eq!(refused.status, 412, "{} {} {tag}: {}", operation.method, operation.template, refused.text);
            assert_eq!(refused.body["code"], "stale");
        }
    }
    assert!(swept > 8, "only {swept} writes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tag_of_what_was_read_writes_once_and_each_write_gives_the_next() {
    let app = App::start().await;
    let draft = app.draft_inspection("80300").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let (path, tag) = (draft.href(), draft.tag());
    let patch = async |tag: &str, title: &str| opcc.patch(&path, tag, json!({ "title": title })).await;
    let first = patch(&tag, "First").await.expect(200);
    assert_ne!(first.tag(), tag);
    patch(&tag, "Stale").await.expect(412);
    let second = patch(&format!("\"v99-00\", {} ,\"x\"", first.tag()), "Second").await.expect(200);
    patch(&format!("W/{}", second.tag()), "Weak").await.expect(412);
    let third = patch("*", "Third").await.expect(200);
    assert_eq!(opcc.get(&path).await.expect(200).tag(), third.tag());
    assert_eq!(third.body["title"], "Third");
    let made = opcc.post("/v1/inspections", crate::support::world::registration("80301")).await.expect(201);
    assert_eq!(made.headers["location"], made.href());
    assert_eq!(opcc.get(&made.href()).await.tag(), made.tag());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_views_differ_so_do_their_tags() {
    let app = App::start().await;
    let places = app.places().await;
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
    // A correction under way: the policing body's new text, the force's new draft, and what is public.
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.act(&places.response, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&places.response, "*", json!({ "policing_body_comments": "New words." })).await.expect(200);
    let document = format!("{}/document", places.response);
    let (area, responses, lines) = ("/v1/areas/cumbria", "/v1/responses", "/v1/assignments?limit=200");
    let records = [&places.response, &document, &places.inspection, &places.assignment].map(String::as_str);
    for path in records.into_iter().chain([area, responses, lines]) {
        let mut seen: Vec<(String, String)> = Vec::new();
        for person in &people {
            let reply = person.get(path).await.expect(200);
            for (tag, text) in &seen {
                assert_eq!(*tag == reply.tag(), *text == reply.text, "{path}: {tag} {}", reply.tag());
            }
            seen.push((reply.tag(), reply.text));
        }
        let views: std::collections::BTreeSet<&String> = seen.iter().map(|(tag, _)| tag).collect();
        assert!(views.len() > 1, "{path} has one view only");
    }
}

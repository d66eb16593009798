//! The life of a proposal: read, shown, listed, discarded, expired.

use chrono::TimeDelta;
use section55::auth::Role;
use section55::clock::Clock;
use section55::imports::discard_expired;
use serde_json::{Value, json};

use super::{accept, answer, path, propose, questions, table, title};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_becomes_a_proposal_and_nothing_is_registered() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = propose(&opcc, "area=cumbria&filename=calls.json", &table("L-1")).await.expect(201);
    assert_eq!(made.headers["location"], made.href().as_str());
    for (member, value) in [
        ("state", json!("proposed")),
        ("area", json!("cumbria")),
        ("format", json!("json")),
        ("version", json!(1)),
        ("answers", json!({})),
        ("inspection_id", Value::Null),
        ("response_id", Value::Null),
        ("candidates", json!([])),
        ("differences", json!([])),
        ("finished_at", Value::Null),
    ] {
        assert_eq!(made.body[member], value, "{member}");
    }
    assert_eq!(made.body["file"]["filename"], "calls.json");
    assert_eq!(made.body["file"]["media_type"], "application/json");
    let inspection = &made.body["inspection"];
    assert_eq!(inspection["reference"], json!({ "value": "L-1", "confidence": "printed" }));
    assert_eq!(inspection["published_on"], json!({ "value": "2022-02-25", "confidence": "printed" }));
    assert_eq!(inspection["report_url"], json!({ "value": null, "confidence": "missing" }));
    let first = &made.body["recommendations"][0];
    assert_eq!(first["cause_of_concern"]["value"], "CoC 1", "a proposal names the cause of concern by number");
    assert_eq!(first["addressees"]["value"], json!(["chief_constables"]));
    assert_eq!(questions(&made), [("inspection".to_owned(), "/inspection/inspection_id".to_owned())]);
    assert_eq!(made.body["questions"][0]["proposed"], "new");
    assert_eq!(made.body["questions"][0]["options"], json!(["new"]));
    let consequences = &made.body["consequences"];
    assert_eq!((&consequences["registers"], &consequences["responses"]["count"]), (&json!(true), &json!(43)));
    assert_eq!(consequences["lines"], json!({ "count": 86, "past": 43 }), "the recommendation is due immediately");
    assert_eq!(opcc.get("/v1/inspections?count=true").await.expect(200).body["total"], 0);
    let read = opcc.get(&made.href()).await.expect(200);
    assert_eq!(read.body, made.body);
    assert_eq!(read.etag(), made.etag());
    let auditor = app.person(Role::Auditor, "cumbria");
    app.sequence().await;
    let events = auditor.get("/v1/audit-events?resource=import").await.expect(200);
    assert_eq!(
        (&events.body["items"][0]["action"], &events.body["items"][0]["to"]),
        (&json!("create"), &json!("proposed"))
    );
    let history = auditor.get(&format!("{}/history", made.href())).await.expect(200);
    let digest = made.body["file"]["sha256"].as_str().expect("a digest");
    assert!(history.text.contains(digest), "the digest of the file is in the log: {}", history.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_returns_the_proposal_and_writes_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let before = app.database.fingerprint().await;
    let tried = propose(&opcc, "validate_only=true", &table("L-2")).await.expect(200);
    assert_eq!(tried.body["recommendations"].as_array().map(Vec::len), Some(3));
    assert_eq!(app.database.fingerprint().await, before);
    opcc.get(&path("imports", &tried.body["id"])).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_discarded_proposal_cannot_be_answered_or_accepted() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = propose(&opcc, "", &table("L-3")).await.expect(201).href();
    let discarded = opcc.act(&made, json!({ "action": "discard" })).await.expect(200);
    assert_eq!((&discarded.body["state"], &discarded.body["version"]), (&json!("discarded"), &json!(2)));
    assert_eq!(discarded.body["allowed_actions"], json!([]));
    assert!(discarded.body["finished_at"].is_string(), "{}", discarded.text);
    let before = app.database.fingerprint().await;
    let refused = answer(&opcc, &made, json!({ "/inspection/reference": "L-4" })).await.expect(409);
    assert_eq!(refused.body["state"], "discarded");
    accept(&opcc, &made, false).await.expect(409);
    opcc.act(&made, json!({ "action": "discard" })).await.expect(409);
    opcc.act(&made, json!({ "action": "undo" })).await.expect(409);
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_expires_after_30_days() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = propose(&opcc, "", &table("L-5")).await.expect(201);
    let accepted = propose(&opcc, "", &table("L-6")).await.expect(201).href();
    accept(&opcc, &accepted, false).await.expect(200);
    let discarded = propose(&opcc, "", &table("L-11")).await.expect(201).href();
    opcc.act(&discarded, json!({ "action": "discard" })).await.expect(200);
    let db = &app.database.db;
    let later = |days| Clock::fixed_at(app.clock.now() + TimeDelta::days(days));
    assert_eq!(discard_expired(db, &later(29)).await.expect("nothing to discard"), 0);
    assert_eq!(opcc.get(&made.href()).await.expect(200).body["state"], "proposed");
    opcc.get(&format!("{discarded}/file")).await.expect(200);
    assert_eq!(discard_expired(db, &later(30)).await.expect("one to discard, and two to dispose of"), 3);
    assert_eq!(discard_expired(db, &later(31)).await.expect("nothing to discard"), 0);
    let now = opcc.get(&made.href()).await.expect(200);
    assert_eq!((&now.body["state"], &now.body["version"]), (&json!("discarded"), &json!(3)));
    for href in [made.href(), discarded] {
        opcc.get(&format!("{href}/file")).await.expect(404);
        let gone = opcc.get(&href).await.expect(200);
        assert_eq!(
            (&gone.body["file"]["filename"], &gone.body["recommendations"]),
            (&json!("disposed-of"), &json!([]))
        );
    }
    opcc.get(&format!("{accepted}/file")).await.expect(200);
    assert_eq!(opcc.get(&accepted).await.expect(200).body["state"], "accepted");
    let transitions = opcc.get(&format!("{}/transitions?order=asc", made.href())).await.expect(200);
    let last = transitions.body["items"].as_array().and_then(|items| items.last()).expect("a transition").clone();
    assert_eq!(
        (&last["action"], &last["from"], &last["to"]),
        (&json!("expire"), &json!("proposed"), &json!("discarded"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_are_listed_with_their_states() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = propose(&opcc, "filename=first.json", &table("L-7")).await.expect(201);
    let second = propose(&opcc, "", &table("L-8")).await.expect(201).href();
    opcc.act(&second, json!({ "action": "discard" })).await.expect(200);
    let draft = app.create_draft_inspection("82091").await;
    let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let rows = propose(&opcc, &query, &json!({ "rows": [{ "reference": "R-1", "text": "One." }] })).await.expect(201);
    assert_eq!(rows.body["state"], "done");
    let all = opcc.get("/v1/imports?count=true&sort=created_at").await.expect(200);
    assert_eq!(all.body["total"], 3);
    let listed: Vec<(Value, Value)> = all.body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| (item["type"].clone(), item["state"].clone()))
        .collect();
    assert!(listed.contains(&(json!("rows"), json!("done"))), "{listed:?}");
    let found = opcc.get("/v1/imports?state=proposed,running").await.expect(200);
    assert_eq!(found.body["items"].as_array().map(Vec::len), Some(1));
    let item = &found.body["items"][0];
    assert_eq!((&item["id"], &item["filename"]), (&first.body["id"], &json!("first.json")));
    assert_eq!(item["title"], title("L-7").as_str());
    let page = opcc.get("/v1/imports?limit=2").await.expect(200);
    let next = page.body["next_cursor"].as_str().expect("a cursor");
    let rest = opcc.get(&format!("/v1/imports?limit=2&cursor={next}")).await.expect(200);
    assert_eq!(rest.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(opcc.get("/v1/imports?area=kent").await.expect(200).body["items"], json!([]));
    opcc.get("/v1/imports?state=odd").await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_request_with_the_same_key_gets_the_first_answer() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let send = async |path: &str, body: Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", "k-1"), ("if-match", "*")];
        opcc.send(reqwest::Method::POST, path, &headers, Some(body.to_string().into_bytes())).await
    };
    let first = send("/v1/imports?area=cumbria", table("L-9")).await.expect(201);
    let again = send("/v1/imports?area=cumbria", table("L-9")).await.expect(201);
    assert_eq!(again.text, first.text);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(opcc.get("/v1/imports?count=true").await.expect(200).body["total"], 1);
    send("/v1/imports?area=cumbria", table("L-10")).await.expect(422);
    let body = json!({ "action": "accept", "confirm_proposed": true });
    let headers = [("content-type", "application/json"), ("idempotency-key", "k-2"), ("if-match", "*")];
    let path = format!("{}/transitions", first.href());
    let send = async || opcc.send(reqwest::Method::POST, &path, &headers, Some(body.to_string().into_bytes())).await;
    let accepted = send().await.expect(200);
    let again = send().await.expect(200);
    assert_eq!(again.text, accepted.text);
    assert_eq!(opcc.get("/v1/inspections?count=true").await.expect(200).body["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_import_of_the_same_file_is_named() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = propose(&opcc, "area=cumbria", &table("L-9")).await.expect(201);
    assert_eq!(first.body["same_file"], json!([]));
    accept(&opcc, &first.href(), false).await.expect(200);
    let kent = propose(&app.person(Role::Opcc, "kent"), "area=kent", &table("L-9")).await.expect(201);
    assert_eq!(kent.body["same_file"], json!([]), "another area's imports are its own");
    let second = propose(&opcc, "area=cumbria", &table("L-9")).await.expect(201);
    let same = &second.body["same_file"];
    assert_eq!((&same[0]["id"], &same[0]["state"]), (&first.body["id"], &json!("accepted")), "{same}");
    assert_eq!((&same[0]["links"]["self"], same.as_array().map(Vec::len)), (&json!(first.href()), Some(1)));
}

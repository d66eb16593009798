//! Answers: what they change, what they may not be, and what the record asks.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{accept, answer, propose, questions, table};
use crate::support::{App, Reply};

async fn proposed(app: &App, reference: &str) -> Reply {
    propose(&app.person(Role::Opcc, "cumbria"), "area=cumbria", &table(reference)).await.expect(201)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_replaces_a_fact_and_null_takes_it_back() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = proposed(&app, "A-1").await;
    let given = json!({
        "/inspection/reference": "A-2", "/recommendations/0/kind": "area_for_improvement",
        "/recommendations/1/themes": ["Listening"], "/inspection/key_findings": "",
        "/inspection/inspection_id": "new",
    });
    let changed = opcc.patch(&made.href(), &made.etag(), json!({ "answers": given })).await.expect(200);
    assert_eq!(changed.body["version"], 2);
    assert_eq!(changed.body["inspection"]["reference"], json!({ "value": "A-2", "confidence": "answered" }));
    assert_eq!(changed.body["inspection"]["key_findings"], json!({ "value": null, "confidence": "answered" }));
    assert_eq!(changed.body["recommendations"][0]["kind"]["value"], "area_for_improvement");
    assert_eq!(changed.body["recommendations"][1]["themes"]["value"], json!(["Listening"]));
    assert_eq!(changed.body["answers"], given);
    assert_eq!(questions(&changed), []);
    opcc.patch(&made.href(), &made.etag(), json!({ "answers": {} })).await.expect(412);
    let back = answer(&opcc, &made.href(), json!({ "/inspection/reference": null })).await.expect(200);
    assert_eq!(back.body["inspection"]["reference"], json!({ "value": "A-1", "confidence": "printed" }));
    let cleared = opcc.patch(&made.href(), "*", json!({ "answers": null })).await.expect(200);
    assert_eq!((&cleared.body["answers"], &cleared.body["version"]), (&json!({}), &json!(4)));
    assert_eq!(cleared.body["inspection"], made.body["inspection"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_changes_nothing_keeps_the_version_and_writes_no_event() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = proposed(&app, "A-3").await;
    let changed = answer(&opcc, &made.href(), json!({ "/inspection/reference": "A-4" })).await.expect(200);
    let before = app.database.fingerprint().await;
    for body in [json!({ "answers": { "/inspection/reference": "A-4", "/inspection/title": null } }), json!({})] {
        let same = opcc.patch(&made.href(), &changed.etag(), body).await.expect(200);
        assert_eq!((same.etag(), &same.body), (changed.etag(), &changed.body));
    }
    let dry = opcc.patch(&format!("{}?validate_only=true", made.href()), "*", json!({ "answers": null })).await;
    assert_eq!(dry.expect(200).body["answers"], json!({}));
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_an_object_is_merged_with_the_earlier_one() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = proposed(&app, "A-6").await.href();
    let pointer = "/recommendations/0/target";
    for (change, merged) in [
        (json!({ "kind": "by_date", "on": "2022-06-30" }), json!({ "kind": "by_date", "on": "2022-06-30" })),
        (json!({ "text": "by June" }), json!({ "kind": "by_date", "on": "2022-06-30", "text": "by June" })),
        (json!({ "kind": "within", "on": null }), json!({ "kind": "within", "text": "by June" })),
    ] {
        let changed = answer(&opcc, &made, json!({ pointer: change })).await.expect(200);
        assert_eq!(changed.body["answers"][pointer], merged, "{change}");
    }
    // A list is replaced as a whole.
    for areas in [json!(["cumbria", "durham"]), json!(["kent"])] {
        let changed = answer(&opcc, &made, json!({ "/inspection/subjects": areas })).await.expect(200);
        assert_eq!(changed.body["answers"]["/inspection/subjects"], areas);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_does_not_fit_is_a_fault_and_nothing_is_written() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = proposed(&app, "A-5").await.href();
    let before = app.database.fingerprint().await;
    let unknown = uuid::Uuid::now_v7().to_string();
    for (pointer, value, code) in [
        ("/inspection/colour", json!("blue"), "unknown_member"),
        ("/recommendations/7/text", json!("Seven."), "unknown_member"),
        ("/recommendations/0", json!("One."), "not_a_fact"),
        ("/recommendations/0/kind", json!("wish"), "wrong_value"),
        ("/inspection/published_on", json!("soon"), "wrong_value"),
        ("/inspection/title", json!(["a", "list"]), "wrong_value"),
        ("/inspection/title", json!("Long ".repeat(101)), "too_long"),
        ("/inspection/title", json!("Two\nlines"), "wrong_format"),
        ("/inspection/reference", json!("r".repeat(101)), "too_long"),
        ("/recommendations/0/text", json!("A\u{7}bell"), "wrong_format"),
        ("/inspection/report_url", json!("javascript:alert(1)"), "wrong_format"),
        ("/inspection/report_url", json!("https://inspectors.example@other.example/1"), "wrong_format"),
        ("/inspection/inspection_id", json!(unknown), "unknown_reference"),
        ("/inspection/inspection_id", json!("both"), "unknown_reference"),
    ] {
        let refused = answer(&opcc, &made, json!({ pointer: value })).await.expect(422);
        let at = format!("/answers/{}", pointer.replace('/', "~1"));
        assert_eq!(refused.faults(), [(at, code.to_owned())], "{pointer}: {}", refused.text);
    }
    let two = json!({ "/inspection/colour": 1, "/recommendations/0/kind": "wish" });
    assert_eq!(answer(&opcc, &made, two).await.expect(422).faults().len(), 2);
    opcc.patch(&made, "*", json!({ "colour": 1 })).await.expect(422);
    opcc.patch(&made, "*", json!({ "answers": [] })).await.expect(422);
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_record_needs_and_the_file_lacks_is_asked() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let rows = json!([{ "reference": "Q-1", "text": "One." }]);
    let made = propose(&opcc, "", &json!({ "rows": rows })).await.expect(201);
    let asked: Vec<String> = questions(&made).into_iter().map(|(_, pointer)| pointer).collect();
    let expected = ["inspection_id", "title", "published_on", "kind", "scope", "reference"];
    assert_eq!(asked, expected.map(|member| format!("/inspection/{member}")));
    assert_eq!(made.body["questions"][5]["proposed"], "office:cumbria/2022-01");
    let refused = accept(&opcc, &made.href(), false).await.expect(422);
    let open = ["title", "published_on", "kind", "scope"];
    let faults = open.map(|member| (format!("/inspection/{member}"), "missing".to_owned()));
    assert_eq!(refused.faults(), faults);
    let regional = json!({
        "/inspection/title": "A look at a region", "/inspection/published_on": "2021-05-05", "/inspection/kind": "other",
        "/inspection/scope": "regional",
    });
    let changed = answer(&opcc, &made.href(), regional).await.expect(200);
    let subjects = ("subjects".to_owned(), "/inspection/subjects".to_owned());
    assert!(questions(&changed).contains(&subjects), "a regional report asks for its areas: {}", changed.text);
    let reference = changed.body["questions"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["pointer"] == "/inspection/reference");
    assert_eq!(reference.expect("a question")["proposed"], "office:cumbria/2021-01", "the year of the report");
    let wrong = answer(&opcc, &made.href(), json!({ "/inspection/subjects": "none" })).await.expect(422);
    assert_eq!(wrong.faults()[0].1, "wrong_value");
    answer(&opcc, &made.href(), json!({ "/inspection/subjects": ["cumbria", "durham"] })).await.expect(200);
    let accepted = accept(&opcc, &made.href(), false).await.expect(200);
    assert_eq!(
        accepted.body["answers"]["/inspection/reference"], "office:cumbria/2021-01",
        "it is recorded as an answer"
    );
    let inspection = opcc.get(accepted.body["links"]["inspection"].as_str().expect("a link")).await.expect(200);
    assert_eq!(inspection.body["reference"], "office:cumbria/2021-01");
    assert_eq!(inspection.body["subjects"], json!(["cumbria", "durham"]));
    let next = propose(&opcc, "", &json!({ "rows": rows })).await.expect(201);
    let again = answer(&opcc, &next.href(), json!({ "/inspection/published_on": "2021-07-07" })).await.expect(200);
    let proposed: Vec<&Value> =
        again.body["questions"].as_array().expect("a list").iter().map(|question| &question["proposed"]).collect();
    assert!(proposed.contains(&&json!("office:cumbria/2021-02")), "a reference is proposed once: {proposed:?}");
}

//! Accepting an import into a registered inspection, where a person says that the document is right.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{accept, path, propose, table, title};
use crate::support::{App, Person, Reply};

/// Returns the table of an inspection with another title, day and lead, and another text, target and reference in its
/// rows.
fn differing(reference: &str) -> Value {
    let mut table = table(reference);
    table["inspection"]["title"] = json!(format!("{} again", title(reference)));
    table["inspection"]["published_on"] = json!("2022-02-24");
    table["inspection"]["kind"] = json!("other");
    table["rows"][0]["text"] = json!("Immediately, forces must answer.");
    table["rows"][1]["addressees"] = json!(["college_of_policing"]);
    table["rows"][1]["themes"] = json!(["Listening"]);
    table
}

async fn accept_with(person: &Person, import: &str, correct: Value) -> Reply {
    person.act(import, json!({ "action": "accept", "confirm_proposed": true, "correct": correct })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_says_in_which_differences_the_document_is_right() {
    let app = App::start().await;
    let cumbria = app.person(Role::Opcc, "cumbria");
    let first = propose(&cumbria, "area=cumbria", &table("D-1")).await.expect(201).href();
    let registered = accept(&cumbria, &first, true).await.expect(200);
    let inspection = path("inspections", &registered.body["inspection_id"]);
    let registrar = app.person(Role::Registrar, "");
    let made = propose(&registrar, "", &differing("D-1")).await.expect(201);
    let correct = json!(["/inspection/title", "/inspection/published_on", "/recommendations/0/text"]);
    let accepted = accept_with(&registrar, &made.href(), correct).await.expect(200);
    let left: Vec<&Value> =
        accepted.body["differences"].as_array().expect("a list").iter().map(|it| &it["pointer"]).collect();
    assert_eq!(left, ["/inspection/kind", "/recommendations/1/addressees", "/recommendations/1/themes"]);
    let corrected = app.public().get(&inspection).await.expect(200);
    assert_eq!(corrected.body["title"], format!("{} again", title("D-1")));
    // 56 days that begin with the day of publication.
    let days = (&corrected.body["published_on"], &corrected.body["due_on"]);
    assert_eq!(days, (&json!("2022-02-24"), &json!("2022-04-20")));
    assert_eq!(corrected.body["corrections"][0]["title"], title("D-1"));
    let reason = corrected.body["corrections"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("imported file"), "{reason}");
    let recommendations = format!("{inspection}/recommendations");
    let listed = app.public().get(&recommendations).await.expect(200);
    assert_eq!(listed.body["items"][0]["text"], "Immediately, forces must answer.");
    assert_eq!(listed.body["items"][0]["errata"][0]["text"], "Immediately, forces should answer.");
    assert_eq!(listed.body["items"][1]["errata"], json!([]));

    let undone = registrar.act(&made.href(), json!({ "action": "undo" })).await.expect(200);
    assert_eq!(undone.body["state"], "undone");
    let back = app.public().get(&inspection).await.expect(200);
    assert_eq!(back.body["title"], title("D-1"));
    let days = (&back.body["published_on"], &back.body["due_on"]);
    assert_eq!(days, (&json!("2022-02-25"), &json!("2022-04-21")));
    let listed = app.public().get(&recommendations).await.expect(200);
    assert_eq!(listed.body["items"][0]["text"], "Immediately, forces should answer.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_takes_the_rights_that_it_takes_by_hand() {
    let app = App::start().await;
    let cumbria = app.person(Role::Opcc, "cumbria");
    let first = propose(&cumbria, "area=cumbria", &table("D-2")).await.expect(201).href();
    let registered = accept(&cumbria, &first, true).await.expect(200);
    let correct = json!(["/inspection/title"]);
    for area in ["cumbria", "kent"] {
        let person = app.person(Role::Opcc, area);
        let made = propose(&person, &format!("area={area}"), &differing("D-2")).await.expect(201).href();
        accept_with(&person, &made, correct.clone()).await.expect(403);
        person.act(&made, json!({ "action": "discard" })).await.expect(200);
    }
    let inspection = path("inspections", &registered.body["inspection_id"]);
    assert_eq!(app.public().get(&inspection).await.expect(200).body["title"], title("D-2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_difference_or_cannot_be_corrected_is_named() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let first = propose(&registrar, "", &table("D-3")).await.expect(201).href();
    accept(&registrar, &first, true).await.expect(200);
    let made = propose(&registrar, "", &differing("D-3")).await.expect(201).href();
    let before = app.database.fingerprint().await;
    let correct = json!(["/inspection/title", "/inspection/reference", "/inspection/kind", "/recommendations"]);
    let refused = accept_with(&registrar, &made, correct).await.expect(422);
    let expected =
        [("/correct/1", "unknown_reference"), ("/correct/2", "published"), ("/correct/3", "unknown_reference")];
    assert_eq!(refused.faults(), expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    accept_with(&registrar, &made, json!(["/recommendations/1/themes"])).await.expect(422);
    assert_eq!(app.database.fingerprint().await, before);
    let new = propose(&registrar, "", &table("D-4")).await.expect(201).href();
    let refused = accept_with(&registrar, &new, json!(["/inspection/title"])).await.expect(422);
    assert_eq!(refused.faults(), [("/correct".to_owned(), "not_here".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_takes_every_value_of_the_document() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = propose(&opcc, "", &table("D-5")).await.expect(201).href();
    let registered = accept(&opcc, &first, false).await.expect(200);
    let made = propose(&opcc, "", &differing("D-5")).await.expect(201);
    let pointers: Vec<Value> =
        made.body["differences"].as_array().expect("a list").iter().map(|it| it["pointer"].clone()).collect();
    assert_eq!(pointers.len(), 6, "{}", made.text);
    let accepted = accept_with(&opcc, &made.href(), json!(pointers)).await.expect(200);
    assert_eq!(accepted.body["differences"], json!([]));
    let inspection = path("inspections", &registered.body["inspection_id"]);
    let draft = opcc.get(&inspection).await.expect(200);
    assert_eq!((&draft.body["kind"], &draft.body["published_on"]), (&json!("other"), &json!("2022-02-24")));
    opcc.act(&made.href(), json!({ "action": "undo" })).await.expect(200);
    let draft = opcc.get(&inspection).await.expect(200);
    assert_eq!((&draft.body["kind"], &draft.body["title"]), (&json!("national_thematic"), &json!(title("D-5"))));
}

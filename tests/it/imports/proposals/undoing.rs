//! Undoing an accepted import as a whole, while nothing came after it.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{accept, answer, path, propose, table};
use crate::support::{App, Person, Reply};

async fn accepted_with_text(person: &Person, area: &str, reference: &str, publish: bool) -> Reply {
    let made = propose(person, &format!("area={area}"), &table(reference)).await.expect(201).href();
    let comments = format!("Comments of {area} on {reference}.");
    answer(person, &made, json!({ "/response/policing_body_comments": comments })).await.expect(200);
    accept(person, &made, publish).await.expect(200)
}

async fn undo(person: &Person, import: &Reply) -> Reply {
    person.act(&import.href(), json!({ "action": "undo" })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undoing_withdraws_the_inspection_and_frees_its_reference() {
    for publish in [false, true] {
        let app = App::start().await;
        let opcc = app.person(Role::Opcc, "cumbria");
        let accepted = accepted_with_text(&opcc, "cumbria", "U-1", publish).await;
        let allowed = accepted.body["allowed_actions"].as_array().expect("a list");
        assert_eq!(allowed.len(), 1, "{}", accepted.text);
        assert_eq!((&allowed[0]["action"], &allowed[0]["blocked_by"]), (&json!("undo"), &json!([])));
        let undone = undo(&opcc, &accepted).await.expect(200);
        assert_eq!((&undone.body["state"], &undone.body["version"]), (&json!("undone"), &json!(4)));
        let inspection = path("inspections", &accepted.body["inspection_id"]);
        assert_eq!(opcc.get(&inspection).await.expect(200).body["state"], "withdrawn");
        app.public().get(&inspection).await.expect(404);
        if publish {
            let response = opcc.get(&path("responses", &accepted.body["response_id"])).await.expect(200);
            assert_eq!(response.body["policing_body_comments"], Value::Null);
        }
        let again = accepted_with_text(&opcc, "cumbria", "U-1", true).await;
        assert_ne!(again.body["inspection_id"], accepted.body["inspection_id"], "the reference is free again");
        undo(&opcc, &accepted).await.expect(409);
        app.sequence().await;
        let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=undo&resource=import").await;
        assert_eq!(events.expect(200).body["items"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undoing_an_import_into_a_registered_inspection_takes_only_its_texts_back() {
    let app = App::start().await;
    let first = accepted_with_text(&app.person(Role::Opcc, "cumbria"), "cumbria", "U-2", true).await;
    let kent = app.person(Role::Opcc, "kent");
    let second = accepted_with_text(&kent, "kent", "U-2", false).await;
    assert_eq!(second.body["inspection_id"], first.body["inspection_id"]);
    undo(&kent, &second).await.expect(200);
    let response = kent.get(&path("responses", &second.body["response_id"])).await.expect(200);
    assert_eq!(response.body["policing_body_comments"], Value::Null);
    let inspection = app.public().get(&path("inspections", &first.body["inspection_id"])).await.expect(200);
    assert_eq!(inspection.body["state"], "published");
    let own = app.person(Role::Opcc, "cumbria").get(&path("responses", &first.body["response_id"])).await.expect(200);
    assert_eq!(own.body["policing_body_comments"], "Comments of cumbria on U-2.");
    let again = accepted_with_text(&kent, "kent", "U-2", false).await;
    assert_eq!(again.body["response_id"], second.body["response_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undoing_is_refused_once_something_came_after() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let refused = async |import: &Reply| {
        let before = app.database.fingerprint().await;
        let reply = undo(&opcc, import).await.expect(422);
        assert_eq!(reply.faults(), [(String::new(), "nothing_after".to_owned())], "{}", reply.text);
        assert_eq!(app.database.fingerprint().await, before);
        let now = opcc.get(&import.href()).await.expect(200);
        assert_eq!(now.body["allowed_actions"][0]["blocked_by"][0]["code"], "nothing_after");
    };
    let drafted = accepted_with_text(&opcc, "cumbria", "U-3", false).await;
    let draft = path("inspections", &drafted.body["inspection_id"]);
    opcc.patch(&draft, "*", json!({ "title": "Another title" })).await.expect(200);
    refused(&drafted).await;
    let published_later = accepted_with_text(&opcc, "cumbria", "U-4", false).await;
    let draft = path("inspections", &published_later.body["inspection_id"]);
    opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    refused(&published_later).await;
    let answered = accepted_with_text(&opcc, "cumbria", "U-5", true).await;
    let response = path("responses", &answered.body["response_id"]);
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    refused(&answered).await;
    let elsewhere = accepted_with_text(&opcc, "cumbria", "U-6", true).await;
    let inspection = opcc.get(&path("inspections", &elsewhere.body["inspection_id"])).await.expect(200);
    let kents = app.response_path(&inspection, "kent").await;
    app.person(Role::Opcc, "kent").act(&kents, json!({ "action": "invite" })).await.expect(200);
    refused(&elsewhere).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_person_who_accepted_or_an_approver_can_undo() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let accepted = accepted_with_text(&opcc, "cumbria", "U-7", true).await;
    let colleague = app.person_with_roles("colleague", &["opcc"], &["cumbria"]);
    let refused = undo(&colleague, &accepted).await.expect(422);
    assert_eq!(refused.faults(), [(String::new(), "accepted_by_caller_or_approver".to_owned())]);
    undo(&app.person(Role::Opcc, "kent"), &accepted).await.expect(404);
    undo(&app.person(Role::ChiefOfficer, "cumbria"), &accepted).await.expect(403);
    undo(&app.person(Role::OpccApprover, "cumbria"), &accepted).await.expect(200);
}

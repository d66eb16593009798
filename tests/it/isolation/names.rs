//! The officers of an area are named to callers of that area alone. Every operation is called as every role of another area
//! and as callers without an area, who must find no subject and no name of the area's officers.

use reqwest::Method;
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use crate::audit::bundles::{export, verify};
use crate::support::sample_bodies::sample_bodies;
use crate::support::sample_records::{Operation, SampleRecords};
use crate::support::{App, Person};

/// Acts as Cumbria's officers on records that other areas read, too: a correction of a published inspection and of a
/// recommendation, and a withdrawal.
async fn act_on_shared_records(app: &App, records: &SampleRecords) {
    let approver = app.person(Role::OpccApprover, "cumbria");
    let correct = json!({ "action": "correct", "reason": "A wrong title.", "title": "The right title" });
    approver.act(&records.inspection, correct).await.expect(200);
    let list = approver.get(&format!("{}/recommendations", records.inspection)).await.expect(200);
    let recommendation = list.body["items"][0]["links"]["self"].as_str().expect("a path").to_owned();
    let erratum = json!({ "text": "The right text.", "reason": "A slip." });
    approver.patch(&recommendation, "*", erratum).await.expect(200);
    let withdrawn = app.create_published_inspection("80004").await;
    let withdraw = json!({ "action": "withdraw", "reason": "Registered in error." });
    approver.act(&withdrawn.href(), withdraw).await.expect(200);
}

/// Returns the paths of all operations that read, with the histories of the records that other areas read, the proofs of
/// all events and the bundles of all logs.
async fn paths(app: &App, records: &SampleRecords) -> Vec<String> {
    // The OpenAPI document has recorded examples.
    let reads = |it: &Operation| it.method == Method::GET && it.template != "/openapi.json";
    let operations = app.operations(records).into_iter().filter(reads);
    let mut paths: Vec<String> = operations.map(|it| it.path).collect();
    for record in [&records.inspection, &records.recommendation] {
        paths.extend(["history", "transitions"].map(|list| format!("{record}/{list}")));
    }
    paths.push("/v1/audit-events?limit=200".to_owned());
    paths.push("/v1/exports/audit-events?format=csv".to_owned());
    paths.extend(["kent", "cumbria", "_all"].map(|log| format!("/v1/audit/bundle?area={log}")));
    let administrator = app.database.administrator().await;
    let events = administrator.query("select id::text from record.events", &[]).await.expect("events");
    paths.extend(events.iter().map(|row| format!("/v1/audit/events/{}/proof", row.get::<_, &str>(0))));
    paths
}

/// Calls an operation that writes, with a valid body.
async fn send_write(app: &App, person: &Person, operation: &Operation) -> String {
    let content = &operation.described["requestBody"]["content"];
    let json = content.as_object().into_iter().flatten().find(|(kind, _)| kind.contains("json"));
    let body = json.map(|(_, content)| {
        let bodies = sample_bodies(&app.contract.document, &content["schema"]);
        bodies.first().expect("a body for every schema").value.to_string().into_bytes()
    });
    let kind = json.map_or("application/json", |(kind, _)| kind.as_str());
    let headers = [("content-type", kind), ("if-match", "*")];
    person.send(operation.method.clone(), &operation.path, &headers, body).await.text
}

fn strangers(app: &App) -> Vec<(String, Person)> {
    let mut all: Vec<(String, Person)> =
        Role::ALL.iter().map(|role| (format!("{role} of kent"), app.person(*role, "kent"))).collect();
    all.push(("no role".to_owned(), app.person_with_roles("nobody", &[], &["kent"])));
    all.push(("an approver of no area".to_owned(), app.person_with_roles("adrift", &["opcc_approver"], &[])));
    all.push(("the public".to_owned(), app.public()));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_operation_names_an_officer_of_another_area() {
    let app = App::start().await;
    let records = app.create_sample_records().await;
    act_on_shared_records(&app, &records).await;
    app.sequence().await;
    // The chief officer signs the published comments, so that name is public.
    let named = Role::ALL.iter().filter(|role| **role != Role::ChiefOfficer);
    let officers: Vec<String> = named.map(|role| format!("{role}@cumbria")).collect();
    let named_in = |text: &str| officers.iter().find(|officer| text.contains(officer.as_str())).cloned();
    for path in paths(&app, &records).await {
        for (name, person) in strangers(&app) {
            assert_eq!(named_in(&person.get(&path).await.text), None, "{name} at {path}");
        }
    }
    for operation in app.operations(&records).iter().filter(|it| it.method != Method::GET) {
        for (name, person) in strangers(&app) {
            let text = send_write(&app, &person, operation).await;
            assert_eq!(named_in(&text), None, "{name} at {}", operation.name());
        }
    }
    // The sweep can find them: their own area reads them there.
    let auditor = app.person(Role::Auditor, "cumbria");
    for path in [format!("{}/history", records.inspection), "/v1/audit-events?limit=200".to_owned()] {
        assert!(auditor.get(&path).await.expect(200).text.contains("opcc_approver@cumbria"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_area_learns_the_side_and_the_area_of_an_actor() {
    let app = App::start().await;
    let records = app.create_sample_records().await;
    act_on_shared_records(&app, &records).await;
    app.sequence().await;
    let (own, other) = (app.person(Role::Auditor, "cumbria"), app.person(Role::Auditor, "kent"));
    let expected = json!({
        "issuer": "section55", "subject": "cumbria/policing_body", "name": null, "roles": [], "side": "policing_body",
        "area": "cumbria",
    });
    for (list, actor) in [("history", "by"), ("transitions", "by")] {
        let path = format!("{}/{list}", records.inspection);
        let (seen, named) = (other.get(&path).await.expect(200), own.get(&path).await.expect(200));
        for (seen, named) in items(&seen.body).iter().zip(items(&named.body)) {
            assert_eq!(seen[actor], expected, "{list}");
            assert_eq!((&named[actor]["side"], &named[actor]["area"]), (&json!("policing_body"), &json!("cumbria")));
            assert!(named[actor]["subject"].as_str().is_some_and(|subject| subject.ends_with("@cumbria")));
        }
    }
    let events = other.get("/v1/audit-events?resource=inspection&action=correct").await.expect(200);
    assert_eq!(items(&events.body)[0]["actor"], expected);
    // The filter does not tell whether a person acted, and no proof discloses the person.
    let filtered = other.get("/v1/audit-events?actor=opcc_approver@cumbria").await.expect(200);
    assert_eq!(filtered.body["items"], json!([]));
    assert!(!items(&own.get("/v1/audit-events?actor=opcc_approver@cumbria").await.expect(200).body).is_empty());
    let proof = format!("/v1/audit/events/{}/proof", items(&events.body)[0]["id"].as_str().expect("an id"));
    other.get(&proof).await.expect(404);
    own.get(&proof).await.expect(200);
}

fn items(body: &Value) -> Vec<Value> {
    body["items"].as_array().expect("a list").clone()
}

/// Returns the entries of a bundle for the records that a publication opened.
fn openings(bundle: &str) -> Vec<Value> {
    let lines = bundle.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.map(|line| line["entry"].clone()).filter(|entry| entry["action"] == "open").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_another_area_states_the_side_that_opened_its_records() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("80005").await;
    app.sequence().await;
    let side = json!({ "issuer": "section55", "subject": "cumbria/policing_body", "name": null, "roles": [] });
    let bundle = export(&app, "kent", "").await;
    let found = verify(&bundle).expect("a valid bundle");
    assert_eq!((found.withheld, found.not_shown.as_slice()), (0, [].as_slice()));
    assert_eq!(openings(&bundle).len(), 4, "a response and three assignments");
    assert!(openings(&bundle).iter().all(|entry| entry["actor"] == side), "{bundle}");
    // The area whose officer published reads the name in its own log and in the history.
    let own = openings(&export(&app, "cumbria", "").await);
    assert!(own.iter().all(|entry| entry["actor"]["subject"] == "opcc@cumbria"), "{own:?}");
    for (area, subject) in [("kent", "cumbria/policing_body"), ("cumbria", "opcc@cumbria")] {
        let response = app.response_path(&inspection, area).await;
        let history = app.person(Role::Auditor, area).get(&format!("{response}/history")).await.expect(200);
        let by = &items(&history.body)[0]["by"];
        assert_eq!((&by["subject"], &by["side"]), (&json!(subject), &json!("policing_body")), "{area}");
        assert_eq!(by["area"], "cumbria", "{area}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_entry_that_names_an_officer_of_another_area_is_withheld_and_the_bundle_verifies() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("80006").await;
    // As releases before decision 0074 wrote the events.
    let administrator = app.database.administrator().await;
    let sql = "set session_replication_role = replica;
               update record.events e
               set actor_issuer = p.actor_issuer, actor_subject = p.actor_subject, actor_name = p.actor_name,
                   actor_roles = p.actor_roles
               from record.events p
               where p.resource = 'inspection' and p.action = 'publish' and e.action = 'open';
               set session_replication_role = origin";
    administrator.batch_execute(sql).await.expect("events as before");
    app.sequence().await;
    let bundle = export(&app, "kent", "").await;
    let found = verify(&bundle).expect("a valid bundle");
    assert_eq!((found.events, found.withheld), (0, 4));
    assert!(!bundle.contains("opcc@cumbria"), "{bundle}");
    let auditor = app.person(Role::Auditor, "kent");
    let events = auditor.get("/v1/audit-events?action=open").await.expect(200);
    assert_eq!(items(&events.body).len(), 4);
    for event in items(&events.body) {
        assert_eq!(event["actor"]["subject"], "policing_body");
        auditor.get(&format!("/v1/audit/events/{}/proof", event["id"].as_str().expect("an id"))).await.expect(404);
    }
    let response = app.response_path(&inspection, "kent").await;
    let history = auditor.get(&format!("{response}/history")).await.expect(200);
    assert!(!history.text.contains("opcc@cumbria"), "{}", history.text);
    // Nothing is withheld from the officer's own area.
    let own = export(&app, "cumbria", "").await;
    assert_eq!(verify(&own).expect("a valid bundle").withheld, 0);
    assert_eq!(openings(&own).len(), 4);
}

//! Entries from the tokens that the service sees: made beside the requests, once for each person and day.

use std::collections::BTreeSet;

use section55::auth::Role;
use section55::people::record_pending;
use serde_json::{Value, json};

use super::people;
use crate::support::{App, Person};

async fn entry(person: &Person, subject: &str) -> Value {
    let found = people(person, "").await.into_iter().find(|entry| entry["subject"] == subject);
    found.unwrap_or_else(|| panic!("no entry of {subject}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_calls_the_service_is_in_the_directory_of_the_area_with_roles_and_days() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let before = app.database.fingerprint().await;
    opcc.get("/v1/me").await.expect(200);
    assert_eq!(app.database.fingerprint().await, before, "a request writes nothing");
    assert_eq!(app.record_sightings().await, 1);
    let seen = entry(&opcc, "opcc@cumbria").await;
    let expected = json!({
        "name": "opcc@cumbria (name)", "side": "policing_body", "roles": ["opcc"], "active": true,
        "first_seen_on": "2022-03-22", "last_seen_on": "2022-03-22", "version": 1,
    });
    for (member, value) in expected.as_object().expect("members") {
        assert_eq!(seen[member], *value, "{member}");
    }
    // The same person on the same day is noted once, and once more on the next day, which is no new version.
    assert_eq!(app.record_sightings().await, 0);
    app.set_day("2022-03-23");
    for _ in 0..3 {
        opcc.get("/v1/me").await.expect(200);
    }
    assert_eq!(app.record_sightings().await, 1);
    let again = entry(&opcc, "opcc@cumbria").await;
    assert_eq!((&again["last_seen_on"], &again["version"]), (&json!("2022-03-23"), &json!(1)));
    assert_eq!(again["first_seen_on"], "2022-03-22");
    app.sequence().await;
    let history = opcc.get(&format!("/v1/people/{}/history", again["id"].as_str().expect("an id"))).await.expect(200);
    let items = history.body["items"].as_array().expect("a list");
    assert_eq!(items.len(), 1, "a day is no event: {}", history.text);
    assert_eq!((&items[0]["action"], &items[0]["by"]["subject"]), (&json!("add"), &json!("opcc@cumbria")));
    assert!(!history.text.contains("seen_on"), "{}", history.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_with_other_claims_changes_the_entry_and_never_makes_it_active() {
    let app = App::start().await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let made = approver.post("/v1/people", json!({ "subject": "Moira", "name": "M. Mover" })).await.expect(201);
    approver.patch(&made.href(), "*", json!({ "active": false })).await.expect(200);
    app.person_with_roles("moira", &["opcc", "opcc_approver", "unknown"], &["cumbria", "nowhere"])
        .get("/v1/me")
        .await
        .expect(200);
    app.record_sightings().await;
    let seen = approver.get(&made.href()).await.expect(200).body;
    assert_eq!((&seen["name"], &seen["active"], &seen["version"]), (&json!("moira (name)"), &json!(false), &json!(3)));
    assert_eq!((&seen["roles"], &seen["last_seen_on"]), (&json!(["opcc", "opcc_approver"]), &json!("2022-03-22")));
    assert_eq!(seen["subject"], "Moira");
    let days = approver.get("/v1/people?role=opcc_approver&active=false").await.expect(200);
    assert_eq!(days.body["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_of_both_sides_has_an_entry_of_each_and_others_have_none() {
    let app = App::start().await;
    let callers = [
        ("both", &["chief_officer", "opcc"][..], &["cumbria", "kent"][..]),
        ("auditor", &["auditor"], &["cumbria"]),
        ("registrar", &["registrar"], &["cumbria"]),
        ("unknown", &["administrator"], &["cumbria"]),
        ("adrift", &["opcc"], &[]),
        ("odd", &["opcc"], &["cumbria,kent"]),
    ];
    for (subject, roles, areas) in callers {
        app.person_with_roles(subject, roles, areas).get("/v1/me").await.expect(200);
    }
    app.public().get("/v1/areas").await.expect(200);
    app.record_sightings().await;
    for area in ["cumbria", "kent"] {
        let found = people(&app.person(Role::Auditor, area), "&sort=created_at").await;
        let found: Vec<(&Value, &Value, &Value)> =
            found.iter().map(|entry| (&entry["subject"], &entry["side"], &entry["roles"])).collect();
        let (subject, body, force) = (json!("both"), json!("policing_body"), json!("force"));
        let (opcc, chief) = (json!(["opcc"]), json!(["chief_officer"]));
        assert_eq!(found.len(), 2, "{area}: {found:?}");
        assert!(found.contains(&(&subject, &body, &opcc)) && found.contains(&(&subject, &force, &chief)), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_that_see_a_person_make_one_entry() {
    let app = App::start().await;
    let other = app.start_another_instance(crate::support::app::Setup::default()).await;
    for instance in [&app, &other] {
        instance.person(Role::Opcc, "cumbria").get("/v1/me").await.expect(200);
    }
    assert_eq!((app.record_sightings().await, other.record_sightings().await), (1, 1));
    assert_eq!(people(&app.person(Role::Auditor, "cumbria"), "").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_whom_the_database_refuses_keeps_nobody_waiting() {
    let app = App::start().await;
    let refuse = "
        create function refuse_one() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
        create trigger refuse_one before insert on people for each row when (new.subject = 'refused') execute function refuse_one()";
    app.database.administrator().await.batch_execute(refuse).await.expect("the trigger");
    for subject in ["first", "refused", "last"] {
        app.person_with_roles(subject, &["opcc"], &["cumbria"]).get("/v1/me").await.expect(200);
    }
    for _ in 0..2 {
        let recorded = record_pending(&app.database.db, &app.running.sightings).await;
        assert!(recorded.is_err());
    }
    let found = people(&app.person(Role::Auditor, "cumbria"), "").await;
    let found: BTreeSet<&str> = found.iter().filter_map(|entry| entry["subject"].as_str()).collect();
    assert_eq!(found, BTreeSet::from(["first", "last"]));
}

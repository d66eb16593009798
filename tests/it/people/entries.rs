//! Entries that the area makes itself: who may make and change them, and what becomes of who has left.

use section55::auth::Role;
use serde_json::json;

use super::{people, subjects};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_side_keeps_its_own_people_and_both_sides_read_them() {
    let app = App::start().await;
    let person = |role| app.person(role, "cumbria");
    let (opcc, force) = (person(Role::Opcc), person(Role::Constabulary));
    let body = json!({ "subject": "n.new@cumbria.example", "name": "Nia New" });
    let made = opcc.post("/v1/people", body.clone()).await.expect(201);
    assert_eq!(made.headers["location"], made.href());
    let expected = json!({
        "area": "cumbria", "side": "policing_body", "subject": "n.new@cumbria.example", "name": "Nia New", "roles": [],
        "active": true, "first_seen_on": null, "last_seen_on": null, "version": 1,
    });
    for (member, value) in expected.as_object().expect("members") {
        assert_eq!(made.body[member], *value, "{member}");
    }
    // The subject is that of one person, however it is written; the other side may have an entry of it, too.
    let again = json!({ "subject": "N.New@cumbria.example ", "name": "Another" });
    let refused = person(Role::OpccApprover).post("/v1/people", again).await.expect(409);
    assert_eq!(refused.body["existing"]["href"], made.href());
    force.post("/v1/people", body).await.expect(201);
    for role in [Role::Opcc, Role::OpccApprover, Role::Constabulary, Role::ChiefOfficer, Role::Auditor] {
        assert_eq!(subjects(&person(role), "&side=policing_body").await, ["n.new@cumbria.example"], "{role}");
        person(role).get(&made.href()).await.expect(200);
    }
    let left = json!({ "active": false });
    force.patch(&made.href(), "*", left.clone()).await.expect(403);
    person(Role::Auditor).patch(&made.href(), "*", left.clone()).await.expect(403);
    let changed = opcc.patch(&made.href(), &made.etag(), left).await.expect(200);
    assert_eq!((&changed.body["active"], &changed.body["version"]), (&json!(false), &json!(2)));
    opcc.patch(&made.href(), &made.etag(), json!({ "name": "Nia Newer" })).await.expect(412);
    // Who has left stays in the directory.
    assert_eq!(subjects(&force, "&active=false").await, ["n.new@cumbria.example"]);
    assert_eq!(subjects(&force, "&active=true&side=policing_body").await, Vec::<String>::new());
    app.sequence().await;
    let history = force.get(&format!("{}/history", made.href())).await.expect(200);
    let newest = &history.body["items"][0];
    assert_eq!((&newest["action"], &newest["by"]["subject"]), (&json!("amend"), &json!("opcc@cumbria")));
    assert_eq!(newest["changes"], json!([{ "field": "/active", "from": true, "to": false }]));
    let events = person(Role::Auditor).get("/v1/audit-events?resource=person").await.expect(200);
    assert_eq!(events.body["items"].as_array().map(Vec::len), Some(3), "{}", events.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_names_its_area_and_side_where_the_token_leaves_a_choice() {
    let app = App::start().await;
    let both = app.person_with_roles("both", &["opcc", "constabulary"], &["cumbria", "kent"]);
    let body = json!({ "subject": "x", "name": "X" });
    let refused = both.post("/v1/people", body.clone()).await.expect(422);
    assert_eq!(refused.faults(), [("/area", "required"), ("/side", "required")].map(|(a, b)| (a.into(), b.into())));
    let mut chosen = body.clone();
    (chosen["area"], chosen["side"]) = (json!("kent"), json!("force"));
    let made = both.post("/v1/people", chosen.clone()).await.expect(201);
    assert_eq!((&made.body["area"], &made.body["side"]), (&json!("kent"), &json!("force")));
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.post("/v1/people", chosen.clone()).await.expect(403);
    chosen["area"] = json!("cumbria");
    opcc.post("/v1/people", chosen.clone()).await.expect(403);
    chosen["side"] = json!("audit");
    app.person_with_roles("all", &["opcc", "auditor"], &["cumbria"]).post("/v1/people", chosen).await.expect(403);
    let long = opcc.post("/v1/people", json!({ "subject": "x".repeat(256), "name": "X" })).await.expect(422);
    assert_eq!(long.faults(), [("/subject".to_owned(), "too_long".to_owned())]);
    assert_eq!(people(&opcc, "").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_filtered_and_found_by_words() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for (subject, name) in [("a.officer", "Ann Ó Briain"), ("b_officer", "Bob Percent%"), ("c.clerk", "Cai")] {
        opcc.post("/v1/people", json!({ "subject": subject, "name": name })).await.expect(201);
    }
    for (query, expected) in [
        ("&q=OFFICER", vec!["a.officer", "b_officer"]),
        ("&q=%C3%B3%20BRIAIN", vec!["a.officer"]),
        ("&q=%25", vec!["b_officer"]),
        ("&q=_", vec!["b_officer"]),
        ("&q=nobody", vec![]),
        ("&role=opcc", vec![]),
        ("&sort=-name", vec!["c.clerk", "b_officer", "a.officer"]),
        ("&area=kent", vec![]),
    ] {
        assert_eq!(subjects(&opcc, query).await, expected, "{query}");
    }
    opcc.get("/v1/people?role=registrar").await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_can_delete_an_entry() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = opcc.post("/v1/people", json!({ "subject": "x", "name": "X" })).await.expect(201);
    opcc.delete(&made.href(), "*").await.expect(405);
    let service = app.database.connect("section55_app").await;
    service.batch_execute("delete from people").await.expect_err("the service has no such privilege");
    let administrator = app.database.administrator().await;
    administrator.batch_execute("delete from record.people").await.expect_err("the table keeps its rows");
    opcc.get(&made.href()).await.expect(200);
}

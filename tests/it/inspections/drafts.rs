//! A draft is visible to the area that registered it and to registrars, and only they can amend it until it is
//! published.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::App;
use crate::support::world::registration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_areas_and_the_public_do_not_see_a_draft() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("76001").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let asked = opcc.get(&format!("{}/recommendations", draft.href())).await.expect(200);
    let recommendation = asked.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    for role in [Role::Opcc, Role::Constabulary, Role::Auditor] {
        app.person(role, "cumbria").get(&draft.href()).await.expect(200);
        app.person(role, "cumbria").get(&recommendation).await.expect(200);
    }
    app.person(Role::Registrar, "").get(&draft.href()).await.expect(200);
    app.person(Role::Registrar, "").get(&recommendation).await.expect(200);
    for person in [app.public(), app.person(Role::OpccApprover, "kent"), app.person(Role::Auditor, "kent")] {
        for path in [&draft.href(), &recommendation, &format!("{}/recommendations", draft.href())] {
            person.get(path).await.expect(404);
        }
        for list in
            ["/v1/inspections", "/v1/recommendations", "/v1/inspections?state=draft", "/v1/recommendations?q=forces"]
        {
            assert_eq!(person.get(list).await.expect(200).body["items"], json!([]), "{list}");
        }
        assert_eq!(person.get("/v1/responses").await.expect(200).body["items"], json!([]));
    }
    assert_eq!(opcc.get("/v1/responses").await.expect(200).body["items"], json!([]), "a draft opens no response");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_registering_area_and_registrars_amend_a_draft() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("76002").await.href();
    let opcc = app.person(Role::Opcc, "cumbria");
    let body = json!({ "published_on": "2022-03-01", "key_findings": null, "kind": "peel", "subjects": ["cumbria"] });
    let amended = opcc.patch(&draft, "*", body).await.expect(200);
    for (member, value) in [
        ("published_on", json!("2022-03-01")),
        ("due_on", json!("2022-04-25")),
        ("key_findings", Value::Null),
        ("kind", json!("peel")),
        ("subjects", json!(["cumbria"])),
        ("title", json!("Thematic inspection 76002")),
    ] {
        assert_eq!(amended.body[member], value, "{member}");
    }
    let undated = opcc.patch(&draft, "*", json!({ "published_on": null })).await.expect(200);
    assert_eq!((&undated.body["published_on"], &undated.body["due_on"]), (&Value::Null, &Value::Null));
    app.person(Role::Registrar, "").patch(&draft, "*", json!({ "title": "Another" })).await.expect(200);
    let one = json!({ "title": "Theirs" });
    app.person(Role::Opcc, "kent").patch(&draft, "*", one.clone()).await.expect(404);
    app.person(Role::Constabulary, "cumbria").patch(&draft, "*", one.clone()).await.expect(403);
    app.public().patch(&draft, "*", one).await.expect(401);
    assert_eq!(opcc.get(&draft).await.expect(200).body["title"], "Another");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_amendment_is_refused() {
    let app = App::start().await;
    app.create_published_inspection("76003").await;
    let draft = app.create_draft_inspection("76004").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for (body, pointer) in [
        (json!({ "reference": null }), "/reference"),
        (json!({ "kind": null }), "/kind"),
        (json!({ "state": "published" }), "/state"),
        (json!({ "registered_by": "kent" }), "/registered_by"),
        (json!({ "subjects": ["kent", "atlantis"] }), "/subjects/1"),
        (json!({ "follows_up": "01890000-0000-7000-8000-000000000000" }), "/follows_up"),
    ] {
        let refused = opcc.patch(&draft.href(), "*", body.clone()).await.expect(422);
        assert_eq!(refused.faults()[0].0, pointer, "{body}");
    }
    opcc.patch(&draft.href(), "*", json!({ "reference": "76003" })).await.expect(409);
    opcc.patch(&draft.href(), &draft.etag(), json!({ "title": "First" })).await.expect(200);
    opcc.patch(&draft.href(), &draft.etag(), json!({ "title": "Second" })).await.expect(412);
    opcc.send_json(reqwest::Method::PATCH, &draft.href(), None, &json!({ "title": "Third" })).await.expect(428);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_published_or_withdrawn_inspection_cannot_be_amended() {
    let app = App::start().await;
    let (opcc, approver) = (app.person(Role::Opcc, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    let inspection = app.create_published_inspection("76005").await;
    let path = inspection.href();
    let refused = approver.patch(&path, "*", json!({ "title": "Another" })).await.expect(409);
    assert_eq!(
        (&refused.body["code"], &refused.body["state"]),
        (&json!("not_possible_from_this_state"), &json!("published"))
    );
    assert_eq!(refused.body["allowed_actions"], approver.get(&path).await.expect(200).body["allowed_actions"]);
    app.person(Role::Opcc, "kent").patch(&path, "*", json!({ "title": "Another" })).await.expect(403);

    let response = app.response_path(&inspection, "kent").await;
    app.advance_response_to(&response, "kent", "published").await;
    let refused = approver.patch(&path, "*", json!({ "title": "Another" })).await.expect(409);
    assert_eq!(
        refused.body["allowed_actions"],
        approver.get(&path).await.expect(200).body["allowed_actions"],
        "the action withdraw is blocked in both"
    );

    let other = opcc.post("/v1/inspections", registration("76006")).await.expect(201).href();
    approver.act(&other, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    opcc.patch(&other, "*", json!({ "title": "Another" })).await.expect(409);
}

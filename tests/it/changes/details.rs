//! The title and the actor of each change, as far as its reader may know them when the page is read.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{items, read_all};
use crate::support::world::{recommendation, registration};
use crate::support::{App, Person};

/// Returns the change of this type that a person reads.
async fn change_of(person: &Person, kind: &str) -> Value {
    let changes = read_all(person).await;
    changes.into_iter().rfind(|item| item["type"] == kind).unwrap_or_else(|| panic!("no {kind}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_record_has_its_title_and_reference() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("88801").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    app.advance_assignment_to(&assignment, "cumbria", "in_progress").await;
    let force = app.person(Role::Constabulary, "cumbria");
    let update = json!({ "text": "It is under way.", "date": "2022-03-20" });
    force.post(&format!("{assignment}/updates"), update).await.expect(201);
    app.add_evidence(&assignment, "cumbria", json!({ "title": "Minutes of March" })).await;
    let settings = json!({ "settings": { "comments_days": 20 } });
    app.person(Role::OpccApprover, "cumbria").patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    app.sequence().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let text = "Immediately, forces should do what 88801-1 says.";
    for (kind, title, reference) in [
        ("inspection.published", "Thematic inspection 88801", json!("88801")),
        ("response.opened", "Thematic inspection 88801", json!("88801")),
        ("assignment.started", text, json!("88801-1")),
        ("assignment_update.added", text, json!("88801-1")),
        ("evidence.added", "Minutes of March", Value::Null),
        ("area.amended", "Cumbria", Value::Null),
    ] {
        let change = change_of(&opcc, kind).await;
        assert_eq!((&change["title"], &change["reference"]), (&json!(title), &reference), "{kind}");
    }
    let added = read_all(&opcc).await.into_iter().find(|item| item["type"] == "recommendation.added").expect("one");
    assert_eq!((&added["title"], &added["reference"]), (&json!(text), &json!("88801-1")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_states_the_present_title_and_not_the_earlier_one() {
    let app = App::start().await;
    let (opcc, approver) = (app.person(Role::Opcc, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    let inspection = app.create_published_inspection("88802").await;
    app.sequence().await;
    let readers = [app.public(), app.person(Role::Opcc, "kent"), opcc.clone()];
    for reader in &readers {
        assert_eq!(change_of(reader, "inspection.published").await["title"], "Thematic inspection 88802");
    }
    let correct = json!({ "action": "correct", "reason": "A name slipped in.", "title": "The right title" });
    approver.act(&inspection.href(), correct).await.expect(200);
    app.sequence().await;
    for reader in &readers {
        let text = json!(read_all(reader).await).to_string();
        assert!(text.contains("The right title") && !text.contains("Thematic inspection 88802"), "{text}");
    }
    // Nobody but the registering area and registrars read a draft, so nobody else reads its title.
    let draft = opcc.post("/v1/inspections", registration("88803")).await.expect(201);
    app.sequence().await;
    let withdraw = json!({ "action": "withdraw", "reason": "Registered in error." });
    approver.act(&draft.href(), withdraw.clone()).await.expect(200);
    approver.act(&inspection.href(), withdraw).await.expect(200);
    app.sequence().await;
    for reader in &readers[..2] {
        assert!(!json!(read_all(reader).await).to_string().contains("88803"));
    }
    assert_eq!(change_of(&opcc, "inspection.registered").await["title"], "Thematic inspection 88803");
    // The public cannot read the withdrawn inspection any more, so its earlier changes have no title either.
    let of_report = read_all(&app.public()).await.into_iter().filter(|item| item["resource"] == "inspection");
    assert!(of_report.clone().count() >= 2);
    for change in of_report {
        assert_eq!((&change["title"], &change["reference"]), (&Value::Null, &Value::Null), "{change}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_text_is_shortened() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("88804")).await.expect(201);
    let mut long = recommendation("88804-1");
    long["text"] = json!("é".repeat(301));
    opcc.post(&format!("{}/recommendations", draft.href()), long).await.expect(201);
    app.sequence().await;
    let title = change_of(&opcc, "recommendation.added").await["title"].clone();
    assert_eq!(title, format!("{}…", "é".repeat(300)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_actor_is_named_to_its_own_area_and_is_a_side_to_others() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("88805").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "published").await;
    app.sequence().await;
    let side = json!({
        "issuer": "section55", "subject": "cumbria/policing_body", "name": null, "roles": [], "side": "policing_body",
        "area": "cumbria",
    });
    let force = app.person(Role::Constabulary, "cumbria");
    let publication = change_of(&force, "inspection.published").await;
    assert_eq!(
        (&publication["actor"]["subject"], &publication["actor"]["name"]),
        (&json!("opcc@cumbria"), &json!("opcc@cumbria (name)"))
    );
    for role in [Role::Opcc, Role::ChiefOfficer, Role::Auditor] {
        let kent = app.person(role, "kent");
        assert_eq!(change_of(&kent, "inspection.published").await["actor"], side, "{role}");
        assert_eq!(change_of(&kent, "response.opened").await["actor"], side, "{role}");
        // Kent reads of this only what the public reads.
        assert_eq!(change_of(&kent, "response.published").await["actor"], Value::Null, "{role}");
    }
    assert_eq!(change_of(&app.person(Role::Registrar, ""), "inspection.published").await["actor"], side);
    for item in items(&app.public().get("/v1/changes").await.expect(200)) {
        assert_eq!(item["actor"], Value::Null);
    }
}

//! Registering an inspection: defaults, the registering area, and the refusal of a second registration.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::world::registration;
use crate::support::{App, Reply};

async fn register(app: &App, role: Role, body: Value) -> Reply {
    app.person(role, "cumbria").post("/v1/inspections", body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absent_members_get_defaults() {
    let app = App::start().await;
    let made = register(&app, Role::Opcc, json!({ "reference": "75001" })).await.expect(201);
    assert_eq!(made.headers["location"], made.href().as_str());
    assert!(made.etag().starts_with("\"v1-"));
    for (member, value) in [
        ("source", json!("hmicfrs")),
        ("kind", json!("other")),
        ("scope", json!("national")),
        ("subjects", json!("all")),
        ("lead_inspectorate", json!("hmicfrs")),
        ("participating_inspectorates", json!([])),
        ("state", json!("draft")),
        ("registered_by", json!("cumbria")),
        ("recommendations_count", json!(0)),
        ("version", json!(1)),
        ("title", Value::Null),
        ("published_on", Value::Null),
        ("due_on", Value::Null),
        ("legal_basis", Value::Null),
        ("report_url", Value::Null),
        ("key_findings", Value::Null),
        ("follows_up", Value::Null),
        ("corrections", json!([])),
    ] {
        assert_eq!(made.body[member], value, "{member}");
    }
    let seen = app.person(Role::Opcc, "cumbria").get(&made.href()).await.expect(200);
    assert_eq!((&seen.body, seen.etag()), (&made.body, made.etag()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_members_of_a_registration_are_stored() {
    let app = App::start().await;
    let earlier = register(&app, Role::Opcc, registration("75002")).await.expect(201);
    let sent = json!({
        "reference": "75003/a", "source": "hmi-prisons", "title": "A revisit", "kind": "revisit",
        "legal_basis": "Police Act 1996, section 54", "scope": "regional", "lead_inspectorate": "hmi-prisons",
        "participating_inspectorates": ["hmicfrs", "cqc"], "published_on": "2022-03-01",
        "report_url": "https://inspectors.example/75003?by=a@b.example", "key_findings": "Better.\n\nNot yet good.",
        "subjects": ["cumbria", "lancashire"], "registered_by": "cumbria", "follows_up": earlier.body["id"],
    });
    let made = register(&app, Role::OpccApprover, sent.clone()).await.expect(201);
    for (member, value) in sent.as_object().expect("an object") {
        assert_eq!(made.body[member], *value, "{member}");
    }
    assert_eq!(made.body["due_on"], "2022-04-25");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subjects_and_scope_are_inferred_from_each_other() {
    let app = App::start().await;
    let with = |reference: &str, member: &str, value: Value| json!({ "reference": reference, member: value });
    let named = register(&app, Role::Opcc, with("75004", "subjects", json!(["kent"]))).await.expect(201);
    assert_eq!(named.body["scope"], "force");
    let force = register(&app, Role::Opcc, with("75005", "scope", json!("force"))).await.expect(201);
    assert_eq!(force.body["subjects"], json!(["cumbria"]), "the registering area");
    let refused = register(&app, Role::Registrar, with("75006", "scope", json!("force"))).await.expect(422);
    assert_eq!(refused.faults(), [("/subjects".to_owned(), "required".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_with_several_areas_must_name_the_registering_area() {
    let app = App::start().await;
    let of_two = app.person_with_roles("both", &["opcc"], &["cumbria", "kent"]);
    let sent = |area: Option<&str>| {
        let mut body = json!({ "reference": "75007" });
        if let Some(area) = area {
            body["registered_by"] = json!(area);
        }
        body
    };
    let refused = of_two.post("/v1/inspections", sent(None)).await.expect(422);
    assert_eq!(refused.faults(), [("/registered_by".to_owned(), "required".to_owned())]);
    let refused = of_two.post("/v1/inspections", sent(Some("surrey"))).await.expect(422);
    assert_eq!(refused.faults(), [("/registered_by".to_owned(), "unknown_reference".to_owned())]);
    let made = of_two.post("/v1/inspections", sent(Some("kent"))).await.expect(201);
    assert_eq!(made.body["registered_by"], "kent");
    app.person(Role::Opcc, "cumbria").get(&made.href()).await.expect(404);
    app.person_with_roles("nowhere", &["opcc"], &[])
        .post("/v1/inspections", json!({ "reference": "75008" }))
        .await
        .expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inspection_that_a_registrar_registers_belongs_to_no_area() {
    let app = App::start().await;
    let made = register(&app, Role::Registrar, registration("75009")).await.expect(201);
    assert_eq!(made.body["registered_by"], Value::Null);
    app.person(Role::Opcc, "cumbria").get(&made.href()).await.expect(404);
    app.person(Role::Opcc, "cumbria").act(&made.href(), json!({ "action": "publish" })).await.expect(404);
    app.person(Role::Registrar, "").act(&made.href(), json!({ "action": "publish" })).await.expect(200);
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.act(&made.href(), json!({ "action": "withdraw", "reason": "Ours." })).await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_policing_bodies_and_registrars_register_inspections() {
    let app = App::start().await;
    for role in [Role::Constabulary, Role::ChiefOfficer, Role::Auditor] {
        register(&app, role, registration("75010")).await.expect(403);
    }
    app.public().post("/v1/inspections", registration("75010")).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_registration_is_refused_and_names_the_first() {
    let app = App::start().await;
    let first = app.create_published_inspection("75011").await;
    for (role, area) in [(Role::Opcc, "cumbria"), (Role::Opcc, "kent"), (Role::Registrar, "")] {
        let again = app.person(role, area).post("/v1/inspections", registration("75011")).await.expect(409);
        assert_eq!(again.body["code"], "already_exists");
        assert_eq!(again.body["existing"], json!({ "id": first.body["id"], "href": first.href() }));
    }
    let mut other = registration("75011");
    other["source"] = json!("hmi-prisons");
    register(&app, Role::Opcc, other).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_the_caller_cannot_see_is_not_named_and_refuses_nothing() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("75012").await;
    let other = app.person(Role::Opcc, "kent").post("/v1/inspections", registration("75012")).await.expect(201);
    assert!(!other.text.contains(draft.body["id"].as_str().expect("an id")), "{}", other.text);
    let own = register(&app, Role::Opcc, registration("75012")).await.expect(409);
    assert_eq!(own.body["existing"]["id"], draft.body["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_of_a_withdrawn_inspection_can_be_registered_again() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("75013").await;
    let withdraw = json!({ "action": "withdraw", "reason": "Entered under a wrong source." });
    app.person(Role::OpccApprover, "cumbria").act(&draft.href(), withdraw).await.expect(200);
    register(&app, Role::Opcc, registration("75013")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_subject_area_is_refused_with_its_position() {
    let app = App::start().await;
    let mut sent = registration("75014");
    sent["subjects"] = json!(["cumbria", "atlantis", "kent", "elysium"]);
    let refused = register(&app, Role::Opcc, sent).await.expect(422);
    let unknown = |at: usize| (format!("/subjects/{at}"), "unknown_reference".to_owned());
    assert_eq!(refused.faults(), [unknown(1), unknown(3)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_registration_is_refused() {
    let app = App::start().await;
    for (member, value, code) in [
        ("reference", json!(""), "too_short"),
        ("reference", json!(21866), "wrong_type"),
        ("reference", Value::Null, "wrong_type"),
        ("kind", json!("picnic"), "unknown_value"),
        ("scope", json!("global"), "unknown_value"),
        ("subjects", json!([]), "too_few"),
        ("subjects", json!(["kent", "kent"]), "not_unique"),
        ("published_on", json!("25/02/2022"), "wrong_format"),
        ("published_on", json!("2022-02-30"), "wrong_format"),
        ("published_on", json!("1066-10-14"), "out_of_range"),
        ("report_url", json!("javascript:alert(1)"), "wrong_format"),
        ("report_url", json!("https://inspectors.example@other.example/1"), "wrong_format"),
        ("report_url", json!("https://user:word@inspectors.example"), "wrong_format"),
        ("follows_up", json!("01890000-0000-7000-8000-000000000000"), "unknown_reference"),
        ("state", json!("published"), "unknown_field"),
    ] {
        let mut sent = registration("75015");
        sent[member] = value.clone();
        let refused = register(&app, Role::Opcc, sent).await.expect(422);
        assert_eq!(refused.faults()[0], (format!("/{member}"), code.to_owned()), "{value}");
    }
    register(&app, Role::Opcc, json!({})).await.expect(422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validate_only_checks_everything_and_writes_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let tried = opcc.post("/v1/inspections?validate_only=true", registration("75016")).await.expect(200);
    assert_eq!(tried.body["due_on"], "2022-04-21");
    opcc.get(&tried.href()).await.expect(404);
    register(&app, Role::Opcc, registration("75016")).await.expect(201);
    opcc.post("/v1/inspections?validate_only=true", registration("75016")).await.expect(409);
}

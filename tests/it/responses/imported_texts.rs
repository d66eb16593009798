//! Texts from an imported document: in a response, or for a draft inspection until its publication opens the response.

use section55::api::{Problem, ProblemKind, WriteMode};
use section55::auth::{Actor, Call, RequestId, Role};
use section55::db::{Event, Write};
use section55::responses::{self, Branch, ImportedTexts};
use serde_json::{Value, json};
use uuid::Uuid;

use super::action;
use crate::support::world::registration;
use crate::support::{App, Reply};

const COMMENTS: &str = "zqcomments: the body welcomes the report.";
const REPLY: &str = "zqreply: we agree.";
const EXPLANATION: &str = "zqexplanation: it was done.";

fn id(record: &Reply) -> Uuid {
    record.body["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

fn call(app: &App, role: Role, area: &str) -> Call {
    let areas: &[&str] = if role == Role::Registrar { &[] } else { &[area] };
    let mut actor = Actor::new("https://issuer.example", "importer", Some("I. Importer"), &[role], areas);
    if role == Role::Registrar {
        actor = actor.acting_for(area).expect("a registrar acts for any area");
    }
    Call { actor, at: app.clock.now(), request_id: RequestId("import".into()) }
}

async fn store(
    app: &App,
    call: &Call,
    inspection: Uuid,
    area: &str,
    texts: &ImportedTexts,
) -> Result<Option<Uuid>, Problem> {
    let work = async |tx: &section55::db::Tx<'_>| {
        let (id, event) = responses::store_imported_texts(tx, call, inspection, area, texts.clone()).await?;
        Ok(Write::new(id, event))
    };
    app.database.db.write(call, WriteMode::Write, work).await
}

async fn remove(app: &App, call: &Call, inspection: Uuid, area: &str) -> Result<bool, Problem> {
    let work = async |tx: &section55::db::Tx<'_>| {
        let removed = responses::remove_imported_texts(tx, call, inspection, area).await?;
        let is_removed = removed.is_some();
        let event = removed.unwrap_or_else(|| Event::new("inspection", inspection, 1, "read").area(area));
        Ok(Write::new(is_removed, event))
    };
    app.database.db.write(call, WriteMode::Write, work).await
}

/// Returns all texts, with an explanation of these recommendations.
fn texts(recommendations: &[Uuid]) -> ImportedTexts {
    ImportedTexts {
        policing_body_comments: Some(COMMENTS.to_owned()),
        reply_to_chief_officer: Some(REPLY.to_owned()),
        explanations: recommendations.iter().map(|id| (*id, Branch::ActionTaken, EXPLANATION.to_owned())).collect(),
    }
}

async fn recommendation_ids(app: &App, inspection: &Reply) -> Vec<Uuid> {
    let path = format!("{}/recommendations?kind=recommendation", inspection.href());
    let found = app.person(Role::Opcc, "cumbria").get(&path).await.expect(200);
    let items = found.body["items"].as_array().expect("a list");
    items.iter().map(|item| item["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")).collect()
}

async fn pending_rows(app: &App) -> i64 {
    let sql = "select count(*) from record.pending_response_texts";
    app.database.administrator().await.query_one(sql, &[]).await.expect("a count").get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_for_a_draft_are_put_into_the_response_when_the_inspection_is_published() {
    for publisher in [Role::Opcc, Role::Registrar] {
        let app = App::start().await;
        let draft = app.create_draft_inspection("74101").await;
        let recommendations = recommendation_ids(&app, &draft).await;
        let opcc = call(&app, Role::Opcc, "cumbria");
        let stored = store(&app, &opcc, id(&draft), "cumbria", &texts(&recommendations)).await.expect("it is stored");
        assert_eq!((stored, pending_rows(&app).await), (None, 1));
        let again = store(&app, &opcc, id(&draft), "cumbria", &texts(&[])).await.expect_err("there are texts already");
        assert_eq!(again.kind(), ProblemKind::AlreadyExists);

        let area = if publisher == Role::Registrar { "" } else { "cumbria" };
        let published = app.person(publisher, area).act(&draft.href(), action("publish")).await.expect(200);
        assert_eq!(pending_rows(&app).await, 0);
        let response = app.response_path(&published, "cumbria").await;
        let seen = app.person(Role::Opcc, "cumbria").get(&response).await.expect(200);
        for (member, value) in [
            ("state", json!("received")),
            ("version", json!(2)),
            ("policing_body_comments", json!(COMMENTS)),
            ("reply_to_chief_officer", json!(REPLY)),
            ("missing_explanations", json!([])),
        ] {
            assert_eq!(seen.body[member], value, "{publisher}: {member}");
        }
        assert_eq!(seen.body["explanations"][1]["text"], EXPLANATION);
        let force = app.person(Role::Constabulary, "cumbria").get(&response).await.expect(200);
        assert_eq!(force.body["policing_body_comments"], Value::Null);
        assert!(!force.text.contains("zq"), "{}", force.text);

        let auditor = app.person(Role::Auditor, "cumbria");
        let history = auditor.get(&format!("{response}/history")).await.expect(200);
        let actions: Vec<&Value> =
            history.body["items"].as_array().expect("a list").iter().map(|item| &item["action"]).collect();
        assert_eq!(actions, ["import", "open"]);
        let now = app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let logged = auditor.get(&format!("{response}?as_of={now}")).await.expect(200);
        assert_eq!(logged.body["policing_body_comments"], COMMENTS);
        assert_eq!(logged.body["explanations"], seen.body["explanations"]);
        let kent = app.response_path(&published, "kent").await;
        assert_eq!(app.person(Role::Opcc, "kent").get(&kent).await.expect(200).body["version"], 1);
    }
}

/// No address shows the texts of a draft to the public, to another area or to the force. Auditors read them in the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_policing_body_and_auditors_read_the_texts_of_a_draft() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("74102").await;
    let recommendations = recommendation_ids(&app, &draft).await;
    let opcc = call(&app, Role::Opcc, "cumbria");
    store(&app, &opcc, id(&draft), "cumbria", &texts(&recommendations)).await.expect("it is stored");
    app.sequence().await;
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=import_texts").await.expect(200);
    assert_eq!(events.body["items"].as_array().map(Vec::len), Some(1));
    let paths = [
        draft.href(),
        format!("{}/history", draft.href()),
        format!("{}/recommendations", draft.href()),
        "/v1/audit-events".to_owned(),
        "/v1/changes".to_owned(),
        "/v1/responses".to_owned(),
        "/v1/search?q=zqcomments".to_owned(),
        "/v1/exports/audit-events?format=jsonl".to_owned(),
    ];
    let registrar = app.person(Role::Registrar, "");
    let others = [(Role::Constabulary, "cumbria"), (Role::ChiefOfficer, "cumbria"), (Role::Opcc, "kent")];
    for path in &paths {
        for person in others.iter().map(|(role, area)| app.person(*role, area)).chain([app.public(), registrar.clone()])
        {
            let text = person.get(path).await.text;
            assert!(!text.contains("zqreply") && !text.contains("zqexpl"), "{path}: {text}");
            assert!(path.contains("q=zq") || !text.contains("zqcomments"), "{path}: {text}");
        }
    }
    for role in [Role::Opcc, Role::Auditor] {
        let history = app.person(role, "cumbria").get(&format!("{}/history", draft.href())).await.expect(200);
        assert!(history.text.contains(COMMENTS), "{role}: {}", history.text);
    }

    let service = app.database.connect("section55_app").await;
    for (areas, sides, rows) in [
        ("cumbria", "policing_body", 1),
        ("cumbria", "audit", 1),
        ("cumbria", "force", 0),
        ("kent", "policing_body,force,audit", 0),
        ("", "", 0),
    ] {
        let scope = "select set_config('section55.areas', $1, false), set_config('section55.sides', $2, false)";
        service.query(scope, &[&areas, &sides]).await.expect("a scope");
        let found = service.query("select from pending_response_texts", &[]).await.expect("rows").len();
        assert_eq!(found, rows, "{areas} {sides}");
    }
    let refused = service.execute("select delete_pending_response_texts($1)", &[&id(&draft)]).await.expect("no rows");
    assert_eq!((refused, pending_rows(&app).await), (0, 1), "the inspection is not withdrawn");
    let refused = service.execute("select open_pending_response_texts($1, now())", &[&id(&draft)]).await;
    assert!(refused.is_err(), "the inspection is not published");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_into_a_response_is_undone_while_nothing_came_after_it() {
    let app = App::start().await;
    app.set_day("2024-05-13");
    let inspection = app.create_published_inspection("74103").await;
    let recommendations = recommendation_ids(&app, &inspection).await;
    let registrar = call(&app, Role::Registrar, "cumbria");
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let before = opcc.get(&response).await.expect(200);
    assert_eq!(before.body["not_yet_recorded"], true);
    assert!(!remove(&app, &registrar, id(&inspection), "cumbria").await.expect("nothing to undo"));
    let stored = store(&app, &registrar, id(&inspection), "cumbria", &texts(&recommendations)).await.expect("stored");
    assert_eq!(stored.map(|id| format!("/v1/responses/{id}")), Some(response.clone()));
    let seen = opcc.get(&response).await.expect(200);
    assert_eq!(seen.body["policing_body_comments"], COMMENTS);
    assert_eq!((&seen.body["not_yet_recorded"], &seen.body["overdue"]), (&json!(false), &json!(true)));
    let again = store(&app, &registrar, id(&inspection), "cumbria", &texts(&[])).await.expect_err("it has texts");
    assert_eq!(again.kind(), ProblemKind::AlreadyExists);

    assert!(remove(&app, &registrar, id(&inspection), "cumbria").await.expect("undone"));
    let undone = opcc.get(&response).await.expect(200);
    assert_eq!(undone.body["version"], 3);
    for member in
        ["state", "policing_body_comments", "reply_to_chief_officer", "explanations", "not_yet_recorded", "overdue"]
    {
        assert_eq!(undone.body[member], before.body[member], "{member}");
    }
    let auditor = app.person(Role::Auditor, "cumbria");
    let now = app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let logged = auditor.get(&format!("{response}?as_of={now}")).await.expect(200);
    assert_eq!(logged.body["not_yet_recorded"], true);
    assert!(!remove(&app, &registrar, id(&inspection), "cumbria").await.expect("nothing left to undo"));

    store(&app, &registrar, id(&inspection), "cumbria", &texts(&[])).await.expect("stored again");
    opcc.patch(&response, "*", json!({ "reply_to_chief_officer": "Changed since." })).await.expect(200);
    let refused = remove(&app, &registrar, id(&inspection), "cumbria").await.expect_err("it was changed");
    assert_eq!(refused.kind(), ProblemKind::NotPossibleFromThisState);
    assert_eq!(opcc.get(&response).await.expect(200).body["reply_to_chief_officer"], "Changed since.");
    app.sequence().await;
    let changes = opcc.get("/v1/changes?limit=200").await.expect(200);
    let types: Vec<&str> =
        changes.body["items"].as_array().expect("a list").iter().filter_map(|change| change["type"].as_str()).collect();
    assert_eq!(types.iter().filter(|kind| **kind == "response.import_undone").count(), 1, "{types:?}");
    let force = app.person(Role::Constabulary, "cumbria").get("/v1/changes?limit=200").await.expect(200);
    assert!(!force.text.contains("response.import"), "{}", force.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_for_a_draft_are_removed_by_undoing_the_import_or_by_withdrawing_the_draft() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("74104").await;
    let opcc = call(&app, Role::Opcc, "cumbria");
    store(&app, &opcc, id(&draft), "cumbria", &texts(&[])).await.expect("stored");
    assert!(remove(&app, &opcc, id(&draft), "cumbria").await.expect("undone"));
    assert_eq!(pending_rows(&app).await, 0);
    store(&app, &opcc, id(&draft), "cumbria", &texts(&[])).await.expect("stored again");
    let withdraw = json!({ "action": "withdraw", "reason": "A slip." });
    app.person(Role::Registrar, "").act(&draft.href(), withdraw).await.expect(200);
    assert_eq!(pending_rows(&app).await, 0);
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=undo_import_texts").await;
    assert_eq!(events.expect(200).body["items"].as_array().map(Vec::len), Some(2));
    let refused = store(&app, &opcc, id(&draft), "cumbria", &texts(&[])).await.expect_err("it is withdrawn");
    assert_eq!(refused.kind(), ProblemKind::NotPossibleFromThisState);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_of_an_area_that_the_inspection_is_not_about_are_refused() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut report = registration("74105");
    report["subjects"] = json!(["kent"]);
    report["scope"] = json!("force");
    let draft = opcc.post("/v1/inspections", report).await.expect(201);
    let caller = call(&app, Role::Opcc, "cumbria");
    let refused = store(&app, &caller, id(&draft), "cumbria", &texts(&[])).await.expect_err("not about Cumbria");
    assert_eq!(refused.faults()[0].code, "not_a_subject");
    let both = json!({ "subjects": ["cumbria", "kent"] });
    opcc.patch(&draft.href(), "*", both).await.expect(200);
    store(&app, &caller, id(&draft), "cumbria", &texts(&[])).await.expect("stored");
    opcc.patch(&draft.href(), "*", json!({ "subjects": ["kent"] })).await.expect(200);
    let refused = opcc.act(&draft.href(), action("publish")).await.expect(422);
    assert_eq!(refused.faults(), super::fault("/subjects", "not_a_subject"));
    assert_eq!(pending_rows(&app).await, 1, "the texts are not lost");
    assert!(remove(&app, &caller, id(&draft), "cumbria").await.expect("undone"));
    opcc.act(&draft.href(), action("publish")).await.expect(200);

    let other: Uuid = "01890000-0000-7000-8000-000000000000".parse().expect("an id");
    let inspection = app.create_published_inspection("74106").await;
    for (explained, code) in
        [(vec![other], "unknown_reference"), (recommendation_ids(&app, &inspection).await, "not_unique")]
    {
        let twice = [explained.clone(), explained].concat();
        let refused = store(&app, &caller, id(&inspection), "cumbria", &texts(&twice)).await.expect_err("wrong");
        assert_eq!(refused.faults()[0].code, code);
    }
    for (role, area) in [(Role::Constabulary, "cumbria"), (Role::Opcc, "kent")] {
        let caller = call(&app, role, area);
        let refused = store(&app, &caller, id(&inspection), "cumbria", &texts(&[])).await.expect_err("not theirs");
        assert_eq!(refused.kind(), ProblemKind::Forbidden, "{role} of {area}");
    }
}

/// An explanation of a recommendation that was deleted from the draft has nothing to explain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_explanation_of_a_deleted_recommendation_is_left_out() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("74107").await;
    let recommendations = recommendation_ids(&app, &draft).await;
    let caller = call(&app, Role::Opcc, "cumbria");
    store(&app, &caller, id(&draft), "cumbria", &texts(&recommendations)).await.expect("stored");
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.delete(&format!("/v1/recommendations/{}", recommendations[0]), "*").await.expect(204);
    let published = opcc.act(&draft.href(), action("publish")).await.expect(200);
    let seen = opcc.get(&app.response_path(&published, "cumbria").await).await.expect(200);
    let explained = seen.body["explanations"].as_array().expect("a list");
    assert_eq!(explained.len(), 1);
    assert_eq!(explained[0]["recommendation_id"], json!(recommendations[1]));
}

//! What a move answers is known before it is written: it is held to what is read afterwards, and to what the log has.

use section55::api::{Kind, Mode};
use section55::auth::{Actor, Call, RequestId, Role};
use section55::db::{Event, Write};
use section55::responses;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::super::support::{App, Person, Reply};

/// Moves a record, and holds the answer to what is then read.
async fn moved(app: &App, person: &Person, area: &str, record: &str, body: Value) {
    let answer = person.act(record, body.clone()).await.expect(200);
    held(app, person, area, record, (&answer, &body)).await;
}

/// Holds an answer to what the same person then reads, and what an auditor reads to the log.
async fn held(app: &App, person: &Person, area: &str, record: &str, (answer, body): (&Reply, &Value)) {
    let read = person.get(record).await.expect(200);
    assert_eq!(answer.body, read.body, "{body}");
    assert_eq!(answer.tag(), read.tag(), "{body}");
    let auditor = app.person(Role::Auditor, area);
    let now = app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let mut logged = auditor.get(&format!("{record}?as_of={now}")).await.expect(200).body;
    let mut stored = auditor.get(record).await.expect(200).body;
    for it in [&mut logged, &mut stored] {
        it.as_object_mut().expect("an object").remove("allowed_actions");
    }
    assert_eq!(logged, stored, "{body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_moved_is_as_it_is_read_afterwards() {
    let app = App::start().await;
    let inspection = app.published_inspection("71501").await;
    let response = app.response(&inspection, "cumbria").await;
    let person = |role| app.person(role, "cumbria");
    let (opcc, approver, chief) = (person(Role::Opcc), person(Role::OpccApprover), person(Role::ChiefOfficer));
    let today = app.clock.today().to_string();
    let act = |action: &str| json!({ "action": action });
    let why = |action: &str| json!({ "action": action, "reason": "A slip." });
    let copy = |to: &str| json!({ "action": "record_copy", "recipient": to, "sent_on": today, "channel": "email" });
    let step = async |person: &Person, body: Value| moved(&app, person, "cumbria", &response, body).await;
    step(&approver, json!({ "action": "mark_not_required", "reason": "not_the_subject", "note": "Ours is no such." }))
        .await;
    step(&approver, why("reinstate")).await;
    step(&opcc, act("invite")).await;
    person(Role::ChiefOfficer).patch(&response, "*", json!({ "chief_officer_comments": "A draft." })).await.expect(200);
    step(&chief, act("submit_comments")).await;
    app.write_whole(&response, "cumbria").await;
    step(&opcc, json!({ "action": "submit", "note": "Ready." })).await;
    step(&approver, why("return")).await;
    step(&opcc, act("submit")).await;
    step(&approver, act("approve")).await;
    step(&approver, why("reopen")).await;
    step(&opcc, act("submit")).await;
    step(&approver, act("approve")).await;
    step(&approver, json!({ "action": "publish", "url": "https://body.example/response" })).await;
    step(&opcc, copy("inspectors")).await;
    step(&opcc, copy("secretary_of_state")).await;
    step(&approver, why("correct")).await;
    step(&opcc, act("submit")).await;
    step(&approver, act("approve")).await;
    step(&approver, act("publish")).await;
    step(&opcc, copy("secretary_of_state")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comments_sent_or_left_out_are_as_they_are_read_afterwards() {
    let app = App::start().await;
    let inspection = app.published_inspection("71502").await;
    for (area, body) in [
        ("kent", json!({ "action": "submit_comments", "text": "The force accepts it.", "signed_by": "A. Chief" })),
        ("surrey", json!({ "action": "nil_return" })),
    ] {
        let response = app.response(&inspection, area).await;
        let (opcc, chief) = (app.person(Role::Opcc, area), app.person(Role::ChiefOfficer, area));
        opcc.act(&response, json!({ "action": "invite", "comments_due_on": "2022-04-01" })).await.expect(200);
        chief.patch(&response, "*", json!({ "chief_officer_comments": "A draft." })).await.expect(200);
        moved(&app, &chief, area, &response, body).await;
    }
    let response = app.response(&inspection, "essex").await;
    app.person(Role::Opcc, "essex").act(&response, json!({ "action": "invite" })).await.expect(200);
    app.clock.set("2022-05-30T12:00:00Z".parse().expect("an instant"));
    moved(&app, &app.person(Role::Opcc, "essex"), "essex", &response, json!({ "action": "proceed" })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_moved_is_as_it_is_read_afterwards() {
    let app = App::start().await;
    let inspection = app.published_inspection("71503").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let (force, chief) = (app.person(Role::Constabulary, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    let step = async |person: &Person, body: Value| moved(&app, person, "cumbria", &line, body).await;
    let act = |action: &str| json!({ "action": action });
    step(&force, json!({ "action": "depend", "dependency": "The CPS", "reason": "Theirs first." })).await;
    // Its last day passes: overdue, though the headline says on whom it waits.
    app.clock.set("2031-01-01T12:00:00Z".parse().expect("an instant"));
    force.patch(&line, "*", json!({ "local_target_on": "2030-06-01", "reason": "Later." })).await.expect(200);
    step(&force, json!({ "action": "resume", "note": "They did." })).await;
    step(&force, json!({ "action": "allocate", "owner": "Insp. Owner" })).await;
    step(&force, act("start")).await;
    step(&force, act("embed")).await;
    app.submitted_evidence(&line, "cumbria", json!({})).await;
    step(&force, json!({ "action": "submit_for_sign_off", "note": "See the plan." })).await;
    step(&chief, json!({ "action": "send_back", "reason": "Not yet." })).await;
    step(&force, act("embed")).await;
    step(&force, act("submit_for_sign_off")).await;
    step(&chief, act("sign_off")).await;
    step(&chief, json!({ "action": "reopen", "reason": "It came again." })).await;
    step(&chief, json!({ "action": "decline", "rationale": "It is not ours." })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_taken_is_as_it_is_read_afterwards() {
    let app = App::start().await;
    let inspection = app.published_inspection("71506").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let (opcc, auditor) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Auditor, "cumbria"));
    let said =
        |value: &str| json!({ "value": value, "note": "Looked into.", "source": "Letter 4", "date": "2022-03-01" });
    for (person, position, body) in [
        (&opcc, "inspectorate_status", said("closed_verified")),
        (&opcc, "body_view", json!({ "value": "not_assured", "note": "Not yet." })),
        (&auditor, "assurance_opinion", said("limited")),
        (&opcc, "inspectorate_status", said("reopened")),
        (&opcc, "body_view", said("partially_assured")),
        (&auditor, "assurance_opinion", json!({ "value": "reasonable", "note": "Better." })),
    ] {
        let answer = person.put(&format!("{line}/positions/{position}"), "*", body.clone()).await.expect(200);
        held(&app, person, "cumbria", &line, (&answer, &body)).await;
        app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_and_the_database_derive_one_headline() {
    use section55::assignments::positions::{BodyView, InspectorateStatus};
    use section55::assignments::{ForceStatus, Headline};
    let app = App::start().await;
    let database = app.database.administrator().await;
    let sql = "select published.headline(it, published.is_overdue(it, $4, '2022-03-22')),
                      published.is_overdue(it, $4, '2022-03-22')
               from record.standing($1, $2, $3) it";
    let derived = database.prepare(sql).await.expect("a statement");
    for force in ForceStatus::ALL {
        for body in BodyView::ALL {
            for inspectorate in InspectorateStatus::ALL {
                for last in [None, Some("2022-03-21"), Some("2022-03-22")] {
                    let day: Option<chrono::NaiveDate> = last.map(|day| day.parse().expect("a day"));
                    let row = database.query_one(&derived, &[force, body, inspectorate, &day]).await.expect("a row");
                    let passed = last == Some("2022-03-21");
                    let (headline, overdue) = Headline::of(*force, *body, *inspectorate, passed);
                    let whole = (row.get::<_, String>(0), row.get::<_, bool>(1));
                    assert_eq!(whole, (headline.to_string(), overdue), "{force} {body} {inspectorate} {last:?}");
                }
            }
        }
    }
}

/// The database itself holds that a record stands where it was read: what is sent with the commit cannot be looked at before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_to_another_version_is_stale_and_leaves_nothing() {
    let app = App::start().await;
    let inspection = app.published_inspection("71504").await;
    let response = app.response(&inspection, "cumbria").await;
    let id = response.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let actor = Actor::new("https://issuer.example", "opcc", None, &[Role::Opcc], &["cumbria"]);
    let call = Call { actor, at: app.clock.now(), request_id: RequestId("stale".into()) };
    let before = app.database.fingerprint().await;
    let stale = app.database.db.write(&call, Mode::Write, async |tx| {
        let file = responses::store::find(tx, &call.actor.scope(), id).await?.expect("a file");
        let mut ahead = file.record.clone();
        ahead.version += 1;
        let event = Event::new("response", id, ahead.version, "amend").area("cumbria");
        Ok(Write::new((), event).writing([
            responses::store::write_text(tx, &ahead, responses::Part::PolicingBodyComments, Some("Lost.")),
            responses::store::update(tx, &ahead, None),
        ]))
    });
    let problem = stale.await.expect_err("another version");
    assert_eq!(problem.kind(), Kind::Stale);
    assert_eq!(app.database.fingerprint().await, before);
}

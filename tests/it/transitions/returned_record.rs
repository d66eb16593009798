//! The record that a transition returns is computed before the write. It must equal the record that is read
//! afterwards, and the one that the log reconstructs.

use section55::api::{ProblemKind, WriteMode};
use section55::auth::{Actor, Call, RequestId, Role};
use section55::db::{Event, Write};
use section55::responses;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::super::support::{App, Person, Reply};

/// Performs a transition, and asserts that the returned record is the one that is then read.
async fn perform(app: &App, person: &Person, area: &str, record: &str, body: Value) {
    let returned = person.act(record, body.clone()).await.expect(200);
    assert_returned_record_is_current(app, person, area, record, (&returned, &body)).await;
}

/// Asserts that a returned record is the one that the same person then reads, and that the log reconstructs the record.
async fn assert_returned_record_is_current(
    app: &App,
    person: &Person,
    area: &str,
    record: &str,
    (returned, body): (&Reply, &Value),
) {
    let read = person.get(record).await.expect(200);
    assert_eq!(returned.body, read.body, "{body}");
    assert_eq!(returned.etag(), read.etag(), "{body}");
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
async fn a_transition_of_a_response_returns_the_record_that_is_read_afterwards() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71501").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let person = |role| app.person(role, "cumbria");
    let (opcc, approver, chief) = (person(Role::Opcc), person(Role::OpccApprover), person(Role::ChiefOfficer));
    let today = app.clock.today().to_string();
    let action = |action: &str| json!({ "action": action });
    let with_reason = |action: &str| json!({ "action": action, "reason": "A slip." });
    let copy = |to: &str| json!({ "action": "record_copy", "recipient": to, "sent_on": today, "channel": "email" });
    let step = async |person: &Person, body: Value| perform(&app, person, "cumbria", &response, body).await;
    step(&approver, json!({ "action": "mark_not_required", "reason": "not_the_subject", "note": "Ours is no such." }))
        .await;
    step(&approver, with_reason("reinstate")).await;
    step(&opcc, action("invite")).await;
    person(Role::ChiefOfficer).patch(&response, "*", json!({ "chief_officer_comments": "A draft." })).await.expect(200);
    step(&chief, action("submit_comments")).await;
    app.write_all_texts(&response, "cumbria").await;
    step(&opcc, json!({ "action": "submit", "note": "Ready." })).await;
    step(&approver, with_reason("return")).await;
    step(&opcc, action("submit")).await;
    step(&approver, action("approve")).await;
    step(&approver, with_reason("reopen")).await;
    step(&opcc, action("submit")).await;
    step(&approver, action("approve")).await;
    step(&approver, json!({ "action": "publish", "url": "https://body.example/response" })).await;
    step(&opcc, copy("inspectors")).await;
    step(&opcc, copy("secretary_of_state")).await;
    step(&approver, with_reason("correct")).await;
    step(&opcc, action("submit")).await;
    step(&approver, action("approve")).await;
    step(&approver, action("publish")).await;
    step(&opcc, copy("secretary_of_state")).await;
    step(&approver, with_reason("correct")).await;
    let copy = |to: &str| json!({ "recipient": to, "sent_on": today, "channel": "email" });
    let published = json!({
        "action": "record_published", "published_on": today, "policing_body_comments": "As published.",
        "copies": [copy("inspectors"), copy("secretary_of_state")],
    });
    step(&approver, published).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recording_a_publication_returns_the_record_that_is_read_afterwards() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71507").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let all = approver.get(&response).await.expect(200).body["missing_explanations"].clone();
    let published = json!({
        "action": "record_published", "published_on": "2022-03-10", "url": "https://body.example/2022",
        "policing_body_comments": "Ours.", "reply_to_chief_officer": "We agree.", "signed_by": "A. Commissioner",
        "chief_officer_comments": { "text": "Theirs.", "signed_by": "C. Chief", "dated": "2022-03-02" },
        "explanations": [{ "recommendation_id": all[1], "branch": "no_action", "text": "Not yet." }],
        "explanations_incomplete": true, "note": "From the archive.",
        "copies": [{ "recipient": "inspectors", "sent_on": "2022-03-11", "channel": "email", "reference": "A 1" }],
    });
    perform(&app, &approver, "cumbria", &response, published).await;
    perform(&app, &approver, "cumbria", &response, json!({ "action": "correct", "reason": "A slip." })).await;
    let again = json!({ "action": "record_published", "published_on": "2022-03-12", "explanations_incomplete": true });
    perform(&app, &approver, "cumbria", &response, again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submitting_or_omitting_comments_returns_the_record_that_is_read_afterwards() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71502").await;
    for (area, body) in [
        ("kent", json!({ "action": "submit_comments", "text": "The force accepts it.", "signed_by": "A. Chief" })),
        ("surrey", json!({ "action": "nil_return" })),
    ] {
        let response = app.response_path(&inspection, area).await;
        let (opcc, chief) = (app.person(Role::Opcc, area), app.person(Role::ChiefOfficer, area));
        opcc.act(&response, json!({ "action": "invite", "comments_due_on": "2022-04-01" })).await.expect(200);
        chief.patch(&response, "*", json!({ "chief_officer_comments": "A draft." })).await.expect(200);
        perform(&app, &chief, area, &response, body).await;
    }
    let response = app.response_path(&inspection, "essex").await;
    app.person(Role::Opcc, "essex").act(&response, json!({ "action": "invite" })).await.expect(200);
    app.clock.set("2022-05-30T12:00:00Z".parse().expect("an instant"));
    perform(&app, &app.person(Role::Opcc, "essex"), "essex", &response, json!({ "action": "proceed" })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transition_of_an_assignment_returns_the_record_that_is_read_afterwards() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71503").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let (force, chief) = (app.person(Role::Constabulary, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    let step = async |person: &Person, body: Value| perform(&app, person, "cumbria", &assignment, body).await;
    let action = |action: &str| json!({ "action": action });
    step(&force, json!({ "action": "depend", "dependency": "The CPS", "reason": "Theirs first." })).await;
    // The local target passes. The assignment is overdue, although its headline state is the dependency.
    app.clock.set("2031-01-01T12:00:00Z".parse().expect("an instant"));
    force.patch(&assignment, "*", json!({ "local_target_on": "2030-06-01", "reason": "Later." })).await.expect(200);
    step(&force, json!({ "action": "resume", "note": "They did." })).await;
    step(&force, json!({ "action": "allocate", "owner": "Insp. Owner" })).await;
    step(&force, action("start")).await;
    step(&force, action("embed")).await;
    app.add_submitted_evidence(&assignment, "cumbria", json!({})).await;
    step(&force, json!({ "action": "submit_for_sign_off", "note": "See the plan." })).await;
    step(&chief, json!({ "action": "send_back", "reason": "Not yet." })).await;
    step(&force, action("embed")).await;
    step(&force, action("submit_for_sign_off")).await;
    step(&chief, action("sign_off")).await;
    step(&chief, json!({ "action": "reopen", "reason": "It came again." })).await;
    step(&chief, json!({ "action": "decline", "rationale": "It is not ours." })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recording_a_position_returns_the_record_that_is_read_afterwards() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71506").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let (opcc, auditor) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Auditor, "cumbria"));
    let entry =
        |value: &str| json!({ "value": value, "note": "Looked into.", "source": "Letter 4", "date": "2022-03-01" });
    for (person, position, body) in [
        (&opcc, "inspectorate_status", entry("closed_verified")),
        (&opcc, "body_view", json!({ "value": "not_assured", "note": "Not yet." })),
        (&auditor, "assurance_opinion", entry("limited")),
        (&opcc, "inspectorate_status", entry("reopened")),
        (&opcc, "body_view", entry("partially_assured")),
        (&auditor, "assurance_opinion", json!({ "value": "reasonable", "note": "Better." })),
    ] {
        let returned = person.put(&format!("{assignment}/positions/{position}"), "*", body.clone()).await.expect(200);
        assert_returned_record_is_current(&app, person, "cumbria", &assignment, (&returned, &body)).await;
        app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_and_the_database_derive_the_same_headline() {
    use section55::assignments::positions::{BodyView, InspectorateStatus};
    use section55::assignments::{ForceStatus, Headline};
    let app = App::start().await;
    let database = app.database.administrator().await;
    let sql = "select published.headline(it, o, n), o, n
               from record.base_headline($1, $2, $3) it
               cross join lateral (select published.is_not_yet_recorded(it, $4, $5) as n) n
               cross join lateral (select published.is_overdue(it, $4, '2022-03-22', n) as o) o";
    let derived = database.prepare(sql).await.expect("a statement");
    let mut seen = std::collections::BTreeSet::new();
    for force in ForceStatus::ALL {
        for body in BodyView::ALL {
            for inspectorate in InspectorateStatus::ALL {
                for (target, blank_since) in [
                    (None, None),
                    (None, Some("2022-03-22")),
                    (Some("2022-03-21"), None),
                    (Some("2022-03-21"), Some("2022-03-21")),
                    (Some("2022-03-21"), Some("2022-03-22")),
                    (Some("2022-03-22"), Some("2022-03-22")),
                ] {
                    let day =
                        |day: Option<&str>| -> Option<chrono::NaiveDate> { day.map(|day| day.parse().expect("a day")) };
                    let (last, since) = (day(target), day(blank_since));
                    let row =
                        database.query_one(&derived, &[force, body, inspectorate, &last, &since]).await.expect("a row");
                    let passed = target == Some("2022-03-21");
                    let opened_late = last.zip(since).is_some_and(|(last, since)| last < since);
                    let standing = Headline::derive(*force, *body, *inspectorate, passed, opened_late);
                    let expected = (standing.headline.to_string(), standing.overdue, standing.not_yet_recorded);
                    let stored = (row.get::<_, String>(0), row.get::<_, bool>(1), row.get::<_, bool>(2));
                    assert_eq!(stored, expected, "{force} {body} {inspectorate} {target:?} {blank_since:?}");
                    assert!(!(standing.overdue && standing.not_yet_recorded), "not both at once: {standing:?}");
                    seen.insert(standing);
                }
            }
        }
    }
}

/// The database itself compares the version, because the program does not see the result of a statement sent with the
/// commit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_based_on_another_version_is_stale_and_writes_nothing() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71504").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let id = response.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let actor = Actor::new("https://issuer.example", "opcc", None, &[Role::Opcc], &["cumbria"]);
    let call = Call { actor, at: app.clock.now(), request_id: RequestId("stale".into()) };
    let before = app.database.fingerprint().await;
    let stale = app.database.db.write(&call, WriteMode::Write, async |tx| {
        let record = responses::store::find(tx, &call.actor.scope(), id).await?.expect("a response");
        let mut ahead = record.row.clone();
        ahead.version += 1;
        let event = Event::new("response", id, ahead.version, "amend").area("cumbria");
        Ok(Write::new((), event).with_statements([
            responses::store::set_text(tx, &ahead, responses::ResponseTextKind::PolicingBodyComments, Some("Lost.")),
            responses::store::update(tx, &ahead, None),
        ]))
    });
    let problem = stale.await.expect_err("another version");
    assert_eq!(problem.kind(), ProblemKind::Stale);
    assert_eq!(app.database.fingerprint().await, before);
}

//! After publication: corrections, which keep the values that they replace, and withdrawal while no response is
//! published.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_day_of_publication_moves_the_due_date_and_keeps_the_old_one() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("78001").await;
    let response = app.response_path(&inspection, "kent").await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let body = json!({
        "action": "correct", "reason": "The report came out a day later.", "published_on": "2022-02-26",
        "title": "Its right title", "report_url": "https://inspectors.example/78001", "key_findings": "Put right.",
    });
    let corrected = approver.act(&inspection.href(), body).await.expect(200);
    for (member, value) in [
        ("state", "published"),
        ("published_on", "2022-02-26"),
        ("due_on", "2022-04-22"),
        ("title", "Its right title"),
        ("report_url", "https://inspectors.example/78001"),
        ("key_findings", "Put right."),
    ] {
        assert_eq!(corrected.body[member], value, "{member}");
    }
    let corrections = &corrected.body["corrections"];
    assert_eq!(corrections.as_array().map(Vec::len), Some(1));
    for (member, value) in [
        ("published_on", "2022-02-25"),
        ("due_on", "2022-04-21"),
        ("title", "Thematic inspection 78001"),
        ("reason", "The report came out a day later."),
        ("at", "2022-03-22T12:00:00Z"),
    ] {
        assert_eq!(corrections[0][member], value, "{member}");
    }
    let public = app.public().get(&inspection.href()).await.expect(200);
    for member in ["published_on", "due_on", "title", "key_findings", "corrections"] {
        assert_eq!(public.body[member], corrected.body[member], "{member}");
    }
    let theirs = app.person(Role::Opcc, "kent").get(&response).await.expect(200);
    assert_eq!((&theirs.body["due_on"], &theirs.body["days_left"]), (&json!("2022-04-22"), &json!(31)));
    assert_eq!(theirs.body["inspection"]["title"], "Its right title");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_without_members_changes_nothing_but_is_recorded() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("78002").await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let correct = |reason: &str| json!({ "action": "correct", "reason": reason, "title": "New" });
    approver.act(&inspection.href(), correct("First.")).await.expect(200);
    let again = approver.act(&inspection.href(), json!({ "action": "correct", "reason": "Second." })).await.expect(200);
    assert_eq!((&again.body["title"], &again.body["due_on"]), (&json!("New"), &json!("2022-04-21")));
    let reasons: Vec<&Value> =
        again.body["corrections"].as_array().expect("a list").iter().map(|c| &c["reason"]).collect();
    assert_eq!(reasons, ["First.", "Second."]);
    let history = approver.get(&format!("{}/transitions?order=asc", inspection.href())).await.expect(200);
    let actions: Vec<&Value> =
        history.body["items"].as_array().expect("a list").iter().map(|evidence| &evidence["action"]).collect();
    assert_eq!(actions, ["publish", "correct", "correct"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_needs_a_reason_a_day_that_is_not_in_the_future_and_the_right_role() {
    let app = App::start().await;
    let path = app.create_published_inspection("78003").await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    let correct = json!({ "action": "correct", "reason": "A slip.", "published_on": "2022-03-23" });
    let refused = approver.act(&path, correct.clone()).await.expect(422);
    assert_eq!(refused.faults(), [("/published_on".to_owned(), "published_on".to_owned())]);
    approver.act(&path, json!({ "action": "correct", "title": "New" })).await.expect(422);
    approver.act(&path, json!({ "action": "correct", "reason": "A slip.", "title": null })).await.expect(422);
    app.person(Role::Opcc, "cumbria").act(&path, correct.clone()).await.expect(403);
    app.person(Role::OpccApprover, "kent").act(&path, correct).await.expect(403);
    let registrar = app.person(Role::Registrar, "");
    let back = json!({ "action": "correct", "reason": "Much older.", "published_on": "2017-05-01" });
    let corrected = registrar.act(&path, back).await.expect(200);
    assert_eq!(corrected.body["due_on"], Value::Null, "a report from before section 37 has no due date");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_day_decides_whether_a_published_response_was_on_time() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("78004").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "approved").await;
    app.set_day("2022-04-22");
    let approver = app.person(Role::OpccApprover, "cumbria");
    let late = approver.act(&response, json!({ "action": "publish" })).await.expect(200);
    assert_eq!(late.body["on_time"], false);
    let correct = json!({ "action": "correct", "reason": "A day later.", "published_on": "2022-02-26" });
    approver.act(&inspection.href(), correct).await.expect(200);
    for person in [app.public(), approver] {
        let seen = person.get(&response).await.expect(200);
        assert_eq!((&seen.body["due_on"], &seen.body["on_time"]), (&json!("2022-04-22"), &json!(true)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inspection_is_withdrawn_only_while_no_response_is_published() {
    let app = App::start().await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let withdraw = json!({ "action": "withdraw", "reason": "Entered twice." });
    let answered = app.create_published_inspection("78005").await;
    let response = app.response_path(&answered, "kent").await;
    app.advance_response_to(&response, "kent", "approved").await;
    let tried = format!("{}/transitions?validate_only=true", answered.href());
    approver.send_json(reqwest::Method::POST, &tried, Some("*"), &withdraw).await.expect(200);
    app.person(Role::OpccApprover, "kent").act(&response, json!({ "action": "publish" })).await.expect(200);
    let refused = approver.act(&answered.href(), withdraw.clone()).await.expect(422);
    assert_eq!(refused.faults(), [("/responses".to_owned(), "no_published_response".to_owned())]);
    app.public().get(&answered.href()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_inspection_is_not_public_and_its_responses_allow_no_action() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("78006").await;
    let response = app.response_path(&inspection, "kent").await;
    let withdraw = json!({ "action": "withdraw", "reason": "Entered twice." });
    app.person(Role::Opcc, "cumbria").act(&inspection.href(), withdraw.clone()).await.expect(403);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let withdrawn = approver.act(&inspection.href(), withdraw).await.expect(200);
    assert_eq!(withdrawn.body["state"], "withdrawn");
    assert_eq!(withdrawn.body["allowed_actions"], json!([]));
    app.public().get(&inspection.href()).await.expect(404);
    assert_eq!(app.public().get("/v1/recommendations").await.expect(200).body["items"], json!([]));
    let kent = app.person(Role::Opcc, "kent");
    let seen = kent.get(&response).await.expect(200);
    assert_eq!(seen.body["inspection"]["state"], "withdrawn");
    assert_eq!((&seen.body["overdue"], &seen.body["days_left"]), (&json!(false), &Value::Null));
    assert_eq!(seen.body["allowed_actions"], json!([]));
    let refused = kent.act(&response, json!({ "action": "invite" })).await.expect(409);
    assert_eq!(refused.body["allowed_actions"], json!([]));
    kent.patch(&response, "*", json!({ "policing_body_comments": "Still." })).await.expect(409);
    app.set_day("2022-06-01");
    let overdue = kent.get("/v1/responses?overdue=true").await.expect(200);
    assert_eq!(overdue.body["items"], json!([]));
}

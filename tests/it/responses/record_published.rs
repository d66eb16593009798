//! A response that was published elsewhere, before this service held its record, is recorded in one transition.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, action, fault, with, without};

/// Returns a complete request: the texts, and an explanation for each of these recommendations.
fn publication(day: &str, recommendations: &[String]) -> Value {
    let explained =
        |id: &String| json!({ "recommendation_id": id, "branch": "action_taken", "text": "It was done then." });
    json!({
        "action": "record_published", "published_on": day, "url": "https://body.example/2022/73000",
        "policing_body_comments": "The commissioner welcomed the report.",
        "chief_officer_comments": { "text": "The force accepted it.", "signed_by": "C. Chief", "dated": "2022-04-01" },
        "reply_to_chief_officer": "Thank you.", "signed_by": "A. Commissioner",
        "explanations": recommendations.iter().map(explained).collect::<Vec<_>>(),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_transition_publishes_the_texts_with_the_day_and_no_invented_day_of_the_workflow() {
    let case = Case::in_state("received").await;
    case.app.set_day("2024-06-03");
    let recommendations = case.recommendation_ids("recommendation").await;
    let request = with(publication("2022-04-14", &recommendations), json!({ "note": "From the archive of our site." }));
    let recorded = case.act(&case.approver, request).await.expect(200);
    for (member, value) in [
        ("state", json!("published")),
        ("edition", json!(1)),
        ("on_time", json!(true)),
        ("overdue", json!(false)),
        ("not_yet_recorded", json!(false)),
        ("days_left", Value::Null),
        ("invitation", Value::Null),
        ("approval", Value::Null),
        ("missing_explanations", json!([])),
        ("copies", json!([])),
    ] {
        assert_eq!(recorded.body[member], value, "{member}");
    }
    let expected = json!({
        "published_at": "2022-04-14T11:00:00Z", "published_on": "2022-04-14",
        "first_published_at": "2022-04-14T11:00:00Z", "url": "https://body.example/2022/73000", "on_time": true,
        "recorded_afterwards": true, "signed_by": "A. Commissioner", "explanations_incomplete": false,
    });
    assert_eq!(recorded.body["publication"], expected);
    let comments = json!({
        "status": "submitted", "text": "The force accepted it.", "late": false, "signed_by": "C. Chief",
        "signed_at": "2022-04-01T11:00:00Z", "recorded_afterwards": true,
    });
    assert_eq!(recorded.body["chief_officer_comments"], comments);

    let public = case.app.public();
    let seen = public.get(&case.response).await.expect(200);
    assert_eq!(seen.body["publication"], expected);
    assert_eq!(seen.body["chief_officer_comments"], comments);
    assert_eq!(seen.body["policing_body_comments"], "The commissioner welcomed the report.");
    assert_eq!(seen.body["reply_to_chief_officer"], "Thank you.");
    assert_eq!(seen.body["explanations"].as_array().map(Vec::len), Some(2));
    assert_eq!(seen.body["explanations"][1]["text"], "It was done then.");
    let version = public.get(&format!("{}/versions/1", case.response)).await.expect(200);
    assert_eq!(version.body["signed_by"], "A. Commissioner");
    assert_eq!(version.body["recorded_afterwards"], true);
    assert_eq!(version.body["missing_explanations"], json!([]));
    for format in ["text", "html"] {
        let document = public.get(&format!("{}/document?format={format}", case.response)).await.expect(200).text;
        for fact in [
            "The commissioner welcomed the report.",
            "Signed: C. Chief",
            "These comments were recorded afterwards by the",
            "Published on 14/04/2022.",
            "In time: the last day was 21/04/2022.",
            "It was published before this service held its record.",
            "Signed by A. Commissioner.",
        ] {
            assert!(document.contains(fact), "{format}: {fact} is not in:\n{document}");
        }
    }

    // The note is the policing body's own.
    let history = case.opcc.get(&format!("{}/transitions?order=asc", case.response)).await.expect(200);
    let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a transition").clone();
    assert_eq!((&last["action"], &last["from"]), (&json!("record_published"), &json!("received")));
    assert_eq!((&last["to"], &last["note"]), (&json!("published"), &json!("From the archive of our site.")));
    case.app.sequence().await;
    let changes = public.get("/v1/changes").await.expect(200);
    let changes = changes.body["items"].as_array().expect("a list").clone();
    assert!(changes.iter().any(|change| change["type"] == "response.publication_recorded"), "{changes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_day_of_publication_decides_whether_the_response_was_on_time() {
    for (day, on_time) in [("2022-02-25", true), ("2022-04-21", true), ("2022-04-22", false), ("2023-01-31", false)] {
        let case = Case::in_state("received").await;
        case.app.set_day("2023-01-31");
        let recommendations = case.recommendation_ids("recommendation").await;
        let request = without(publication(day, &recommendations), "chief_officer_comments");
        let recorded = case.act(&case.approver, request).await.expect(200);
        assert_eq!(recorded.body["on_time"], on_time, "{day}");
        assert_eq!(recorded.body["publication"]["recorded_afterwards"], true, "{day}");
        let published_at = recorded.body["publication"]["published_at"].as_str().expect("an instant");
        assert!(published_at <= "2023-01-31T12:00:00Z", "{published_at} must not be in the future");
        let statistics = case.app.public().get("/v1/statistics?area=cumbria").await.expect(200);
        let counts = &statistics.body["timeliness"][0];
        assert_eq!((&counts["on_time"], &counts["late"]), (&json!(i32::from(on_time)), &json!(i32::from(!on_time))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_unmet_need_is_named_and_nothing_is_written() {
    let case = Case::in_state("received").await;
    let recommendations = case.recommendation_ids("recommendation").await;
    let complete = without(publication("2022-03-01", &recommendations), "chief_officer_comments");
    let copy = |day: &str| json!({ "recipient": "inspectors", "sent_on": day, "channel": "email" });
    let other = "01890000-0000-7000-8000-000000000000";
    let twice = [&recommendations[0], &recommendations[0], &recommendations[1]];
    let explained = |id: &str| json!({ "recommendation_id": id, "branch": "no_action", "text": "Why not." });
    for (request, faults) in [
        (with(complete.clone(), json!({ "published_on": "2022-03-23" })), fault("/published_on", "publication_day")),
        (with(complete.clone(), json!({ "published_on": "2022-02-24" })), fault("/published_on", "publication_day")),
        (without(complete.clone(), "policing_body_comments"), fault("/policing_body_comments", "published_comments")),
        (
            with(complete.clone(), json!({ "explanations": [explained(&recommendations[1])] })),
            fault("/explanations", "published_explanations"),
        ),
        (
            with(complete.clone(), json!({ "copies": [copy("2022-03-01"), copy("2022-03-23")] })),
            fault("/copies/1/sent_on", "copy_details"),
        ),
        (
            with(complete.clone(), json!({ "chief_officer_comments": { "text": "Yes.", "dated": "2022-03-02" } })),
            fault("/chief_officer_comments/dated", "published_chief_officer_comments"),
        ),
        (
            with(complete.clone(), json!({ "explanations": twice.map(|id| explained(id)) })),
            fault("/explanations/1/recommendation_id", "not_unique"),
        ),
        (
            with(complete.clone(), json!({ "explanations_incomplete": true, "explanations": [explained(other)] })),
            fault("/explanations/0/recommendation_id", "unknown_reference"),
        ),
        (without(complete.clone(), "published_on"), fault("/published_on", "required")),
    ] {
        let refused = case.act(&case.approver, request.clone()).await.expect(422);
        assert_eq!(refused.faults(), faults, "{request}");
    }
    case.act(&case.opcc, complete.clone()).await.expect(403);
    case.act(&case.chief, complete.clone()).await.expect(403);
    let seen = case.get().await;
    assert_eq!((&seen.body["state"], &seen.body["version"]), (&json!("received"), &json!(1)));
    case.app.public().get(&case.response).await.expect(404);
    case.act(&case.approver, complete.clone()).await.expect(200);
    case.act(&case.approver, complete).await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_explanations_are_recorded_as_missing_if_the_request_says_so() {
    let case = Case::in_state("received").await;
    let recommendations = case.recommendation_ids("recommendation").await;
    let request = with(
        publication("2022-03-20", &recommendations[..1]),
        json!({ "explanations_incomplete": true, "chief_officer_comments": { "text": "Noted." } }),
    );
    let recorded = case.act(&case.approver, request).await.expect(200);
    let missing = json!([recommendations[1]]);
    assert_eq!(recorded.body["missing_explanations"], missing);
    assert_eq!(recorded.body["publication"]["explanations_incomplete"], true);
    assert_eq!(recorded.body["chief_officer_comments"]["signed_by"], Value::Null, "no signatory is invented");
    assert_eq!(recorded.body["chief_officer_comments"]["signed_at"], Value::Null);
    let public = case.app.public();
    for (path, member) in [("", "missing_explanations"), ("/versions/1", "missing_explanations")] {
        assert_eq!(public.get(&format!("{}{path}", case.response)).await.expect(200).body[member], missing, "{path}");
    }
    for format in ["text", "html"] {
        let document = public.get(&format!("{}/document?format={format}", case.response)).await.expect(200).text;
        assert_eq!(document.matches("No explanation was published.").count(), 1, "{document}");
    }
    // The correction is an edition of this service, so it must be complete.
    case.act(&case.approver, json!({ "action": "correct", "reason": "Explained since." })).await.expect(200);
    let refused = case.act(&case.opcc, action("submit")).await.expect(422);
    assert_eq!(refused.faults(), fault(&format!("/explanations/{}", recommendations[1]), "every_explanation"));
    let explanation = json!({ "branch": "action_taken", "text": "Done since." });
    case.opcc.put(&case.explanation_path(&recommendations[1]), "*", explanation).await.expect(200);
    for (person, name) in [(&case.opcc, "submit"), (&case.approver, "approve"), (&case.approver, "publish")] {
        case.act(person, action(name)).await.expect(200);
    }
    let corrected = public.get(&case.response).await.expect(200);
    assert_eq!(corrected.body["missing_explanations"], json!([]));
    assert_eq!(corrected.body["publication"]["explanations_incomplete"], false);
    assert_eq!(corrected.body["publication"]["first_published_at"], "2022-03-20T12:00:00Z");
    assert_eq!(corrected.body["chief_officer_comments"]["text"], "Noted.");
    assert_eq!(corrected.body["chief_officer_comments"]["recorded_afterwards"], true);
    let first = public.get(&format!("{}/versions/1", case.response)).await.expect(200);
    assert_eq!(first.body["missing_explanations"], missing, "an edition never changes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_copies_make_the_response_complete() {
    let case = Case::in_state("awaiting_comments").await;
    let recommendations = case.recommendation_ids("recommendation").await;
    let copy = |recipient: &str, day: &str| json!({ "recipient": recipient, "sent_on": day, "channel": "post" });
    let (first, second) = (copy("inspectors", "2022-03-11"), copy("secretary_of_state", "2022-03-12"));
    let request = with(
        publication("2022-03-10", &recommendations),
        json!({ "chief_officer_comments": { "text": "Noted.", "dated": "2022-03-10" }, "copies": [first, second] }),
    );
    let tried = with(request.clone(), json!({ "copies": [first] }));
    let path = format!("{}/transitions?validate_only=true", case.response);
    let tried = case.approver.send_json(reqwest::Method::POST, &path, Some("*"), &tried).await.expect(200);
    assert_eq!(tried.body["state"], "published");
    let recorded = case.act(&case.approver, request).await.expect(200);
    assert_eq!(recorded.body["state"], "complete");
    assert_eq!(recorded.body["invitation"]["invited_on"], "2022-03-22", "what the service recorded stays");
    let public = case.app.public().get(&case.response).await.expect(200);
    assert_eq!(public.body["state"], "complete");
    assert_eq!(public.body["copies"][1]["sent_on"], "2022-03-12");
    assert_eq!(public.body["copies"][1]["reference"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_that_the_response_has_are_published_if_the_request_leaves_them_out() {
    let case = Case::in_state("received").await;
    case.app.write_all_texts(&case.response, "cumbria").await;
    let draft = json!({ "chief_officer_comments": "A draft of the force." });
    case.patch(&case.force, draft).await.expect(200);
    let recommendations = case.recommendation_ids("recommendation").await;
    let other = json!({ "recommendation_id": recommendations[0], "branch": "no_action", "text": "As published." });
    let request = json!({ "action": "record_published", "published_on": "2022-03-15", "explanations": [other] });
    let recorded = case.act(&case.approver, request).await.expect(200);
    assert_eq!(recorded.body["policing_body_comments"], "The body welcomes the report.");
    assert_eq!(recorded.body["reply_to_chief_officer"], "We agree.");
    let texts: Vec<&Value> =
        recorded.body["explanations"].as_array().expect("a list").iter().map(|each| &each["text"]).collect();
    assert_eq!(texts, ["As published.", "It was done."]);
    assert_eq!(recorded.body["chief_officer_comments"]["status"], "awaited");
    let public = case.app.public().get(&case.response).await.expect(200);
    assert!(!public.text.contains("A draft of the force."), "{}", public.text);
    assert!(public.body["chief_officer_comments"].get("recorded_afterwards").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comments_that_the_chief_officer_submitted_here_cannot_be_replaced() {
    let submit = json!({ "action": "submit_comments", "text": "Ours, here." });
    for (own, status) in [(submit.clone(), "submitted"), (action("nil_return"), "nil_return")] {
        let case = Case::in_state("awaiting_comments").await;
        case.act(&case.chief, own).await.expect(200);
        let recommendations = case.recommendation_ids("recommendation").await;
        let request = publication("2022-03-10", &recommendations);
        let other = with(request.clone(), json!({ "chief_officer_comments": { "text": "Theirs." } }));
        let refused = case.act(&case.approver, other).await.expect(422);
        assert_eq!(refused.faults(), fault("/chief_officer_comments", "published_chief_officer_comments"));
        let request = without(request, "chief_officer_comments");
        let recorded = case.act(&case.approver, request).await.expect(200);
        assert_eq!(recorded.body["chief_officer_comments"]["status"], status);
        assert!(recorded.body["chief_officer_comments"].get("recorded_afterwards").is_none());
    }
    // After a publication recorded afterwards, the chief officer may submit comments to the next edition.
    let case = Case::in_state("received").await;
    let recommendations = case.recommendation_ids("recommendation").await;
    let request = with(
        publication("2022-03-10", &recommendations),
        json!({ "chief_officer_comments": { "text": "As published." } }),
    );
    case.act(&case.approver, request).await.expect(200);
    case.act(&case.approver, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    let submitted = case.act(&case.chief, submit).await.expect(200);
    assert_eq!(submitted.body["chief_officer_comments"]["text"], "Ours, here.");
    assert!(submitted.body["chief_officer_comments"].get("recorded_afterwards").is_none());
}

/// Row security holds alone: the policing body writes the chief officer's comments only of a publication that it recorded
/// afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_refuses_other_comments_of_the_chief_officer_from_the_policing_body() {
    let case = Case::in_state("drafting").await;
    let service = case.app.database.connect("section55_app").await;
    let scope = "select set_config('section55.areas', 'cumbria', false),
                        set_config('section55.sides', 'policing_body', false)";
    service.batch_execute(scope).await.expect("a scope");
    let sql = "update response_texts set text = 'Theirs.' where part = 'chief_officer_comments'";
    assert_eq!(service.execute(sql, &[]).await.expect("no row"), 0);
    let kent = case.app.response_path(&case.inspection, "kent").await;
    let body = json!({ "action": "record_published", "published_on": "2022-03-10", "policing_body_comments": "Ours." });
    let body = with(body, json!({ "explanations_incomplete": true, "chief_officer_comments": { "text": "Theirs." } }));
    case.app.person(Role::OpccApprover, "kent").act(&kent, body).await.expect(200);
    let sql = "insert into response_texts (response_id, area, part, text, updated_at)
               select id, area, 'chief_officer_comments', 'x', now() from responses where area = 'cumbria'
               on conflict (response_id, part) do update set text = excluded.text";
    let refused = service.execute(sql, &[]).await.expect_err("row security");
    assert_eq!(refused.code().map(|code| code.code()), Some("42501"));
}

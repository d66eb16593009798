//! The texts of a response and the explanations of recommendations: which side may write which, and until when.

use serde_json::{Value, json};

use super::{Case, action};
use crate::support::world::{recommendation, registration};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_side_writes_only_its_own_texts() {
    let case = Case::in_state("received").await;
    for person in [&case.opcc, &case.approver] {
        case.patch(person, json!({ "chief_officer_comments": "In their name." })).await.expect(403);
    }
    for person in [&case.force, &case.chief] {
        case.patch(person, json!({ "policing_body_comments": "In their name." })).await.expect(403);
        case.patch(person, json!({ "reply_to_chief_officer": null })).await.expect(403);
        let both = json!({ "chief_officer_comments": "Ours.", "policing_body_comments": "Theirs." });
        case.patch(person, both).await.expect(403);
    }
    case.patch(&case.auditor, json!({ "policing_body_comments": "I would say." })).await.expect(403);
    let force = case.force.get(&case.response).await.expect(200);
    assert_eq!(force.body["chief_officer_comments"]["text"], Value::Null, "a refused patch changes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_patch_changes_the_members_it_names_and_null_deletes() {
    let case = Case::in_state("received").await;
    let both = json!({ "policing_body_comments": "Welcome.", "reply_to_chief_officer": "Thank you." });
    let written = case.patch(&case.opcc, both).await.expect(200);
    assert_eq!(written.body["policing_body_comments"], "Welcome.");
    let media = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let body = json!({ "policing_body_comments": null }).to_string().into_bytes();
    let cleared = case.opcc.send(reqwest::Method::PATCH, &case.response, &media, Some(body)).await.expect(200);
    assert_eq!(cleared.body["policing_body_comments"], Value::Null);
    assert_eq!(cleared.body["reply_to_chief_officer"], "Thank you.");
    let refused =
        case.patch(&case.opcc, json!({ "state": "published", "policing_body_comments": "" })).await.expect(422);
    let pointers: Vec<String> = refused.faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert!(pointers.contains(&"/state".to_owned()) && pointers.contains(&"/policing_body_comments".to_owned()));
    let refused = case.patch(&case.opcc, json!({ "policing_body_comments": 5 })).await.expect(422);
    let fault = (&refused.body["errors"][0]["code"], &refused.body["errors"][0]["detail"]);
    assert_eq!(fault, (&json!("wrong_type"), &json!("The value must be of type \"string\" or \"null\".")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_are_stored_exactly_as_written() {
    let case = Case::in_state("received").await;
    let text = "  First line.\r\n\tSecond – “quoted” 🙂.\n\n ";
    case.patch(&case.opcc, json!({ "policing_body_comments": text })).await.expect(200);
    assert_eq!(case.get().await.body["policing_body_comments"], text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_can_be_written_until_the_response_is_submitted_for_approval() {
    let body_text = json!({ "policing_body_comments": "One more word." });
    let force_text = json!({ "chief_officer_comments": "One more word." });
    for state in ["received", "awaiting_comments", "drafting"] {
        let case = Case::in_state(state).await;
        case.patch(&case.opcc, body_text.clone()).await.expect(200);
        case.patch(&case.force, force_text.clone()).await.expect(200);
    }
    for state in ["in_approval", "approved", "published", "complete", "not_required"] {
        let case = Case::in_state(state).await;
        let before = case.auditor.get(&case.response).await.expect(200);
        let id = &case.recommendation_ids("recommendation").await[0];
        let explanation = json!({ "branch": "no_action", "text": "After all." });
        for refused in [
            case.patch(&case.opcc, body_text.clone()).await,
            case.patch(&case.approver, body_text.clone()).await,
            case.patch(&case.force, force_text.clone()).await,
            case.opcc.put(&case.explanation_path(id), "*", explanation.clone()).await,
            case.opcc.delete(&case.explanation_path(id), "*").await,
        ] {
            let refused = refused.expect(409);
            assert_eq!(refused.body["state"], state);
            assert!(refused.body["allowed_actions"].is_array());
        }
        assert_eq!(case.auditor.get(&case.response).await.expect(200).body, before.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_explanation_is_created_replaced_and_deleted() {
    let case = Case::in_state("drafting").await;
    let ids = case.recommendation_ids("recommendation").await;
    let path = case.explanation_path(&ids[1]);
    let put = |branch: &str, text: &str| json!({ "branch": branch, "text": text });
    let first = case.opcc.put(&path, "*", put("action_proposed", "It will be done.")).await.expect(200);
    assert_eq!(first.body["missing_explanations"], json!([ids[0]]));
    let expected = json!([{ "recommendation_id": ids[1], "reference": "73000-2", "branch": "action_proposed",
                          "text": "It will be done." }]);
    assert_eq!(first.body["explanations"], expected);
    case.opcc.put(&path, "*", put("no_action", "It cannot be done.")).await.expect(200);
    case.opcc.put(&case.explanation_path(&ids[0]), "*", put("action_taken", "Done.")).await.expect(200);
    let reply = case.get().await;
    let branches: Vec<&Value> =
        reply.body["explanations"].as_array().expect("a list").iter().map(|each| &each["branch"]).collect();
    assert_eq!(branches, ["action_taken", "no_action"], "in the order of the report");
    assert_eq!(reply.body["missing_explanations"], json!([]));
    case.opcc.delete(&path, "*").await.expect(204);
    case.opcc.delete(&path, "*").await.expect(404);
    assert_eq!(case.get().await.body["missing_explanations"], json!([ids[1]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_explanation_needs_a_branch_and_a_text_and_only_the_policing_body_writes_it() {
    let case = Case::in_state("drafting").await;
    let path = case.explanation_path(&case.recommendation_ids("recommendation").await[0]);
    for body in [
        json!({}),
        json!({ "branch": "action_taken" }),
        json!({ "branch": "maybe", "text": "Done." }),
        json!({ "branch": "action_taken", "text": " " }),
        json!({ "branch": "action_taken", "text": "x", "by": "me" }),
    ] {
        case.opcc.put(&path, "*", body).await.expect(422);
    }
    let good = json!({ "branch": "action_taken", "text": "Done." });
    for person in [&case.force, &case.chief, &case.auditor] {
        person.put(&path, "*", good.clone()).await.expect(403);
        person.delete(&path, "*").await.expect(403);
    }
    case.opcc.send_json(reqwest::Method::PUT, &path, None, &good).await.expect(428);
    let etag = case.get().await.etag();
    case.opcc.put(&path, &etag, good.clone()).await.expect(200);
    case.opcc.put(&path, &etag, good).await.expect(412);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recommendation_of_another_inspection_cannot_be_explained() {
    let case = Case::in_state("drafting").await;
    let other = case.app.create_published_inspection("73001").await;
    let force_text = case.opcc.get(&format!("{}/recommendations", other.href())).await.expect(200);
    let id = force_text.body["items"][0]["id"].as_str().expect("an id").to_owned();
    let good = json!({ "branch": "action_taken", "text": "Done." });
    case.opcc.put(&case.explanation_path(&id), "*", good.clone()).await.expect(404);
    let unknown = "01890000-0000-7000-8000-000000000000";
    case.opcc.put(&case.explanation_path(unknown), "*", good).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_force_never_sees_the_drafts_of_its_policing_body() {
    let case = Case::in_state("drafting").await;
    case.app.write_all_texts(&case.response, "cumbria").await;
    for state in ["drafting", "in_approval", "approved"] {
        for person in [&case.force, &case.chief] {
            let reply = person.get(&case.response).await.expect(200);
            assert_eq!(reply.body["state"], state);
            assert_eq!(reply.body["due_on"], "2022-04-21");
            assert_eq!(reply.body["policing_body_comments"], Value::Null);
            assert_eq!(reply.body["reply_to_chief_officer"], Value::Null);
            assert_eq!(reply.body["explanations"], json!([]));
            assert_eq!(reply.body["missing_explanations"], Value::Null);
            assert_eq!(reply.body["chief_officer_comments"]["text"], "The force accepts the report.");
            person.get(&format!("{}/document", case.response)).await.expect(404);
        }
        match state {
            "drafting" => {
                case.act(&case.opcc, json!({ "action": "submit", "note": "Please hurry." })).await.expect(200)
            }
            _ if state == "in_approval" => case.act(&case.approver, action("approve")).await.expect(200),
            _ => case.act(&case.approver, action("publish")).await.expect(200),
        };
    }
    let reply = case.force.get(&case.response).await.expect(200);
    assert_eq!(reply.body["policing_body_comments"], "The body welcomes the report.");
    let history = case.force.get(&format!("{}/transitions?order=asc", case.response)).await.expect(200);
    assert!(!history.text.contains("Please hurry."), "the force does not see a note to the approver");
    let history = case.opcc.get(&format!("{}/transitions?order=asc", case.response)).await.expect(200);
    assert!(history.text.contains("Please hurry."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_without_recommendations_still_needs_comments() {
    let app = crate::support::App::start().await;
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    let created = opcc.post("/v1/inspections", registration("73002")).await.expect(201);
    let path = format!("{}/recommendations", created.href());
    let mut improvement = recommendation("73002-1");
    improvement["kind"] = json!("area_for_improvement");
    opcc.post(&path, improvement).await.expect(201);
    let inspection = opcc.act(&created.href(), action("publish")).await.expect(200);
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "drafting").await;
    let refused = opcc.act(&response, action("submit")).await.expect(422);
    assert_eq!(refused.faults(), super::fault("/policing_body_comments", "policing_body_comments"));
    opcc.patch(&response, "*", json!({ "policing_body_comments": "Noted." })).await.expect(200);
    opcc.act(&response, action("submit")).await.expect(200);
}

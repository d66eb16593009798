//! A correction is a new edition. The old edition stays public until the new one is published, and remains readable.

use serde_json::{Value, json};

use super::{Case, action, fault};

async fn correct(case: &Case) {
    case.act(&case.approver, action("correct")).await.expect(422);
    let drafting =
        case.act(&case.approver, json!({ "action": "correct", "reason": "A wrong name." })).await.expect(200);
    assert_eq!((&drafting.body["state"], &drafting.body["edition"]), (&json!("drafting"), &json!(2)));
    assert_eq!(drafting.body["approval"], Value::Null);
    assert_eq!(
        drafting.body["policing_body_comments"], "The body welcomes the report.",
        "the draft starts from edition 1"
    );
    let texts = json!({ "policing_body_comments": "The body WELCOMES it." });
    case.patch(&case.opcc, texts).await.expect(200);
    let id = &case.recommendation_ids("recommendation").await[0];
    let explanation = json!({ "branch": "no_action", "text": "It was NOT done." });
    case.opcc.put(&case.explanation_path(id), "*", explanation).await.expect(200);
}

async fn publish(case: &Case) {
    for (person, name) in [(&case.opcc, "submit"), (&case.approver, "approve"), (&case.approver, "publish")] {
        case.act(person, action(name)).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_edition_stays_public_until_the_new_one_is_published() {
    let case = Case::in_state("complete").await;
    let public = case.app.public();
    let before = public.get(&case.response).await.expect(200);
    let document = public.get(&format!("{}/document?format=text", case.response)).await.expect(200);
    correct(&case).await;
    for (person, name) in [(&case.opcc, "submit"), (&case.approver, "approve")] {
        assert_eq!(public.get(&case.response).await.expect(200).body, before.body, "before {name}");
        let now = public.get(&format!("{}/document?format=text", case.response)).await.expect(200);
        assert_eq!(now.text, document.text);
        let versions = public.get(&format!("{}/versions", case.response)).await.expect(200);
        assert_eq!(versions.body["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(versions.body["items"][0]["superseded"], false);
        public.get(&format!("{}/versions/2", case.response)).await.expect(404);
        case.act(person, action(name)).await.expect(200);
    }
    let own = case.get().await;
    assert_eq!(own.body["publication"]["published_at"], before.body["publication"]["published_at"]);
    let draft = case.opcc.get(&format!("{}/document?format=text", case.response)).await.expect(200);
    assert!(draft.text.contains("The body WELCOMES it.") && draft.text.contains("Draft: not published."));

    case.app.set_day("2022-05-10");
    case.act(&case.approver, action("publish")).await.expect(200);
    let after = public.get(&case.response).await.expect(200);
    assert_eq!((&after.body["edition"], &after.body["state"]), (&json!(2), &json!("published")));
    assert_eq!(after.body["policing_body_comments"], "The body WELCOMES it.");
    let publication = &after.body["publication"];
    assert_eq!(publication["published_at"], "2022-05-10T12:00:00Z");
    assert_eq!(publication["first_published_at"], "2022-03-22T12:00:00Z", "the time of the first publication stays");
    assert_eq!(publication["on_time"], true, "the deadline applies to the first edition");
    let now = public.get(&format!("{}/document?format=text", case.response)).await.expect(200);
    assert!(now.text.contains("Published on 10/05/2022 as edition 2; first published on 22/03/2022."), "{}", now.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_superseded_edition_stays_readable_and_states_that_it_is_superseded() {
    let case = Case::in_state("published").await;
    let public = case.app.public();
    let first = public.get(&format!("{}/versions/1", case.response)).await.expect(200);
    correct(&case).await;
    case.app.set_day("2022-05-10");
    publish(&case).await;
    let versions = public.get(&format!("{}/versions", case.response)).await.expect(200);
    let items = versions.body["items"].as_array().expect("a list");
    let editions: Vec<(&Value, &Value)> = items.iter().map(|item| (&item["edition"], &item["superseded"])).collect();
    assert_eq!(editions, [(&json!(2), &json!(false)), (&json!(1), &json!(true))], "newest first");
    let mut old = public.get(&format!("{}/versions/1", case.response)).await.expect(200).body;
    assert_eq!(old["superseded_at"], "2022-05-10T12:00:00Z");
    assert_eq!(old["policing_body_comments"], "The body welcomes the report.");
    (old["superseded"], old["superseded_at"]) = (json!(false), Value::Null);
    assert_eq!(old, first.body, "nothing else changed");
    let new = public.get(&format!("{}/versions/2", case.response)).await.expect(200);
    assert_ne!(new.body["content_sha256"], first.body["content_sha256"]);
    assert_eq!(new.body["explanations"][0]["branch"], "no_action");
    for wrong in ["0", "3", "-1", "x"] {
        public.get(&format!("{}/versions/{wrong}", case.response)).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_force_sees_edition_1_and_never_the_draft_of_edition_2() {
    let case = Case::in_state("complete").await;
    correct(&case).await;
    for person in [&case.force, &case.chief] {
        let reply = person.get(&case.response).await.expect(200);
        assert_eq!(reply.body["state"], "drafting");
        assert_eq!(reply.body["policing_body_comments"], "The body welcomes the report.");
        assert_eq!(reply.body["explanations"][0]["text"], "It was done.");
        assert!(!reply.text.contains("WELCOMES") && !reply.text.contains("NOT done"), "{}", reply.text);
        let document = person.get(&format!("{}/document?format=text", case.response)).await.expect(200);
        assert!(document.text.contains("The body welcomes the report."));
        assert!(!document.text.contains("WELCOMES") && !document.text.contains("NOT done"), "{}", document.text);
    }
    case.act(&case.chief, json!({ "action": "submit_comments", "text": "A corrected comment." })).await.expect(200);
    let public = case.app.public().get(&case.response).await.expect(200);
    assert_eq!(public.body["chief_officer_comments"]["text"], "The force accepts the report.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_response_cannot_be_marked_not_required_or_dated_before_the_first_edition() {
    let case = Case::in_state("published").await;
    correct(&case).await;
    let not_required = json!({ "action": "mark_not_required", "reason": "no_section_55_duty" });
    let refused = case.act(&case.approver, not_required).await.expect(422);
    assert_eq!(refused.faults(), fault("/publication", "never_published"));
    for (person, name) in [(&case.opcc, "submit"), (&case.approver, "approve")] {
        case.act(person, action(name)).await.expect(200);
    }
    let early = json!({ "action": "publish", "published_on": "2022-03-21" });
    let refused = case.act(&case.approver, early).await.expect(422);
    assert_eq!(refused.faults(), fault("/published_on", "publication_day"));
    case.act(&case.approver, action("publish")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_response_stays_late_after_corrections() {
    let case = Case::in_state("approved").await;
    case.app.set_day("2022-04-22");
    case.act(&case.approver, action("publish")).await.expect(200);
    correct(&case).await;
    publish(&case).await;
    assert_eq!(case.get().await.body["on_time"], false);
    correct_again(&case).await;
}

async fn correct_again(case: &Case) {
    let third = case.act(&case.approver, json!({ "action": "correct", "reason": "Once more." })).await.expect(200);
    assert_eq!(third.body["edition"], 3);
    let public = case.app.public().get(&case.response).await.expect(200);
    assert_eq!(public.body["edition"], 2);
}

//! The chief officer's comments (s.55(5)(b)): drafted by the force, signed by the chief officer, submitted in time,
//! late or not at all.

use serde_json::{Value, json};

use super::{Case, action, fault};

fn comments(text: &str) -> Value {
    json!({ "action": "submit_comments", "text": text })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_comments_are_accepted_and_flagged() {
    let case = Case::in_state("received").await;
    case.act(&case.opcc, json!({ "action": "invite", "comments_due_on": "2022-03-31" })).await.expect(200);
    case.app.set_day("2022-03-31");
    let on_the_day = case.act(&case.chief, comments("In good time.")).await.expect(200);
    assert_eq!(on_the_day.body["chief_officer_comments"]["late"], false);
    assert_eq!(on_the_day.body["state"], "drafting");
    case.app.set_day("2022-04-01");
    let late = case.act(&case.chief, comments("A second thought.")).await.expect(200);
    assert_eq!(late.body["chief_officer_comments"]["late"], true);
    let reply = case.get().await;
    assert_eq!(reply.body["chief_officer_comments"]["text"], "A second thought.");
    assert_eq!(reply.body["chief_officer_comments"]["status"], "submitted");
    assert_eq!(reply.body["chief_officer_comments"]["signed_at"], "2022-04-01T12:00:00Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comments_may_be_submitted_after_the_policing_body_proceeds_without_them() {
    let case = Case::in_state("awaiting_comments").await;
    case.app.set_day("2022-04-20");
    case.act(&case.opcc, action("proceed")).await.expect(200);
    let late = case.act(&case.chief, comments("At last.")).await.expect(200);
    assert_eq!(late.body["state"], "drafting");
    assert_eq!(late.body["chief_officer_comments"]["late"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nil_return_differs_from_silence() {
    let nil = Case::in_state("awaiting_comments").await;
    nil.act(&nil.opcc, action("nil_return")).await.expect(403);
    let returned = nil.act(&nil.chief, json!({ "action": "nil_return", "signed_by": "T. Brown" })).await.expect(200);
    let comments = &returned.body["chief_officer_comments"];
    assert_eq!((&comments["status"], &comments["text"]), (&json!("nil_return"), &Value::Null));
    assert_eq!(comments["signed_by"], "T. Brown");
    let document = nil.opcc.get(&format!("{}/document?format=text", nil.response)).await.expect(200);
    assert!(document.text.contains("The Chief Constable has no comment."), "{}", document.text);

    let silent = Case::in_state("awaiting_comments").await;
    silent.app.set_day("2022-04-20");
    let proceeded = silent.act(&silent.opcc, action("proceed")).await.expect(200);
    assert_eq!(proceeded.body["chief_officer_comments"]["status"], "awaited");
    assert_eq!(proceeded.body["chief_officer_comments"]["signed_by"], Value::Null);
    let document = silent.opcc.get(&format!("{}/document?format=text", silent.response)).await.expect(200);
    assert!(document.text.contains("No comments were submitted."), "{}", document.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_constabulary_drafts_and_the_chief_officer_submits_the_draft() {
    let case = Case::in_state("awaiting_comments").await;
    let refused = case.act(&case.chief, action("submit_comments")).await.expect(422);
    assert_eq!(refused.faults(), fault("/text", "comments_text"));
    for draft in [json!("We accept both."), json!({ "text": "We accept both, in full." })] {
        let drafted = case.patch(&case.force, json!({ "chief_officer_comments": draft })).await.expect(200);
        let text = draft.get("text").unwrap_or(&draft);
        assert_eq!(drafted.body["chief_officer_comments"]["text"], *text);
        assert_eq!(drafted.body["chief_officer_comments"]["status"], "awaited");
    }
    let reply = case.get().await;
    assert!(
        !reply.text.contains("We accept both"),
        "the policing body does not see unsubmitted comments: {}",
        reply.text
    );
    let audited = case.auditor.get(&case.response).await.expect(200);
    assert_eq!(audited.body["chief_officer_comments"]["draft"], "We accept both, in full.");

    case.act(&case.force, action("submit_comments")).await.expect(403);
    let submitted = case.act(&case.chief, action("submit_comments")).await.expect(200);
    assert_eq!(submitted.body["chief_officer_comments"]["status"], "submitted");
    let reply = case.get().await;
    assert_eq!(reply.body["chief_officer_comments"]["text"], "We accept both, in full.");
    assert_eq!(reply.body["chief_officer_comments"]["signed_by"], "chief_officer@cumbria (name)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn null_deletes_a_draft() {
    let case = Case::in_state("awaiting_comments").await;
    for nothing in [Value::Null, json!({ "text": null })] {
        case.patch(&case.force, json!({ "chief_officer_comments": "A first try." })).await.expect(200);
        let cleared = case.patch(&case.force, json!({ "chief_officer_comments": nothing })).await.expect(200);
        assert_eq!(cleared.body["chief_officer_comments"]["text"], Value::Null, "{nothing}");
        case.act(&case.chief, action("submit_comments")).await.expect(422);
    }
    let wrong = case.patch(&case.force, json!({ "chief_officer_comments": { "status": "submitted" } })).await;
    wrong.expect(422);
    case.patch(&case.force, json!({ "chief_officer_comments": 7 })).await.expect(422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_draft_does_not_change_the_submitted_comments() {
    let case = Case::in_state("drafting").await;
    case.patch(&case.force, json!({ "chief_officer_comments": "Better words." })).await.expect(200);
    let reply = case.get().await;
    assert_eq!(reply.body["chief_officer_comments"]["text"], "The force accepts the report.");
    assert!(!reply.text.contains("Better words."));
    let force = case.force.get(&case.response).await.expect(200);
    assert_eq!(force.body["chief_officer_comments"]["text"], "The force accepts the report.");
    assert_eq!(force.body["chief_officer_comments"]["draft"], "Better words.");
    case.act(&case.chief, action("submit_comments")).await.expect(200);
    assert_eq!(case.get().await.body["chief_officer_comments"]["text"], "Better words.");
}

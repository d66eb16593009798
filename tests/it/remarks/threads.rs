//! Threads of remarks: answers, changes by the author, and how a thread is resolved and reopened.

use section55::auth::Role;
use section55::remarks::{Action, RemarkState, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::Case;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approver_and_an_officer_discuss_a_draft_and_resolve_the_thread() {
    let case = Case::new().await;
    let question = json!({ "text": "Is this so?", "member": "/policing_body_comments" });
    let first = case.remark(&case.approver, question).await.expect(201);
    assert_eq!(first.headers["location"], first.href());
    let id = &first.body["id"];
    let expected = json!({
        "thread_id": id, "answers": null, "side": "policing_body", "area": "cumbria", "own": true, "state": "open",
        "by": "opcc_approver@cumbria (name)", "member": "/policing_body_comments", "passage": null, "version": 1,
    });
    for (member, value) in expected.as_object().expect("members") {
        assert_eq!(first.body[member], *value, "{member}");
    }
    let answer = case.remark(&case.opcc, json!({ "text": "It is.", "answers": id })).await.expect(201);
    let second = json!({ "text": "Then say why.", "answers": answer.body["id"] });
    let second = case.remark(&case.approver, second).await.expect(201);
    assert_eq!((&answer.body["thread_id"], &second.body["thread_id"]), (id, id));
    case.remark(&case.opcc, json!({ "text": "On the whole." })).await.expect(201);
    let thread = format!("?thread_id={}", id.as_str().expect("an id"));
    assert_eq!(case.texts(&case.opcc, &thread).await, ["Is this so?", "It is.", "Then say why."]);
    assert_eq!(case.texts(&case.opcc, "?member=/policing_body_comments").await.len(), 3);
    assert_eq!(case.texts(&case.opcc, "").await.len(), 4);

    // Only its author changes a remark, and only while the thread is open.
    let text = json!({ "text": "Then say why, please." });
    case.opcc.patch(&second.href(), "*", text.clone()).await.expect(403);
    let changed = case.approver.patch(&second.href(), &second.etag(), text.clone()).await.expect(200);
    assert_eq!((&changed.body["text"], &changed.body["version"]), (&text["text"], &json!(2)));
    case.approver.act(&answer.href(), json!({ "action": "resolve" })).await.expect(422);
    case.app.set_day("2022-03-23");
    let resolved = case.opcc.act(&first.href(), json!({ "action": "resolve" })).await.expect(200);
    let seen = (&resolved.body["state"], &resolved.body["resolved_by"], &resolved.body["resolved_at"]);
    assert_eq!(seen, (&json!("resolved"), &json!("opcc@cumbria (name)"), &json!("2022-03-23T12:00:00Z")));
    assert_eq!(case.opcc.get(&first.href()).await.expect(200).body["state"], "resolved");
    assert_eq!(case.texts(&case.opcc, "?state=resolved").await.len(), 3, "the answers follow");
    for (person, path) in [(&case.approver, &second), (&case.approver, &first)] {
        let refused = person.patch(&path.href(), "*", json!({ "text": "Too late." })).await.expect(409);
        assert_eq!(refused.body["state"], "resolved");
    }
    let late = case.remark(&case.opcc, json!({ "text": "Late.", "answers": second.body["id"] })).await.expect(409);
    assert_eq!(late.body["allowed_actions"][0]["action"], "reopen");
    case.approver.act(&first.href(), json!({ "action": "resolve" })).await.expect(409);
    let reopened = case.approver.act(&first.href(), json!({ "action": "reopen" })).await.expect(200);
    assert_eq!((&reopened.body["state"], &reopened.body["resolved_by"]), (&json!("open"), &Value::Null));
    case.remark(&case.opcc, json!({ "text": "In time.", "answers": second.body["id"] })).await.expect(201);
    assert_eq!(case.texts(&case.opcc, "?state=resolved").await, Vec::<String>::new());

    case.app.sequence().await;
    let transitions = case.opcc.get(&format!("{}/transitions?order=asc", first.href())).await.expect(200);
    let actions: Vec<&Value> =
        transitions.body["items"].as_array().expect("a list").iter().map(|it| &it["action"]).collect();
    assert_eq!(actions, [&json!("add"), &json!("resolve"), &json!("reopen")]);
    // The response itself is as it was.
    assert_eq!(case.opcc.get(&case.response).await.expect(200).body["state"], "drafting");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_state_action_and_role_follows_the_table() {
    let case = Case::new().await;
    for from in RemarkState::ALL {
        let remark = case.remark(&case.opcc, json!({ "text": "Look." })).await.expect(201).href();
        if *from == RemarkState::Resolved {
            case.opcc.act(&remark, json!({ "action": "resolve" })).await.expect(200);
        }
        for role in Role::ALL {
            let person = case.app.person(*role, "cumbria");
            for action in Action::ALL {
                let path = format!("{remark}/transitions?validate_only=true");
                let body = json!({ "action": action.as_str() });
                let reply = person.send_json(reqwest::Method::POST, &path, Some("*"), &body).await;
                let is_possible = WORKFLOW.rules.iter().any(|rule| rule.from == *from && rule.action == *action);
                let expected = match role {
                    Role::Opcc | Role::OpccApprover if is_possible => 200,
                    Role::Opcc | Role::OpccApprover => 409,
                    Role::Constabulary | Role::ChiefOfficer => 404,
                    Role::Auditor | Role::Registrar => 403,
                };
                assert_eq!(reply.status, expected, "{role} {action} from {from}: {}", reply.text);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_names_a_remark_of_its_side_on_the_same_response_and_no_member() {
    let case = Case::new().await;
    let inspection = case.app.create_published_inspection("87002").await;
    let other = format!("{}/remarks", case.app.response_path(&inspection, "cumbria").await);
    let elsewhere = case.opcc.post(&other, json!({ "text": "Elsewhere." })).await.expect(201);
    let theirs = case.remark(&case.force, json!({ "text": "Theirs." })).await.expect(201);
    let unknown = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    for answers in [&elsewhere.body["id"], &theirs.body["id"], &unknown] {
        let refused = case.remark(&case.opcc, json!({ "text": "Yes.", "answers": answers })).await.expect(422);
        assert_eq!(refused.faults(), [("/answers".to_owned(), "unknown_reference".to_owned())]);
    }
    let first = case.remark(&case.opcc, json!({ "text": "One." })).await.expect(201);
    let body = json!({
        "text": "Two.", "answers": first.body["id"], "member": "/policing_body_comments",
        "passage": { "quotation": "The", "start": 0, "end": 3 },
    });
    let refused = case.remark(&case.opcc, body).await.expect(422);
    assert_eq!(
        refused.faults(),
        [("/member", "not_here"), ("/passage", "not_here")].map(|(a, b)| (a.into(), b.into()))
    );
}

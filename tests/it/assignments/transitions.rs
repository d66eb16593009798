//! The transitions of an assignment: the needs of each action, and what happens when many are sent at once.

use futures_util::future::join_all;
use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_person_who_submits_an_assignment_cannot_sign_it_off() {
    let case = Case::new().await;
    let both = case.app.person_with_roles("both", &["constabulary", "chief_officer"], &["cumbria"]);
    case.app.advance_assignment_to(&case.assignment, "cumbria", "embedding").await;
    case.app.add_submitted_evidence(&case.assignment, "cumbria", json!({})).await;
    let submitted = both.act(&case.assignment, json!({ "action": "submit_for_sign_off" })).await.expect(200);
    let mut allowed = submitted.body["allowed_actions"].as_array().expect("a list").iter();
    let sign_off = allowed.find(|action| action["action"] == "sign_off").expect("the action");
    assert_eq!(sign_off["blocked_by"][0]["code"], "another_person");
    let refused = both.act(&case.assignment, json!({ "action": "sign_off" })).await.expect(422);
    assert_eq!(refused.faults(), fault("/force_status", "another_person"));
    // After another person submits it again, the first person may sign it off.
    both.act(&case.assignment, json!({ "action": "send_back", "reason": "Look again." })).await.expect(200);
    case.force.act(&case.assignment, json!({ "action": "embed" })).await.expect(200);
    case.force.act(&case.assignment, json!({ "action": "submit_for_sign_off" })).await.expect(200);
    assert_eq!(
        both.act(&case.assignment, json!({ "action": "sign_off" })).await.expect(200).body["force_status"],
        "force_complete"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rejected_or_withdrawn_evidence_does_not_allow_submission_for_sign_off() {
    let case = Case::new().await;
    case.app.advance_assignment_to(&case.assignment, "cumbria", "embedding").await;
    let rejected = case.app.add_submitted_evidence(&case.assignment, "cumbria", json!({})).await.href();
    case.opcc.act(&rejected, json!({ "action": "reject", "note": "Not this." })).await.expect(200);
    let withdrawn = case.app.add_submitted_evidence(&case.assignment, "cumbria", json!({})).await.href();
    case.force.act(&withdrawn, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    let submit = json!({ "action": "submit_for_sign_off" });
    let refused = case.force.act(&case.assignment, submit.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/evidence_count", "evidence_not_rejected"));
    case.app.add_evidence(&case.assignment, "cumbria", json!({})).await;
    case.force.act(&case.assignment, submit).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn allocation_uses_the_owner_of_the_request_or_of_the_record() {
    let case = Case::new().await;
    let allocate = json!({ "action": "allocate" });
    let refused = case.force.act(&case.assignment, allocate.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/owner", "owner"));
    case.force.patch(&case.assignment, "*", json!({ "owner": "Insp. Written" })).await.expect(200);
    assert_eq!(case.force.act(&case.assignment, allocate).await.expect(200).body["owner"], "Insp. Written");
    let refused = case.force.patch(&case.assignment, "*", json!({ "owner": null })).await.expect(422);
    assert_eq!(refused.faults(), fault("/owner", "required"));
    let other = case.force.patch(&case.assignment, "*", json!({ "owner": "Insp. Other" })).await.expect(200);
    assert_eq!(other.body["owner"], "Insp. Other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assignment_waits_for_a_named_body_and_then_resumes() {
    let case = Case::new().await;
    let depend = json!({ "action": "depend", "reason": "The law must change." });
    let refused = case.force.act(&case.assignment, depend.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/dependency", "dependency"));
    case.force.patch(&case.assignment, "*", json!({ "dependency": "The Home Office" })).await.expect(200);
    let waiting = case.force.act(&case.assignment, depend).await.expect(200);
    assert_eq!(
        (&waiting.body["dependency"], &waiting.body["headline"]),
        (&json!("The Home Office"), &json!("waiting_on_other"))
    );
    let refused = case.force.patch(&case.assignment, "*", json!({ "dependency": null })).await.expect(422);
    assert_eq!(refused.faults(), fault("/dependency", "required"));
    let resumed = case.force.act(&case.assignment, json!({ "action": "resume" })).await.expect(200);
    assert_eq!(
        (&resumed.body["force_status"], &resumed.body["dependency"]),
        (&json!("awaiting_allocation"), &Value::Null)
    );
    case.app.advance_assignment_to(&case.assignment, "cumbria", "in_progress").await;
    case.force.act(&case.assignment, json!({ "action": "depend", "dependency": "CPS" })).await.expect(200);
    let resumed = case.force.act(&case.assignment, json!({ "action": "resume" })).await.expect(200);
    assert_eq!(resumed.body["force_status"], "in_progress", "it has an owner");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_assignment_can_be_amended_only_after_it_is_reopened() {
    let case = Case::new().await;
    case.app.advance_assignment_to(&case.assignment, "cumbria", "will_not_implement").await;
    assert_eq!(case.get().await["headline"], "will_not_implement");
    let refused = case.force.patch(&case.assignment, "*", json!({ "owner": "Insp. Owner" })).await.expect(409);
    assert_eq!(refused.body["state"], "will_not_implement");
    assert_eq!(refused.body["allowed_actions"][0]["action"], "reopen");
    case.opcc.act(&case.assignment, json!({ "action": "reopen" })).await.expect(422);
    let reopened =
        case.opcc.act(&case.assignment, json!({ "action": "reopen", "reason": "We disagree." })).await.expect(200);
    assert_eq!(reopened.body["force_status"], "awaiting_allocation");
    case.force.patch(&case.assignment, "*", json!({ "owner": "Insp. Owner" })).await.expect(200);
    let history = case.auditor.get(&format!("{}/transitions?order=asc", case.assignment)).await.expect(200);
    let notes: Vec<&Value> = history.body["items"].as_array().expect("a list").iter().map(|it| &it["note"]).collect();
    assert_eq!(notes, [&Value::Null, &json!("It is not ours."), &json!("We disagree.")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_of_many_simultaneous_transitions_succeeds() {
    let case = Case::new().await;
    let transitions = (0..20)
        .map(|n| case.force.act(&case.assignment, json!({ "action": "allocate", "owner": format!("Insp. {n}") })));
    let replies = join_all(transitions).await;
    let succeeded: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(succeeded.len(), 1);
    assert!(replies.iter().all(|reply| reply.status == 200 || reply.status == 409));
    let now = case.get().await;
    assert_eq!((&now["owner"], &now["version"]), (&succeeded[0].body["owner"], &json!(2)));
    // Of many writes of different kinds with the same ETag, only one succeeds.
    let etag = case.auditor.get(&case.assignment).await.etag();
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    let (path, position) =
        (format!("{}/transitions", case.assignment), format!("{}/positions/body_view", case.assignment));
    let (owner, start) = (json!({ "owner": "Another" }), json!({ "action": "start" }));
    let writes = (0..4).map(async |_| {
        let (one, two, three) = tokio::join!(
            case.opcc.put(&position, &etag, view.clone()),
            case.force.patch(&case.assignment, &etag, owner.clone()),
            case.force.send_json(Method::POST, &path, Some(&etag), &start),
        );
        [one, two, three].map(|reply| reply.status.as_u16())
    });
    let mut statuses = join_all(writes).await.concat();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![412; 11]].concat());
    assert_eq!(case.get().await["version"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_to_an_assignment_of_a_withdrawn_inspection() {
    let case = Case::new().await;
    let Case { app, assignment, force, opcc, auditor, .. } = &case;
    let draft = app.add_evidence(assignment, "cumbria", json!({})).await.href();
    let submitted = app.add_submitted_evidence(assignment, "cumbria", json!({})).await.href();
    let withdraw = json!({ "action": "withdraw", "reason": "Entered twice." });
    case.approver.act(&case.inspection.href(), withdraw).await.expect(200);
    let before = app.database.fingerprint().await;
    let decision = json!({ "value": "closed", "source": "Letter", "date": "2022-03-21" });
    for (person, method, path, body) in [
        (force, Method::PATCH, assignment.clone(), json!({ "owner": "A" })),
        (force, Method::POST, format!("{assignment}/transitions"), json!({ "action": "allocate", "owner": "A" })),
        (force, Method::POST, format!("{assignment}/updates"), json!({ "text": "Begun." })),
        (opcc, Method::PUT, format!("{assignment}/positions/body_view"), json!({ "value": "none", "note": "A" })),
        (
            auditor,
            Method::PUT,
            format!("{assignment}/positions/assurance_opinion"),
            json!({ "value": "limited", "note": "A" }),
        ),
        (opcc, Method::PUT, format!("{assignment}/positions/inspectorate_status"), decision),
        (force, Method::POST, format!("{assignment}/evidence"), json!({ "title": "A", "kind": "data" })),
        (force, Method::PATCH, draft.clone(), json!({ "title": "A" })),
        (force, Method::POST, format!("{draft}/transitions"), json!({ "action": "withdraw", "reason": "A" })),
        (opcc, Method::POST, format!("{submitted}/transitions"), json!({ "action": "accept", "note": "A" })),
        (force, Method::POST, format!("{draft}/marking/transitions"), json!({ "action": "raise" })),
    ] {
        let refused = person.send_json(method.clone(), &path, Some("*"), &body).await;
        assert_eq!(refused.status, 409, "{method} {path}: {}", refused.text);
        assert_eq!(refused.body["allowed_actions"], json!([]), "{method} {path}");
    }
    force.upload(&format!("{draft}/files"), "a.txt", b"Agreed.").await.expect(409);
    assert_eq!(app.database.fingerprint().await, before);
    // The existing records stay readable.
    for path in [assignment.clone(), format!("{assignment}/updates"), format!("{assignment}/evidence"), submitted] {
        auditor.get(&path).await.expect(200);
    }
    assert_eq!(auditor.get(assignment).await.body["allowed_actions"], json!([]));
    assert_eq!(app.person(Role::Auditor, "kent").get(assignment).await.status, 404);
}

//! The force's own moves of a line: what each needs, who may not do it, and that many at once lose nothing.

use futures_util::future::join_all;
use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_submitted_a_line_does_not_sign_it_off() {
    let case = Case::new().await;
    let both = case.app.somebody("both", &["constabulary", "chief_officer"], &["cumbria"]);
    case.app.bring_line_to(&case.line, "cumbria", "embedding").await;
    case.app.submitted_evidence(&case.line, "cumbria", json!({})).await;
    let submitted = both.act(&case.line, json!({ "action": "submit_for_sign_off" })).await.expect(200);
    let promised = submitted.body["allowed_actions"].as_array().expect("a list").iter();
    let sign_off = promised.clone().find(|action| action["action"] == "sign_off").expect("the action");
    assert_eq!(sign_off["blocked_by"][0]["code"], "another_person");
    let refused = both.act(&case.line, json!({ "action": "sign_off" })).await.expect(422);
    assert_eq!(refused.faults(), fault("/force_status", "another_person"));
    // Sent back, and submitted by somebody else, it is theirs to sign.
    both.act(&case.line, json!({ "action": "send_back", "reason": "Look again." })).await.expect(200);
    case.force.act(&case.line, json!({ "action": "embed" })).await.expect(200);
    case.force.act(&case.line, json!({ "action": "submit_for_sign_off" })).await.expect(200);
    assert_eq!(
        both.act(&case.line, json!({ "action": "sign_off" })).await.expect(200).body["force_status"],
        "force_complete"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_that_was_rejected_or_withdrawn_does_not_carry_a_submission() {
    let case = Case::new().await;
    case.app.bring_line_to(&case.line, "cumbria", "embedding").await;
    let rejected = case.app.submitted_evidence(&case.line, "cumbria", json!({})).await.href();
    case.opcc.act(&rejected, json!({ "action": "reject", "note": "Not this." })).await.expect(200);
    let withdrawn = case.app.submitted_evidence(&case.line, "cumbria", json!({})).await.href();
    case.force.act(&withdrawn, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    let submit = json!({ "action": "submit_for_sign_off" });
    let refused = case.force.act(&case.line, submit.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/evidence_count", "evidence_not_rejected"));
    case.app.evidence(&case.line, "cumbria", json!({})).await;
    case.force.act(&case.line, submit).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_allocated_to_the_owner_who_is_sent_or_was_written_before() {
    let case = Case::new().await;
    let allocate = json!({ "action": "allocate" });
    let refused = case.force.act(&case.line, allocate.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/owner", "owner"));
    case.force.patch(&case.line, "*", json!({ "owner": "Insp. Written" })).await.expect(200);
    assert_eq!(case.force.act(&case.line, allocate).await.expect(200).body["owner"], "Insp. Written");
    let refused = case.force.patch(&case.line, "*", json!({ "owner": null })).await.expect(422);
    assert_eq!(refused.faults(), fault("/owner", "required"));
    let other = case.force.patch(&case.line, "*", json!({ "owner": "Insp. Other" })).await.expect(200);
    assert_eq!(other.body["owner"], "Insp. Other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_waits_on_somebody_and_goes_on_from_where_it_can() {
    let case = Case::new().await;
    let depend = json!({ "action": "depend", "reason": "The law must change." });
    let refused = case.force.act(&case.line, depend.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/dependency", "dependency"));
    case.force.patch(&case.line, "*", json!({ "dependency": "The Home Office" })).await.expect(200);
    let waits = case.force.act(&case.line, depend).await.expect(200);
    assert_eq!(
        (&waits.body["dependency"], &waits.body["headline"]),
        (&json!("The Home Office"), &json!("waiting_on_other"))
    );
    let refused = case.force.patch(&case.line, "*", json!({ "dependency": null })).await.expect(422);
    assert_eq!(refused.faults(), fault("/dependency", "required"));
    let resumed = case.force.act(&case.line, json!({ "action": "resume" })).await.expect(200);
    assert_eq!(
        (&resumed.body["force_status"], &resumed.body["dependency"]),
        (&json!("awaiting_allocation"), &Value::Null)
    );
    case.app.bring_line_to(&case.line, "cumbria", "in_progress").await;
    case.force.act(&case.line, json!({ "action": "depend", "dependency": "CPS" })).await.expect(200);
    let resumed = case.force.act(&case.line, json!({ "action": "resume" })).await.expect(200);
    assert_eq!(resumed.body["force_status"], "in_progress", "it has an owner");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_came_to_its_end_is_amended_only_once_it_is_reopened() {
    let case = Case::new().await;
    case.app.bring_line_to(&case.line, "cumbria", "will_not_implement").await;
    assert_eq!(case.seen().await["headline"], "will_not_implement");
    let refused = case.force.patch(&case.line, "*", json!({ "owner": "Insp. Owner" })).await.expect(409);
    assert_eq!(refused.body["state"], "will_not_implement");
    assert_eq!(refused.body["allowed_actions"][0]["action"], "reopen");
    case.opcc.act(&case.line, json!({ "action": "reopen" })).await.expect(422);
    let reopened = case.opcc.act(&case.line, json!({ "action": "reopen", "reason": "We disagree." })).await.expect(200);
    assert_eq!(reopened.body["force_status"], "awaiting_allocation");
    case.force.patch(&case.line, "*", json!({ "owner": "Insp. Owner" })).await.expect(200);
    let history = case.auditor.get(&format!("{}/transitions", case.line)).await.expect(200);
    let notes: Vec<&Value> = history.body["items"].as_array().expect("a list").iter().map(|it| &it["note"]).collect();
    assert_eq!(notes, [&Value::Null, &json!("It is not ours."), &json!("We disagree.")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_moves_at_once_one_is_made() {
    let case = Case::new().await;
    let moves =
        (0..20).map(|n| case.force.act(&case.line, json!({ "action": "allocate", "owner": format!("Insp. {n}") })));
    let replies = join_all(moves).await;
    let done: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(done.len(), 1);
    assert!(replies.iter().all(|reply| reply.status == 200 || reply.status == 409));
    let now = case.seen().await;
    assert_eq!((&now["owner"], &now["version"]), (&done[0].body["owner"], &json!(2)));
    // By one tag, of writes of every kind, one is made.
    let tag = case.auditor.get(&case.line).await.tag();
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    let (path, position) = (format!("{}/transitions", case.line), format!("{}/positions/body_view", case.line));
    let (owner, start) = (json!({ "owner": "Another" }), json!({ "action": "start" }));
    let writes = (0..4).map(async |_| {
        let (one, two, three) = tokio::join!(
            case.opcc.put(&position, &tag, view.clone()),
            case.force.patch(&case.line, &tag, owner.clone()),
            case.force.send_json(Method::POST, &path, Some(&tag), &start),
        );
        [one, two, three].map(|reply| reply.status.as_u16())
    });
    let mut statuses = join_all(writes).await.concat();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![412; 11]].concat());
    assert_eq!(case.seen().await["version"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_of_a_line_whose_inspection_was_withdrawn() {
    let case = Case::new().await;
    let Case { app, line, force, opcc, auditor, .. } = &case;
    let draft = app.evidence(line, "cumbria", json!({})).await.href();
    let sent = app.submitted_evidence(line, "cumbria", json!({})).await.href();
    let withdraw = json!({ "action": "withdraw", "reason": "Entered twice." });
    case.approver.act(&case.inspection.href(), withdraw).await.expect(200);
    let before = app.database.fingerprint().await;
    let decision = json!({ "value": "closed", "source": "Letter", "date": "2022-03-21" });
    for (person, method, path, body) in [
        (force, Method::PATCH, line.clone(), json!({ "owner": "A" })),
        (force, Method::POST, format!("{line}/transitions"), json!({ "action": "allocate", "owner": "A" })),
        (force, Method::POST, format!("{line}/updates"), json!({ "text": "Begun." })),
        (opcc, Method::PUT, format!("{line}/positions/body_view"), json!({ "value": "none", "note": "A" })),
        (
            auditor,
            Method::PUT,
            format!("{line}/positions/assurance_opinion"),
            json!({ "value": "limited", "note": "A" }),
        ),
        (opcc, Method::PUT, format!("{line}/positions/inspectorate_status"), decision),
        (force, Method::POST, format!("{line}/evidence"), json!({ "title": "A", "kind": "data" })),
        (force, Method::PATCH, draft.clone(), json!({ "title": "A" })),
        (force, Method::POST, format!("{draft}/transitions"), json!({ "action": "withdraw", "reason": "A" })),
        (opcc, Method::POST, format!("{sent}/transitions"), json!({ "action": "accept", "note": "A" })),
        (force, Method::POST, format!("{draft}/marking/transitions"), json!({ "action": "raise" })),
    ] {
        let refused = person.send_json(method.clone(), &path, Some("*"), &body).await;
        assert_eq!(refused.status, 409, "{method} {path}: {}", refused.text);
        assert_eq!(refused.body["allowed_actions"], json!([]), "{method} {path}");
    }
    force.upload(&format!("{draft}/files"), "a.txt", b"Agreed.").await.expect(409);
    assert_eq!(app.database.fingerprint().await, before);
    // What was there is still read.
    for path in [line.clone(), format!("{line}/updates"), format!("{line}/evidence"), sent] {
        auditor.get(&path).await.expect(200);
    }
    assert_eq!(auditor.get(line).await.body["allowed_actions"], json!([]));
    assert_eq!(app.person(Role::Auditor, "kent").get(line).await.status, 404);
}

//! Every workflow × every state × every role: a caller's tasks are those that the records offer to that caller.

use std::collections::BTreeSet;

use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::json;

use super::records::{SECOND, in_all_states, of_cumbria};
use super::{assert_agreement, kinds_on, tasks, text};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tasks_on_responses_and_assignments_are_the_steps_that_each_record_offers() {
    let app = App::start().await;
    let mut seen = BTreeSet::new();
    for (area, paths) in in_all_states(&app).await {
        for role in Role::ALL {
            let person = app.person(*role, area);
            seen.extend(assert_agreement(&person, &format!("{role} of {area}"), &paths).await);
            let second = app.person_with_roles(SECOND, &[role.as_str()], &[area]);
            seen.extend(assert_agreement(&second, &format!("a second {role} of {area}"), &paths).await);
        }
    }
    let expected = [
        "invite",
        "submit_comments",
        "explain_response",
        "approve",
        "publish",
        "record_copy",
        "allocate",
        "sign_off",
        "accept",
    ];
    for action in expected {
        assert!(seen.contains(action), "no record waits for {action}: {seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tasks_on_evidence_and_proposals_are_the_steps_that_each_record_offers() {
    let app = App::start().await;
    let paths = of_cumbria(&app).await;
    let mut seen = BTreeSet::new();
    for role in Role::ALL {
        let person = app.person(*role, "cumbria");
        seen.extend(assert_agreement(&person, role.as_str(), &paths).await);
        let second = app.person_with_roles(SECOND, &[role.as_str()], &["cumbria"]);
        seen.extend(assert_agreement(&second, &format!("a second {role}"), &paths).await);
    }
    for roles in [["opcc", "constabulary"], ["opcc_approver", "chief_officer"], ["auditor", "registrar"]] {
        let both = app.person_with_roles("both", &roles, &["cumbria"]);
        assert_agreement(&both, &roles.join(" and "), &paths).await;
    }
    for name in ["accept", "submit", "confirm_lowering", "confirm", "decide_import"] {
        assert!(seen.contains(name), "no record waits for {name}: {seen:?}");
    }
    for task in tasks(&app.person(Role::OpccApprover, "cumbria"), "kind=review_evidence,confirm_lowering").await {
        let evidence = app.person(Role::Auditor, "cumbria").get(&text(&task["links"], "self")).await.expect(200);
        let sensitive = evidence.body["marking"] == "official_sensitive";
        assert_eq!(task["title"].is_null(), sensitive, "the words of sensitive evidence stay where reading is audited");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_waits_for_one_person_after_the_other() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("78011").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let person = |role| app.person(role, "cumbria");
    let (opcc, approver, chief) = (person(Role::Opcc), person(Role::OpccApprover), person(Role::ChiefOfficer));
    assert_eq!(kinds_on(&opcc, &response).await, ["invite_comments"]);
    assert_eq!(kinds_on(&chief, &response).await, [""; 0]);
    opcc.act(&response, json!({ "action": "invite", "comments_due_on": "2022-04-01" })).await.expect(200);
    assert_eq!(kinds_on(&opcc, &response).await, [""; 0], "it waits for the chief officer");
    assert_eq!(kinds_on(&chief, &response).await, ["comment"]);
    let task = tasks(&chief, "kind=comment").await.remove(0);
    assert_eq!((&task["due_on"], &task["days_left"]), (&json!("2022-04-01"), &json!(10)));
    app.set_day("2022-04-02");
    assert_eq!(kinds_on(&opcc, &response).await, ["proceed_without_comments"]);
    assert_eq!(kinds_on(&chief, &response).await, ["comment"], "late comments are accepted");
    chief.act(&response, json!({ "action": "nil_return" })).await.expect(200);
    assert_eq!(kinds_on(&chief, &response).await, [""; 0]);
    let task = tasks(&opcc, "kind=explain_response").await.remove(0);
    assert_eq!(
        task["why"],
        "The response still needs the policing body's comments and the explanations of 2 recommendations."
    );
    assert!(text(&task, "since").starts_with("2022-04-02T"), "{task}");
    app.write_all_texts(&response, "cumbria").await;
    assert_eq!(kinds_on(&opcc, &response).await, ["submit_response"]);
    // An approver who submits it cannot approve it, so it waits for another.
    approver.act(&response, json!({ "action": "submit" })).await.expect(200);
    assert_eq!(kinds_on(&approver, &response).await, [""; 0]);
    let second = app.person_with_roles(SECOND, &["opcc_approver"], &["cumbria"]);
    assert_eq!(kinds_on(&second, &response).await, ["approve_response"]);
    second.act(&response, json!({ "action": "approve" })).await.expect(200);
    assert_eq!(kinds_on(&approver, &response).await, ["publish_response"]);
    approver.act(&response, json!({ "action": "publish" })).await.expect(200);
    assert_eq!(kinds_on(&opcc, &response).await, ["send_copies"]);
    for recipient in ["inspectors", "secretary_of_state"] {
        let copy =
            json!({ "action": "record_copy", "recipient": recipient, "sent_on": "2022-04-02", "channel": "email" });
        opcc.act(&response, copy).await.expect(200);
    }
    assert_eq!(kinds_on(&opcc, &response).await, [""; 0], "nothing waits once it is complete");
}

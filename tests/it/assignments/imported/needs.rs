//! What the confirmation of an imported position needs: the right person, an open assignment that nobody has moved, and
//! what the status or the view needs.

use section55::assignments::ForceStatus;
use section55::assignments::imported::ImportedPosition;
use section55::assignments::positions::{BodyView, InspectorateStatus};
use section55::auth::{Actor, Call, RequestId, Role};
use serde_json::json;
use uuid::Uuid;

use super::{codes, confirm, whole_row, with_status};
use crate::assignments::Case;
use crate::support::App;

fn with_view(view: BodyView) -> ImportedPosition {
    ImportedPosition { body_view: Some(view), ..ImportedPosition::default() }
}

fn with_decision(decision: InspectorateStatus) -> ImportedPosition {
    ImportedPosition { inspectorate_status: Some(decision), ..ImportedPosition::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_of_the_chief_officer_needs_a_chief_officer() {
    let case = Case::new().await;
    for (index, status) in
        [ForceStatus::ForceComplete, ForceStatus::WillNotImplement, ForceStatus::NotApplicable].into_iter().enumerate()
    {
        let paths = case.app.propose_position(&case.inspection, index, with_status(status)).await;
        let refused = confirm(&case.force, &paths[0]).await.expect(422);
        assert_eq!(refused.faults(), [("/force_status".to_owned(), "chief_officer".to_owned())], "{status}");
        let offered = case.force.get(&paths[0]).await.expect(200);
        assert_eq!(offered.body["allowed_actions"][0]["blocked_by"][0]["code"], "chief_officer");
        let confirmed = confirm(&case.chief, &paths[0]).await.expect(200);
        let assignment = confirmed.body["links"]["assignment"].as_str().expect("a path");
        assert_eq!(case.auditor.get(assignment).await.expect(200).body["force_status"], status.to_string());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_the_inspection_is_published_there_is_no_assignment_to_confirm_for() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("76100").await;
    let paths = app.propose_position(&draft, 0, whole_row()).await;
    let (force, opcc) = (app.person(Role::Constabulary, "cumbria"), app.person(Role::Opcc, "cumbria"));
    for (person, path) in [(&force, &paths[0]), (&opcc, &paths[1]), (&opcc, &paths[2])] {
        let refused = confirm(person, path).await.expect(422);
        assert_eq!(refused.faults(), [("/assignment_id".to_owned(), "assignment_open".to_owned())]);
    }
    opcc.act(&draft.href(), json!({ "action": "publish" })).await.expect(200);
    for (person, path) in [(&force, &paths[0]), (&opcc, &paths[1]), (&opcc, &paths[2])] {
        confirm(person, path).await.expect(200);
    }
    let withdrawn = app.create_published_inspection("76101").await;
    let paths = app.propose_position(&withdrawn, 0, whole_row()).await;
    let withdraw = json!({ "action": "withdraw", "reason": "It was not for us." });
    app.person(Role::OpccApprover, "cumbria").act(&withdrawn.href(), withdraw).await.expect(200);
    assert_eq!(codes(&confirm(&force, &paths[0]).await.expect(422)), ["assignment_open"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_record_wins_over_an_import_side_by_side() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    case.force.act(&case.assignment, json!({ "action": "allocate", "owner": "Insp. Hand" })).await.expect(200);
    let refused = confirm(&case.force, &paths[0]).await.expect(422);
    assert_eq!(refused.faults(), [("/assignment_id".to_owned(), "not_moved".to_owned())]);
    assert!(refused.text.contains("the force status is `allocated`"), "{}", refused.text);
    // The force's work does not concern the positions of others.
    confirm(&case.opcc, &paths[1]).await.expect(200);
    confirm(&case.opcc, &paths[2]).await.expect(200);
    // A second import does not replace what a person confirmed.
    let again = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    for (person, path) in [(&case.force, &again[0]), (&case.opcc, &again[1]), (&case.opcc, &again[2])] {
        assert_eq!(codes(&confirm(person, path).await.expect(422)), ["not_moved"]);
    }
    assert_eq!(case.get().await["owner"], "Insp. Hand");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_was_set_and_cleared_by_hand_is_a_move() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    for target in [json!("2022-06-01"), json!(null)] {
        let patch = json!({ "local_target_on": target, "reason": "The board." });
        case.force.patch(&case.assignment, "*", patch).await.expect(200);
    }
    assert_eq!(codes(&confirm(&case.force, &paths[0]).await.expect(422)), ["not_moved"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_accepted_the_import_for_one_side_does_not_speak_for_the_other() {
    let case = Case::new().await;
    let roles = [Role::Opcc, Role::ChiefOfficer];
    let actor = Actor::new("section55-dev", "both@cumbria", None, &roles, &["cumbria"]);
    let actor = actor.acting_for("cumbria").expect("an officer of the area");
    let call = Call { actor, at: case.app.clock.now(), request_id: RequestId("an-import".into()) };
    let (import, id) = (Uuid::now_v7(), case.app.recommendation_id(&case.inspection, 0).await);
    case.app.propose_positions(&call, "cumbria", import, &[(id, whole_row())]).await.expect("positions");
    let paths = case.app.imported_positions(import).await;
    let both = case.app.person_with_roles("both@cumbria", &["opcc", "chief_officer"], &["cumbria"]);
    assert_eq!(codes(&confirm(&both, &paths[0]).await.expect(422)), ["another_person"]);
    confirm(&both, &paths[1]).await.expect(200);
    confirm(&both, &paths[2]).await.expect(200);
    let other = case.app.person_with_roles("other@cumbria", &["opcc", "chief_officer"], &["cumbria"]);
    confirm(&other, &paths[0]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_that_needs_more_than_a_tracker_states_is_refused() {
    let case = Case::new().await;
    for (row, code) in [
        (with_status(ForceStatus::Allocated), "status_complete"),
        (with_status(ForceStatus::Superseded), "status_complete"),
        (with_status(ForceStatus::DependentOnOther), "status_complete"),
        (with_status(ForceStatus::AwaitingSignOff), "evidence"),
    ] {
        let paths = case.app.propose_position(&case.inspection, 0, row).await;
        assert_eq!(codes(&confirm(&case.force, &paths[0]).await.expect(422)), [code]);
    }
    let paths = case.app.propose_position(&case.inspection, 0, with_decision(InspectorateStatus::Reopened)).await;
    assert_eq!(codes(&confirm(&case.opcc, &paths[0]).await.expect(422)), ["status_complete"]);
    // With evidence, a line can await sign-off, and another person than the one who confirmed signs it off.
    case.app.add_submitted_evidence(&case.assignment, "cumbria", json!({})).await;
    let paths = case.app.propose_position(&case.inspection, 0, with_status(ForceStatus::AwaitingSignOff)).await;
    confirm(&case.chief, &paths[0]).await.expect(200);
    let sign_off = json!({ "action": "sign_off" });
    assert_eq!(codes(&case.chief.act(&case.assignment, sign_off.clone()).await.expect(422)), ["another_person"]);
    case.app
        .person_with_roles("deputy", &["chief_officer"], &["cumbria"])
        .act(&case.assignment, sign_off)
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_imported_view_of_assured_needs_accepted_evidence_too() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, with_view(BodyView::Assured)).await;
    let refused = confirm(&case.opcc, &paths[0]).await.expect(422);
    assert_eq!(refused.faults(), [("/body_view".to_owned(), "evidence".to_owned())]);
    let evidence = case.app.add_submitted_evidence(&case.assignment, "cumbria", json!({})).await;
    let accept = json!({ "action": "accept", "note": "Seen.", "file_version": 1 });
    case.opcc.act(&evidence.href(), accept).await.expect(200);
    confirm(&case.opcc, &paths[0]).await.expect(200);
    assert_eq!(case.get().await["body_view"], "assured");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_impossible_day_is_named() {
    let case = Case::new().await;
    let day = |text: &str| Some(text.parse().expect("a day"));
    let row = ImportedPosition {
        local_target_on: day("2022-02-24"),
        update: Some("Later.".to_owned()),
        update_on: day("2022-03-23"),
        ..ImportedPosition::default()
    };
    let paths = case.app.propose_position(&case.inspection, 0, row).await;
    let refused = confirm(&case.force, &paths[0]).await.expect(422);
    let fault = |pointer: &str| (pointer.to_owned(), "possible_days".to_owned());
    assert_eq!(refused.faults(), [fault("/update_on"), fault("/local_target_on")]);
    // The report is of 25 February, and the tracker of 1 March.
    case.app.set_day("2022-02-28");
    let paths = case.app.propose_position(&case.inspection, 1, whole_row()).await;
    let opcc = case.app.person(Role::Opcc, "cumbria");
    assert_eq!(confirm(&opcc, &paths[1]).await.expect(422).faults(), [fault("/as_at")]);
}

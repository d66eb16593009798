//! Every state of a disposal and of a legal hold × every action × every role, over HTTP with `validate_only`.

use section55::auth::Role;
use section55::retention::{disposals, holds};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{assert_actions_follow_table, offered_actions_of};
use crate::support::{App, Person};

/// Creates a response of Cumbria, and returns the body of a hold or disposal of it.
async fn request_for_new_response(app: &App, n: usize) -> Value {
    let inspection = app.create_published_inspection(&format!("7160{n}")).await;
    let response = app.response_path(&inspection, "cumbria").await;
    json!({ "resource": "response", "resource_id": response[response.len() - 36..], "reason": "As it is." })
}

fn decide(action: disposals::Action) -> Value {
    match action {
        disposals::Action::Confirm => json!({ "action": "confirm" }),
        disposals::Action::Refuse => json!({ "action": "refuse", "reason": "Not yet." }),
    }
}

/// Performs a transition, and asserts that the returned record is the one that is then read.
async fn perform(person: &Person, record: &str, body: Value) {
    let returned = person.act(record, body).await.expect(200);
    let read = person.get(record).await.expect(200);
    assert_eq!((&returned.body, returned.etag()), (&read.body, read.etag()));
}

/// Creates a disposal in a state. Its proposer takes no other part in the test.
async fn create_disposal(app: &App, proposer: &Person, n: usize, state: disposals::DisposalState) -> String {
    let mut request = request_for_new_response(app, n).await;
    request["ground"] = json!("erasure");
    let made = proposer.post("/v1/disposals", request).await.expect(201).href();
    let chief = app.person(Role::ChiefOfficer, "cumbria");
    match state {
        disposals::DisposalState::Proposed => {}
        disposals::DisposalState::Confirmed => perform(&chief, &made, decide(disposals::Action::Confirm)).await,
        disposals::DisposalState::Refused => perform(&chief, &made, decide(disposals::Action::Refuse)).await,
    }
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_state_of_a_disposal_action_and_role_follows_the_table() {
    let app = App::start().await;
    let proposer = app.person_with_roles("proposer", &["opcc_approver"], &["cumbria"]);
    let auditor = app.person(Role::Auditor, "cumbria");
    for (n, from) in disposals::DisposalState::ALL.iter().enumerate() {
        let path = create_disposal(&app, &proposer, n, *from).await;
        let before = auditor.get(&path).await.expect(200);
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let offered_actions = offered_actions_of(&person.get(&path).await);
            let transitions = format!("{path}/transitions");
            assert_actions_follow_table(
                &disposals::WORKFLOW,
                (&person, *role),
                (*from, &transitions),
                &offered_actions,
                (decide, |_| vec![]),
            )
            .await;
        }
        assert_eq!(auditor.get(&path).await.expect(200).body, before.body, "{from}: validate_only must not write");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_state_of_a_legal_hold_action_and_role_follows_the_table() {
    let app = App::start().await;
    let (auditor, approver) = (app.person(Role::Auditor, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    let lift = |_| json!({ "action": "lift", "reason": "Settled." });
    for (n, from) in holds::HoldState::ALL.iter().enumerate() {
        let path = approver.post("/v1/legal-holds", request_for_new_response(&app, n).await).await.expect(201).href();
        if *from == holds::HoldState::Lifted {
            perform(&approver, &path, lift(holds::Action::Lift)).await;
        }
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let offered_actions = offered_actions_of(&person.get(&path).await);
            let transitions = format!("{path}/transitions");
            assert_actions_follow_table(
                &holds::WORKFLOW,
                (&person, *role),
                (*from, &transitions),
                &offered_actions,
                (lift, |_| vec![]),
            )
            .await;
        }
        assert_eq!(auditor.get(&path).await.expect(200).body["state"], from.as_str());
    }
}

//! Every state of a disposal and of a legal hold × every action × every role, over HTTP, and nothing moves.

use section55::auth::Role;
use section55::retention::{disposals, holds};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{hold, promised};
use crate::support::{App, Person};

/// A new response of Cumbria's, as a hold or a disposal names it.
async fn about(app: &App, n: usize) -> Value {
    let inspection = app.published_inspection(&format!("7160{n}")).await;
    let response = app.response(&inspection, "cumbria").await;
    json!({ "resource": "response", "resource_id": response[response.len() - 36..], "reason": "As it is." })
}

fn decide(action: disposals::Action) -> Value {
    match action {
        disposals::Action::Confirm => json!({ "action": "confirm" }),
        disposals::Action::Refuse => json!({ "action": "refuse", "reason": "Not yet." }),
    }
}

/// Moves a record; what is answered is known before it is written, and is what is then read.
async fn moved(person: &Person, record: &str, body: Value) {
    let answer = person.act(record, body).await.expect(200);
    let read = person.get(record).await.expect(200);
    assert_eq!((&answer.body, answer.tag()), (&read.body, read.tag()));
}

/// A disposal in a state, proposed by an approver of whom nobody else here is one.
async fn disposal(app: &App, proposer: &Person, n: usize, state: disposals::DisposalState) -> String {
    let mut asked = about(app, n).await;
    asked["ground"] = json!("erasure");
    let made = proposer.post("/v1/disposals", asked).await.expect(201).href();
    let chief = app.person(Role::ChiefOfficer, "cumbria");
    match state {
        disposals::DisposalState::Proposed => {}
        disposals::DisposalState::Confirmed => moved(&chief, &made, decide(disposals::Action::Confirm)).await,
        disposals::DisposalState::Refused => moved(&chief, &made, decide(disposals::Action::Refuse)).await,
    }
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_disposal_action_and_role_is_as_the_table_says() {
    let app = App::start().await;
    let proposer = app.somebody("proposer", &["opcc_approver"], &["cumbria"]);
    let auditor = app.person(Role::Auditor, "cumbria");
    for (n, from) in disposals::DisposalState::ALL.iter().enumerate() {
        let path = disposal(&app, &proposer, n, *from).await;
        let before = auditor.get(&path).await.expect(200);
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let promise = promised(&person.get(&path).await);
            let moves = format!("{path}/transitions");
            hold(&disposals::WORKFLOW, (&person, *role), (*from, &moves), &promise, (decide, |_| vec![])).await;
        }
        assert_eq!(auditor.get(&path).await.expect(200).body, before.body, "{from}: validate_only moved it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_hold_action_and_role_is_as_the_table_says() {
    let app = App::start().await;
    let (auditor, approver) = (app.person(Role::Auditor, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    let lift = |_| json!({ "action": "lift", "reason": "Settled." });
    for (n, from) in holds::HoldState::ALL.iter().enumerate() {
        let path = approver.post("/v1/legal-holds", about(&app, n).await).await.expect(201).href();
        if *from == holds::HoldState::Lifted {
            moved(&approver, &path, lift(holds::Action::Lift)).await;
        }
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let promise = promised(&person.get(&path).await);
            let moves = format!("{path}/transitions");
            hold(&holds::WORKFLOW, (&person, *role), (*from, &moves), &promise, (lift, |_| vec![])).await;
        }
        assert_eq!(auditor.get(&path).await.expect(200).body["state"], from.as_str());
    }
}

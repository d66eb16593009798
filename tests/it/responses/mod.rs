//! Responses, from the invitation to the copies: each rule of the law and of the workflow, as the callers of each role
//! use it.

mod approval;
mod comments;
mod copies;
mod correction;
mod deadline;
mod imported_texts;
mod invitation;
mod later_corrections;
mod not_required;
mod not_yet_recorded;
mod publication;
mod record_published;
mod submission;
mod texts;
mod versions;

use section55::auth::Role;
use serde_json::{Value, json};

use super::support::{App, Person, Reply};

/// Cumbria's response to a national inspection published on 25 February 2022. It is due on 21 April; the time is noon
/// on 22 March.
struct Case {
    app: App,
    inspection: Reply,
    response: String,
    opcc: Person,
    approver: Person,
    force: Person,
    chief: Person,
    auditor: Person,
}

impl Case {
    /// Creates the case with its response in a state.
    async fn in_state(state: &str) -> Self {
        let app = App::start().await;
        let inspection = app.create_published_inspection("73000").await;
        let response = app.response_path(&inspection, "cumbria").await;
        app.advance_response_to(&response, "cumbria", state).await;
        let person = |role| app.person(role, "cumbria");
        Self {
            opcc: person(Role::Opcc),
            approver: person(Role::OpccApprover),
            force: person(Role::Constabulary),
            chief: person(Role::ChiefOfficer),
            auditor: person(Role::Auditor),
            response,
            inspection,
            app,
        }
    }

    /// Gets the response as its policing body sees it.
    async fn get(&self) -> Reply {
        self.opcc.get(&self.response).await.expect(200)
    }

    async fn act(&self, person: &Person, body: Value) -> Reply {
        person.act(&self.response, body).await
    }

    async fn patch(&self, person: &Person, body: Value) -> Reply {
        person.patch(&self.response, "*", body).await
    }

    /// Returns the ids of the inspection's recommendations of a kind, in the order of the report.
    async fn recommendation_ids(&self, kind: &str) -> Vec<String> {
        let path = format!("{}/recommendations?kind={kind}", self.inspection.href());
        let list = self.opcc.get(&path).await.expect(200);
        let items = list.body["items"].as_array().expect("a list");
        items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    }

    fn explanation_path(&self, recommendation: &str) -> String {
        format!("{}/explanations/{recommendation}", self.response)
    }

    /// Sets the clock to an instant.
    fn set_time(&self, instant: &str) {
        self.app.clock.set(instant.parse().expect("an instant"));
    }
}

fn action(name: &str) -> Value {
    json!({ "action": name })
}

fn copy(recipient: &str) -> Value {
    json!({ "action": "record_copy", "recipient": recipient, "sent_on": "2022-03-22", "channel": "email" })
}

/// Returns one fault in the form of `Reply::faults`.
fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

/// Returns the body with these members added or replaced.
fn with(mut body: Value, members: Value) -> Value {
    for (name, value) in members.as_object().expect("members") {
        body[name] = value.clone();
    }
    body
}

/// Returns the body without a member.
fn without(mut body: Value, member: &str) -> Value {
    body.as_object_mut().expect("an object").remove(member);
    body
}

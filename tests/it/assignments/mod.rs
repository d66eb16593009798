//! Assignments, from the publication of a report to the inspectorate's decision, as the callers of each role use them.

mod imported;
mod not_yet_recorded;
mod opening;
mod positions;
mod published;
mod story;
mod superseding;
mod targets;
mod transitions;
mod updates;

use section55::auth::Role;
use serde_json::Value;

use super::support::{App, Person, Reply};

/// Cumbria's assignment of the first recommendation of a national inspection published on 25 February 2022. The time is
/// noon on 22 March.
struct Case {
    app: App,
    inspection: Reply,
    assignment: String,
    opcc: Person,
    approver: Person,
    force: Person,
    chief: Person,
    auditor: Person,
}

impl Case {
    async fn new() -> Self {
        let app = App::start().await;
        let inspection = app.create_published_inspection("76000").await;
        let assignment = app.assignment_path(&inspection, "cumbria").await;
        let person = |role| app.person(role, "cumbria");
        Self {
            opcc: person(Role::Opcc),
            approver: person(Role::OpccApprover),
            force: person(Role::Constabulary),
            chief: person(Role::ChiefOfficer),
            auditor: person(Role::Auditor),
            assignment,
            inspection,
            app,
        }
    }

    /// Gets the assignment as its area sees it.
    async fn get(&self) -> Value {
        self.auditor.get(&self.assignment).await.expect(200).body
    }
}

/// Returns one fault in the form of `Reply::faults`.
fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

//! The lines of an area, from a published report to the inspectorate's decision: each rule as its people meet it.

mod moves;
mod opening;
mod positions;
mod published;
mod story;
mod superseding;
mod targets;
mod updates;

use section55::auth::Role;
use serde_json::Value;

use super::support::{App, Person, Reply};

/// Cumbria's line of the first recommendation of a national inspection of 25 February 2022; it is noon on 22 March.
struct Case {
    app: App,
    inspection: Reply,
    line: String,
    opcc: Person,
    approver: Person,
    force: Person,
    chief: Person,
    auditor: Person,
}

impl Case {
    async fn new() -> Self {
        let app = App::start().await;
        let inspection = app.published_inspection("76000").await;
        let line = app.assignment(&inspection, "cumbria").await;
        let person = |role| app.person(role, "cumbria");
        Self {
            opcc: person(Role::Opcc),
            approver: person(Role::OpccApprover),
            force: person(Role::Constabulary),
            chief: person(Role::ChiefOfficer),
            auditor: person(Role::Auditor),
            line,
            inspection,
            app,
        }
    }

    /// The line as its area sees it.
    async fn seen(&self) -> Value {
        self.auditor.get(&self.line).await.expect(200).body
    }
}

/// One fault as `Reply::faults` gives it.
fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

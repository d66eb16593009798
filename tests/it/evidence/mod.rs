//! Evidence of an assignment: items, files, scans, reviews, markings, and the recording of each reading.

mod active_content;
mod bad_files;
mod clamd;
mod damaged_files;
mod file_maintenance;
mod file_store;
mod files;
mod items;
mod marking;
mod recorded;
mod reviews;
mod versions;

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::support::{App, Person, Reply};

/// Cumbria's assignment of the first recommendation of a national inspection. The time is noon on 22 March 2022.
struct Case {
    app: App,
    inspection: Reply,
    /// The path of the assignment.
    assignment: String,
    opcc: Person,
    force: Person,
    chief: Person,
    auditor: Person,
}

impl Case {
    async fn new() -> Self {
        Self::with_app(App::start().await).await
    }

    async fn with_app(app: App) -> Self {
        let inspection = app.create_published_inspection("77000").await;
        let assignment = app.assignment_path(&inspection, "cumbria").await;
        let person = |role| app.person(role, "cumbria");
        Self {
            opcc: person(Role::Opcc),
            force: person(Role::Constabulary),
            chief: person(Role::ChiefOfficer),
            auditor: person(Role::Auditor),
            assignment,
            inspection,
            app,
        }
    }

    /// Adds a draft and returns its path.
    async fn add_draft(&self, members: Value) -> String {
        self.app.add_evidence(&self.assignment, "cumbria", members).await.href()
    }

    /// Adds an item with a file, submits it and returns its path.
    async fn add_submitted(&self, members: Value) -> String {
        self.app.add_submitted_evidence(&self.assignment, "cumbria", members).await.href()
    }

    /// Uploads a version of an item's file as the force.
    async fn upload(&self, item: &str, name: &str, bytes: &[u8]) -> Reply {
        self.force.upload(&format!("{item}/files"), name, bytes).await
    }

    /// Returns the assignment as its area sees it.
    async fn get_assignment(&self) -> Value {
        self.auditor.get(&self.assignment).await.expect(200).body
    }

    /// Returns the count that a query of the database gives.
    async fn count_rows(&self, sql: &str) -> i64 {
        self.app.database.administrator().await.query_one(sql, &[]).await.expect("a count").get(0)
    }

    /// Returns the actions of a record's audit events, oldest first.
    async fn event_actions(&self, record: &str) -> Vec<String> {
        let id: uuid::Uuid = record.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
        let sql = "select action from events where resource_id = $1 order by at, id";
        let rows = self.app.database.administrator().await.query(sql, &[&id]).await.expect("the events");
        rows.iter().map(|row| row.get(0)).collect()
    }
}

/// Performs a transition of an item's marking at any version of the item.
async fn transition_marking(person: &Person, item: &str, request: Value) -> Reply {
    person.send_json(Method::POST, &format!("{item}/marking/transitions"), Some("*"), &request).await
}

/// Makes the body of a review.
fn review_request(action: &str) -> Value {
    json!({ "action": action, "note": "Looked into." })
}

/// Makes the result of `Reply::faults` for one fault.
fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

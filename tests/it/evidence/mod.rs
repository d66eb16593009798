//! Evidence of a line, from the first draft to what is kept of it for good: each rule as its people meet it.

mod bad_files;
mod clamd;
mod files;
mod items;
mod keeping;
mod marking;
mod recorded;
mod reviews;
mod versions;

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::support::{App, Person, Reply};

/// Cumbria's line of the first recommendation of a national inspection; it is noon on 22 March 2022.
struct Case {
    app: App,
    inspection: Reply,
    line: String,
    opcc: Person,
    force: Person,
    chief: Person,
    auditor: Person,
}

impl Case {
    async fn new() -> Self {
        Self::of(App::start().await).await
    }

    async fn of(app: App) -> Self {
        let inspection = app.published_inspection("77000").await;
        let line = app.assignment(&inspection, "cumbria").await;
        let person = |role| app.person(role, "cumbria");
        Self {
            opcc: person(Role::Opcc),
            force: person(Role::Constabulary),
            chief: person(Role::ChiefOfficer),
            auditor: person(Role::Auditor),
            line,
            inspection,
            app,
        }
    }

    /// A draft's address.
    async fn item(&self, members: Value) -> String {
        self.app.evidence(&self.line, "cumbria", members).await.href()
    }

    /// The address of an item that was submitted with a file.
    async fn submitted(&self, members: Value) -> String {
        self.app.submitted_evidence(&self.line, "cumbria", members).await.href()
    }

    /// A version sent by the force.
    async fn send(&self, item: &str, name: &str, bytes: &[u8]) -> Reply {
        self.force.upload(&format!("{item}/files"), name, bytes).await
    }

    /// The line as its area sees it.
    async fn line(&self) -> Value {
        self.auditor.get(&self.line).await.expect(200).body
    }

    /// A count out of the database.
    async fn count(&self, sql: &str) -> i64 {
        self.app.database.administrator().await.query_one(sql, &[]).await.expect("a count").get(0)
    }

    /// The actions of the events of a record, oldest first.
    async fn events(&self, record: &str) -> Vec<String> {
        let id: uuid::Uuid = record.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
        let sql = "select action from events where resource_id = $1 order by at, id";
        let rows = self.app.database.administrator().await.query(sql, &[&id]).await.expect("the events");
        rows.iter().map(|row| row.get(0)).collect()
    }
}

/// Moves a marking, whatever the item's version.
async fn mark(who: &Person, item: &str, action: Value) -> Reply {
    who.send_json(Method::POST, &format!("{item}/marking/transitions"), Some("*"), &action).await
}

fn review(action: &str) -> Value {
    json!({ "action": action, "note": "Looked into." })
}

/// One fault as `Reply::faults` gives it.
fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

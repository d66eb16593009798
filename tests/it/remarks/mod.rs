//! Remarks of one side on a response: their threads, what they are on, and that nobody else reads them.

mod places;
mod privacy;
mod threads;

use section55::auth::Role;
use serde_json::Value;

use crate::support::{App, Person, Reply};

/// A response of Cumbria on which the policing body works.
struct Case {
    app: App,
    response: String,
    opcc: Person,
    approver: Person,
    force: Person,
}

impl Case {
    async fn new() -> Self {
        let app = App::start().await;
        let inspection = app.create_published_inspection("87001").await;
        let response = app.response_path(&inspection, "cumbria").await;
        app.advance_response_to(&response, "cumbria", "drafting").await;
        app.write_all_texts(&response, "cumbria").await;
        let person = |role| app.person(role, "cumbria");
        let (opcc, approver, force) = (person(Role::Opcc), person(Role::OpccApprover), person(Role::Constabulary));
        Self { app, response, opcc, approver, force }
    }

    fn remarks(&self) -> String {
        format!("{}/remarks", self.response)
    }

    async fn remark(&self, person: &Person, body: Value) -> Reply {
        person.post(&self.remarks(), body).await
    }

    /// Returns the texts of the remarks that a caller reads, with this query.
    async fn texts(&self, person: &Person, query: &str) -> Vec<String> {
        let list = person.get(&format!("{}{query}", self.remarks())).await.expect(200);
        let items = list.body["items"].as_array().expect("a list").iter();
        items.map(|it| it["text"].as_str().expect("a text").to_owned()).collect()
    }
}

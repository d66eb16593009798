//! Retention: review dates, legal holds, and disposals and erasures by two people.

mod disposals;
mod erasure;
mod holds;
mod people_and_remarks;
mod schedule;

use section55::auth::Role;
use section55::retention::disposals::job::perform_confirmed;
use serde_json::{Value, json};

use super::support::{App, Person, Reply};

/// Cumbria's response to a report of 25 February 2022, and its first assignment. The time is noon on 22 March 2022.
struct Case {
    app: App,
    /// The path of the response.
    response: String,
    /// The path of the assignment.
    assignment: String,
    approver: Person,
    chief: Person,
    auditor: Person,
}

/// Returns the id at the end of a path.
fn id_in(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

/// Makes the body of a proposal.
fn proposal(ground: &str, resource: &str, path: &str) -> Value {
    json!({ "ground": ground, "resource": resource, "resource_id": id_in(path), "reason": "The schedule says so." })
}

impl Case {
    async fn new() -> Self {
        let app = App::start().await;
        let inspection = app.create_published_inspection("65000").await;
        let response = app.response_path(&inspection, "cumbria").await;
        let assignment = app.assignment_path(&inspection, "cumbria").await;
        let person = |role| app.person(role, "cumbria");
        Self {
            approver: person(Role::OpccApprover),
            chief: person(Role::ChiefOfficer),
            auditor: person(Role::Auditor),
            response,
            assignment,
            app,
        }
    }

    /// Adds an item of evidence that is accepted. Returns the paths of the item and its file.
    async fn add_accepted_evidence(&self, title: &str, bytes: &[u8]) -> (String, String) {
        let item = self.app.add_evidence(&self.assignment, "cumbria", json!({ "title": title })).await.href();
        let force = self.app.person(Role::Constabulary, "cumbria");
        let file = force.upload(&format!("{item}/files"), &format!("{title}.txt"), bytes).await.expect(201).href();
        force.act(&item, json!({ "action": "submit" })).await.expect(200);
        let accept = json!({ "action": "accept", "note": format!("Seen: {title}.") });
        self.app.person(Role::Opcc, "cumbria").act(&item, accept).await.expect(200);
        (item, file)
    }

    /// Proposes a disposal as the policing body and confirms it as the force.
    async fn propose_and_confirm(&self, ground: &str, resource: &str, path: &str) -> Reply {
        let made = self.approver.post("/v1/disposals", proposal(ground, resource, path)).await.expect(201);
        self.chief.act(&made.href(), json!({ "action": "confirm" })).await.expect(200)
    }

    /// Performs the confirmed disposals, and returns their number.
    async fn perform_confirmed(&self) -> u64 {
        perform_confirmed(&self.app.database.db, &self.app.clock).await.expect("the job")
    }

    /// Returns the tables that contain a text in any column.
    async fn tables_containing(&self, text: &str) -> Vec<String> {
        let client = self.app.database.administrator().await;
        let sql = "select format('%I.%I', schemaname, tablename) from pg_tables
                   where schemaname in ('record', 'published') order by 1";
        let mut found = Vec::new();
        for row in client.query(sql, &[]).await.expect("the tables") {
            let table: String = row.get(0);
            let sql = format!("select exists (select from {table} t where t::text like '%' || $1 || '%')");
            if client.query_one(&sql, &[&text]).await.expect("a row").get(0) {
                found.push(table);
            }
        }
        found
    }

    /// Returns everything that an auditor of the area can read or export of the audit log, as one text.
    async fn read_whole_log(&self) -> String {
        let mut all = String::new();
        for path in ["/v1/audit/bundle", "/v1/exports/audit-events?format=jsonl", "/v1/audit-events?limit=200"] {
            all += &self.auditor.get(path).await.expect(200).text;
        }
        all
    }
}

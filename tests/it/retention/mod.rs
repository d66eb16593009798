//! How long records are kept: review dates, legal holds, and what two people dispose of or erase, gone from everywhere.

mod disposals;
mod erasure;
mod holds;
mod schedule;

use section55::auth::Role;
use section55::retention::disposals::carry::carry_out;
use serde_json::{Value, json};

use super::support::{App, Person, Reply};

/// Cumbria's response to a report of 25 February 2022 and its first line; it is noon on 22 March.
struct Case {
    app: App,
    response: String,
    line: String,
    approver: Person,
    chief: Person,
    auditor: Person,
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

fn proposal(ground: &str, resource: &str, path: &str) -> Value {
    json!({ "ground": ground, "resource": resource, "resource_id": id(path), "reason": "The schedule says so." })
}

impl Case {
    async fn new() -> Self {
        let app = App::start().await;
        let inspection = app.published_inspection("65000").await;
        let response = app.response(&inspection, "cumbria").await;
        let line = app.assignment(&inspection, "cumbria").await;
        let person = |role| app.person(role, "cumbria");
        Self {
            approver: person(Role::OpccApprover),
            chief: person(Role::ChiefOfficer),
            auditor: person(Role::Auditor),
            response,
            line,
            app,
        }
    }

    /// An item of evidence that was accepted, and the address of its file.
    async fn accepted(&self, title: &str, bytes: &[u8]) -> (String, String) {
        let item = self.app.evidence(&self.line, "cumbria", json!({ "title": title })).await.href();
        let force = self.app.person(Role::Constabulary, "cumbria");
        let file = force.upload(&format!("{item}/files"), &format!("{title}.txt"), bytes).await.expect(201).href();
        force.act(&item, json!({ "action": "submit" })).await.expect(200);
        let accept = json!({ "action": "accept", "note": format!("Seen: {title}.") });
        self.app.person(Role::Opcc, "cumbria").act(&item, accept).await.expect(200);
        (item, file)
    }

    /// A disposal proposed by the policing body and confirmed by the force.
    async fn confirmed(&self, ground: &str, resource: &str, path: &str) -> Reply {
        let made = self.approver.post("/v1/disposals", proposal(ground, resource, path)).await.expect(201);
        self.chief.act(&made.href(), json!({ "action": "confirm" })).await.expect(200)
    }

    /// Carries out what waits; gives how many disposals that were.
    async fn carry_out(&self) -> u64 {
        carry_out(&self.app.database.db, &self.app.clock).await.expect("carried out")
    }

    /// The tables that hold a text, in whatever column.
    async fn tables_with(&self, text: &str) -> Vec<String> {
        let client = self.app.database.administrator().await;
        let sql = "select format('%I.%I', schemaname, tablename) from pg_tables
                   where schemaname in ('record', 'published') order by 1";
        let mut found = Vec::new();
        for row in client.query(sql, &[]).await.expect("the tables") {
            let table: String = row.get(0);
            let sql = format!("select exists (select from {table} t where t::text like '%' || $1 || '%')");
            if client.query_one(&sql, &[&text]).await.expect("an answer").get(0) {
                found.push(table);
            }
        }
        found
    }

    /// Everything that the area's people can read or take away of the log, as one text.
    async fn all_of_the_log(&self) -> String {
        let mut all = String::new();
        for path in ["/v1/audit/bundle", "/v1/exports/audit-events?format=jsonl", "/v1/audit-events?limit=200"] {
            all += &self.auditor.get(path).await.expect(200).text;
        }
        all
    }
}

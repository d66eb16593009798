//! The table of contents: every operation of the service, the workflows, and the pages generated from the tables.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::api::Api;
use crate::api::problem::KINDS;
use crate::auth::Role;
use crate::auth::permissions::GRID;
use crate::vocabulary::WireName;
use crate::workflow::http::Workflows;
use crate::{
    areas, assignments, audit, changes, deadlines, evidence, expansion, exports, imports, inspections, publication,
    recommendations, responses, retention, search, service, statistics, webhooks, workflow,
};

/// Every operation.
pub fn operations() -> Api {
    declared(Api::default())
}

/// The same to be served, without what makes the document.
pub fn routes() -> Api {
    declared(Api::undocumented())
}

fn declared(mut api: Api) -> Api {
    api.expansions(expansion::TABLE);
    service::http::operations(&mut api);
    workflow::http::operations(&mut api);
    areas::http::operations(&mut api);
    inspections::http::operations(&mut api);
    recommendations::http::operations(&mut api);
    responses::http::operations(&mut api);
    publication::http::operations(&mut api);
    assignments::http::operations(&mut api);
    evidence::http::operations(&mut api);
    imports::http::operations(&mut api);
    exports::http::operations(&mut api);
    search::http::operations(&mut api);
    deadlines::http::operations(&mut api);
    statistics::http::operations(&mut api);
    changes::http::operations(&mut api);
    webhooks::http::operations(&mut api);
    audit::http::operations(&mut api);
    retention::http::operations(&mut api);
    api
}

/// Every workflow.
pub fn workflows() -> Workflows {
    Workflows {
        items: vec![
            inspections::WORKFLOW.describe(),
            responses::WORKFLOW.describe(),
            assignments::WORKFLOW.describe(),
            assignments::positions::WORKFLOW.describe(),
            evidence::WORKFLOW.describe(),
            evidence::marking::WORKFLOW.describe(),
            retention::holds::WORKFLOW.describe(),
            retention::disposals::WORKFLOW.describe(),
        ],
    }
}

/// What the tests recorded of the running service: an example of every operation and of the problems.
const EXAMPLES: &str = include_str!("../openapi/examples.json");

/// The OpenAPI document as it is served: the file, which a test holds equal to what is made here. Making it takes 0.1 s and
/// 12 MiB that stay, which no start should pay.
pub const DOCUMENT: &[u8] = include_bytes!("../openapi/openapi.json");

/// The OpenAPI document.
pub fn document(api: &Api) -> Value {
    document_with(api, &serde_json::from_str(EXAMPLES).expect("a test keeps the examples"))
}

/// The OpenAPI document with these examples.
pub fn document_with(api: &Api, examples: &Value) -> Value {
    let about = json!({
        "title": "Section 55",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "The record of police inspections in England and Wales.",
        "description": "When the inspectorate publishes a report, the local policing body publishes its response \
            within 56 days (Police Act 1996 s.55). This service keeps that record.\n\n\
            Instants are RFC 3339 in UTC; dates are civil dates in London. Errors are problem details (RFC 9457) that \
            name every fault at once. A write needs `If-Match` with the record's ETag: the part before the hyphen \
            is the version that is compared. Clients tolerate members and enum values they do not know.",
        "contact": { "name": "Whoever runs this service, as /.well-known/security.txt says" },
        "license": { "name": "MIT", "identifier": "MIT" },
    });
    api.document_with(about, examples)
}

/// The OpenAPI document as it is kept in the repository.
pub fn document_text() -> String {
    kept(&document(&operations()))
}

/// A generated JSON file as it is kept in the repository.
pub fn kept(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// The other generated pages, by file name.
pub fn pages() -> [(&'static str, String); 3] {
    [("permissions.md", permissions()), ("workflows.md", diagrams()), ("problems.md", problems())]
}

fn permissions() -> String {
    let mut page = String::from(
        "# Permissions\n\nWho may knock at all; which transition is whose stands in workflows.md.\n\n| permission |",
    );
    for role in Role::ALL {
        let _ = write!(page, " {role} |");
    }
    let _ = write!(page, " allows |\n|---|{}---|\n", "---|".repeat(Role::ALL.len()));
    for row in GRID {
        let _ = write!(page, "| `{}` |", row.name);
        for role in Role::ALL {
            let holds = row.roles.iter().any(|needed| role.covers(*needed));
            let _ = write!(page, " {} |", if holds { "yes" } else { "" });
        }
        let _ = writeln!(page, " {} |", row.says.trim());
    }
    page
}

fn diagrams() -> String {
    let mut page = String::from("# Workflows\n");
    for workflow in workflows().items {
        let _ = write!(page, "\n## {}\n\n```mermaid\n{}```\n\n", workflow.name, workflow.mermaid);
        page.push_str("| from | action | to | by | needs |\n|---|---|---|---|---|\n");
        for rule in workflow.transitions {
            let to = rule.or_to.map_or_else(|| rule.to.to_owned(), |or_to| format!("{} / {or_to}", rule.to));
            let (by, needs) = (rule.by.join(", "), rule.needs.join(", "));
            let _ = writeln!(page, "| {} | {} | {to} | {by} | {needs} |", rule.from, rule.action);
        }
    }
    page
}

fn problems() -> String {
    let mut page = String::from("# Problems\n\n| status | code | title | what to do |\n|---|---|---|---|\n");
    for spec in KINDS {
        let _ = writeln!(page, "| {} | `{}` | {} | {} |", spec.status, spec.code, spec.title, spec.remedy.trim());
    }
    page
}

//! Lists every operation and workflow of the service, and generates the OpenAPI document and the pages in `openapi/`.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::api::Api;
use crate::api::problem::PROBLEM_DEFINITIONS;
use crate::auth::Role;
use crate::auth::permissions::PERMISSIONS;
use crate::vocabulary::WireName;
use crate::workflow::http::Workflows;
use crate::{
    areas, assignments, audit, changes, deadlines, evidence, expansion, exports, imports, inspections, publication,
    recommendations, responses, retention, search, service, statistics, webhooks, workflow,
};

/// Returns every operation, with its documentation.
pub fn operations() -> Api {
    declare(Api::default())
}

/// Returns every operation to be served, without its documentation.
pub fn routes() -> Api {
    declare(Api::undocumented())
}

fn declare(mut api: Api) -> Api {
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
    imports::profile::http::operations(&mut api);
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

/// Returns every workflow.
pub fn workflows() -> Workflows {
    Workflows {
        items: vec![
            inspections::WORKFLOW.describe(),
            responses::WORKFLOW.describe(),
            assignments::WORKFLOW.describe(),
            assignments::positions::WORKFLOW.describe(),
            assignments::imported::WORKFLOW.describe(),
            evidence::WORKFLOW.describe(),
            evidence::marking::WORKFLOW.describe(),
            imports::WORKFLOW.describe(),
            retention::holds::WORKFLOW.describe(),
            retention::disposals::WORKFLOW.describe(),
        ],
    }
}

/// The examples of every operation and problem, recorded from the running service by the tests.
const EXAMPLES: &str = include_str!("../openapi/examples.json");

/// The OpenAPI document as it is served. A test compares the file with the generated document. Generating it when the
/// service starts would take 0.1 s and 12 MiB of memory.
pub const DOCUMENT: &[u8] = include_bytes!("../openapi/openapi.json");

/// Generates the OpenAPI document with the recorded examples.
pub fn document(api: &Api) -> Value {
    document_with(api, &serde_json::from_str(EXAMPLES).expect("examples.json is JSON: a test writes it"))
}

/// Generates the OpenAPI document with these examples.
pub fn document_with(api: &Api, examples: &Value) -> Value {
    let about = json!({
        "title": "Section 55",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "The record of police inspections in England and Wales.",
        "description": "When the inspectorate publishes a report, the local policing body publishes its response \
            within 56 days (Police Act 1996 s.55). This service keeps that record.\n\n\
            Instants are RFC 3339 in UTC; dates are calendar dates in London. An error is a problem document (RFC \
            9457) that lists every fault of the request. An update needs `If-Match` with the record's ETag. The part of the \
            ETag before the hyphen is the record's version, which the update compares. Clients must ignore members and \
            enum values that they do not know.",
        "contact": { "name": "The operator of this service: see /.well-known/security.txt" },
        "license": { "name": "MIT", "identifier": "MIT" },
    });
    api.document_with_examples(about, examples)
}

/// Returns the text of `openapi/openapi.json`.
pub fn document_text() -> String {
    pretty_json(&document(&operations()))
}

/// Returns JSON as the generated files in the repository have it: indented, with a line end.
pub fn pretty_json(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// Returns the other generated pages of `openapi/`, by file name.
pub fn pages() -> [(&'static str, String); 3] {
    [("permissions.md", permissions_page()), ("workflows.md", workflows_page()), ("problems.md", problems_page())]
}

fn permissions_page() -> String {
    let mut page = String::from(
        "# Permissions\n\nThe permissions and the roles that have them. A permission to perform transitions covers \
         only those that [workflows.md](workflows.md) gives to the role.\n\n| permission |",
    );
    for role in Role::ALL {
        let _ = write!(page, " {role} |");
    }
    let _ = write!(page, " allows |\n|---|{}---|\n", "---|".repeat(Role::ALL.len()));
    for row in PERMISSIONS {
        let _ = write!(page, "| `{}` |", row.name);
        for role in Role::ALL {
            let has_permission = row.roles.iter().any(|needed| role.covers(*needed));
            let _ = write!(page, " {} |", if has_permission { "yes" } else { "" });
        }
        let _ = writeln!(page, " {} |", row.description.trim());
    }
    page
}

fn workflows_page() -> String {
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

fn problems_page() -> String {
    let mut page = String::from("# Problems\n\n| status | code | title | what to do |\n|---|---|---|---|\n");
    for problem in PROBLEM_DEFINITIONS {
        let _ = writeln!(
            page,
            "| {} | `{}` | {} | {} |",
            problem.status,
            problem.code,
            problem.title,
            problem.remedy.trim()
        );
    }
    page
}

//! Lists every operation and workflow of the service, and generates the OpenAPI document and the pages in `openapi/`.

use std::fmt::Write;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::api::deprecation::DeprecatedOperation;
use crate::api::problem::PROBLEM_DEFINITIONS;
use crate::api::{Api, add_examples};
use crate::auth::Role;
use crate::auth::permissions::PERMISSIONS;
use crate::vocabulary::WireName;
use crate::workflow::http::Workflows;
use crate::{
    areas, assignments, audit, bank_holidays, changes, deadlines, evidence, expansion, exports, imports, inspections,
    notifications, people, publication, recommendations, remarks, responses, retention, search, service, statistics,
    tasks, translations, webhooks, workflow,
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
    api.deprecated(DEPRECATED);
    workflow::http::operations(&mut api);
    translations::http::operations(&mut api);
    areas::http::operations(&mut api);
    bank_holidays::http::operations(&mut api);
    people::http::operations(&mut api);
    inspections::http::operations(&mut api);
    recommendations::http::operations(&mut api);
    responses::http::operations(&mut api);
    remarks::http::operations(&mut api);
    publication::http::operations(&mut api);
    assignments::http::operations(&mut api);
    evidence::http::operations(&mut api);
    imports::http::operations(&mut api);
    imports::profile::http::operations(&mut api);
    exports::http::operations(&mut api);
    search::http::operations(&mut api);
    tasks::http::operations(&mut api);
    deadlines::http::operations(&mut api);
    statistics::http::operations(&mut api);
    changes::http::operations(&mut api);
    webhooks::http::operations(&mut api);
    audit::http::operations(&mut api);
    retention::http::operations(&mut api);
    // The pages of documentation show the operations in this order: the records first.
    notifications::http::operations(&mut api);
    service::http::operations(&mut api);
    api
}

/// Returns every workflow.
pub fn workflows() -> Workflows {
    Workflows {
        items: vec![
            inspections::WORKFLOW.describe(),
            responses::WORKFLOW.describe(),
            remarks::WORKFLOW.describe(),
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

/// The deprecated operations. No operation of v1 is deprecated yet.
pub const DEPRECATED: &[DeprecatedOperation] = &[];

/// The examples of every operation and problem, recorded from the running service by the tests.
const EXAMPLES: &str = include_str!("../openapi/examples.json");

/// The OpenAPI document. A test compares the file with the generated document. Generating it would take 0.1 s and 12 MiB
/// of memory.
const DOCUMENT: &str = include_str!("../openapi/openapi.json");

/// Returns the OpenAPI document as it is served, without white space.
pub fn served_document() -> &'static [u8] {
    static SERVED: LazyLock<Vec<u8>> = LazyLock::new(|| parse_generated(DOCUMENT).to_string().into_bytes());
    &SERVED
}

/// Returns the OpenAPI document with the recorded examples, as it is served.
pub fn served_document_with_examples() -> &'static [u8] {
    static SERVED: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let document = with_examples(parse_generated(DOCUMENT), &parse_generated(EXAMPLES));
        document.to_string().into_bytes()
    });
    &SERVED
}

fn parse_generated(text: &str) -> Value {
    serde_json::from_str(text).expect("a generated file is JSON: a test writes it")
}

/// Returns the document with an example of each problem, and these examples of the operations.
pub fn with_examples(mut document: Value, recorded: &Value) -> Value {
    add_examples(&mut document, recorded);
    document
}

/// Generates the OpenAPI document, without examples.
pub fn document(api: &Api) -> Value {
    let about = json!({
        "title": "Section 55",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "The record of police inspections in England and Wales.",
        "description": "When the inspectorate publishes a report, the local policing body publishes its response \
            within 56 days (Police Act 1996 s.55). This service keeps that record.\n\n\
            Instants are RFC 3339 in UTC; dates are calendar dates in London. An error is a problem document (RFC \
            9457) that lists every fault of the request. Only a request that is refused while HTTP is read gets an empty \
            body, and its connection is closed: 400 for what is not HTTP/1.1, 408 for a head that is not complete within 5 \
            seconds, 431 for a head of more than 128 KiB or 96 headers. An update needs `If-Match` with the record's \
            ETag. The part of the ETag before the hyphen is the record's version, which the update compares. Clients must \
            ignore members and enum values that they do not know.",
        "contact": { "name": "The operator of this service: see /.well-known/security.txt" },
        "license": { "name": "MIT", "identifier": "MIT" },
    });
    api.document(about)
}

/// Returns the text of `openapi/openapi.json`.
pub fn document_text() -> String {
    pretty_json(&document(&operations()))
}

/// Returns the same document with the recorded examples.
pub fn document_text_with_examples() -> String {
    pretty_json(&with_examples(document(&operations()), &parse_generated(EXAMPLES)))
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

#[cfg(test)]
mod tests {
    use super::{DEPRECATED, document, operations};

    #[test]
    fn deprecated_operations_exist_and_last_at_least_half_a_year() {
        let document = document(&operations());
        for row in DEPRECATED {
            let operation = &document["paths"][row.path][row.method.to_lowercase()];
            assert_eq!(operation["deprecated"], true, "{} {}", row.method, row.path);
            assert!((row.sunset - row.since).num_days() >= 182, "{} {}", row.method, row.path);
        }
    }
}

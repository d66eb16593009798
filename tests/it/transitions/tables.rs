//! The tables in the code against the tables of the law as the service documents it, written out here once more.

use std::collections::BTreeSet;

use section55::auth::Role::{self, ChiefOfficer, Opcc, OpccApprover, Registrar};
use section55::vocabulary::Word;
use section55::workflow::Workflow;
use section55::{inspections, responses};

use crate::support::App;

type Row = (&'static str, &'static str, &'static str, &'static [Role]);

#[rustfmt::skip]
const RESPONSE: &[Row] = &[
    ("received",          "invite",            "awaiting_comments", &[Opcc]),
    ("awaiting_comments", "submit_comments",   "drafting",          &[ChiefOfficer]),
    ("drafting",          "submit_comments",   "drafting",          &[ChiefOfficer]),
    ("awaiting_comments", "nil_return",        "drafting",          &[ChiefOfficer]),
    ("awaiting_comments", "proceed",           "drafting",          &[Opcc]),
    ("drafting",          "submit",            "in_approval",       &[Opcc]),
    ("in_approval",       "return",            "drafting",          &[OpccApprover]),
    ("in_approval",       "approve",           "approved",          &[OpccApprover]),
    ("approved",          "reopen",            "drafting",          &[Opcc]),
    ("approved",          "publish",           "published",         &[OpccApprover]),
    ("published",         "record_copy",       "published",         &[Opcc]),
    ("published",         "record_copy",       "complete",          &[Opcc]),
    ("published",         "correct",           "drafting",          &[OpccApprover]),
    ("complete",          "correct",           "drafting",          &[OpccApprover]),
    ("received",          "mark_not_required", "not_required",      &[OpccApprover]),
    ("awaiting_comments", "mark_not_required", "not_required",      &[OpccApprover]),
    ("drafting",          "mark_not_required", "not_required",      &[OpccApprover]),
    ("not_required",      "reinstate",         "received",          &[OpccApprover]),
];

#[rustfmt::skip]
const INSPECTION: &[Row] = &[
    ("draft",     "publish",  "published", &[Opcc, Registrar]),
    ("published", "correct",  "published", &[OpccApprover, Registrar]),
    ("draft",     "withdraw", "withdrawn", &[OpccApprover, Registrar]),
    ("published", "withdraw", "withdrawn", &[OpccApprover, Registrar]),
];

fn rows<S: Word, A: Word, N: Word>(workflow: &Workflow<S, A, N>) -> BTreeSet<String> {
    let ends = workflow.rules.iter().flat_map(|rule| [Some(rule.to), rule.or_to].map(|to| (rule, to)));
    ends.filter_map(|(rule, to)| Some(format!("{} {} {} {:?}", rule.from, rule.action, to?, rule.by))).collect()
}

fn expected(table: &[Row]) -> BTreeSet<String> {
    table.iter().map(|(from, action, to, by)| format!("{from} {action} {to} {by:?}")).collect()
}

#[test]
fn the_tables_are_those_of_the_domain() {
    assert_eq!(rows(&responses::WORKFLOW), expected(RESPONSE));
    assert_eq!(rows(&inspections::WORKFLOW), expected(INSPECTION));
}

#[test]
fn the_tables_have_no_faults() {
    assert_eq!(responses::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(inspections::WORKFLOW.faults(), Vec::<String>::new());
}

#[test]
fn a_response_starts_received_and_an_inspection_as_a_draft() {
    assert_eq!(responses::WORKFLOW.start, responses::State::Received);
    assert_eq!(inspections::WORKFLOW.start, inspections::State::Draft);
    let states = "received awaiting_comments drafting in_approval approved published complete not_required";
    assert_eq!(responses::State::NAMES.join(" "), states);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_are_published_as_data_and_as_diagrams() {
    let app = App::start().await;
    for (name, table) in [("response", RESPONSE), ("inspection", INSPECTION)] {
        let shown = app.public().get(&format!("/v1/workflows/{name}")).await.expect(200);
        let diagram = shown.body["mermaid"].as_str().expect("a diagram");
        for (from, action, to, by) in table {
            assert!(diagram.contains(&format!("{from} --> {to}: {action}\n")), "{from} {action} {to}:\n{diagram}");
            let transitions = shown.body["transitions"].as_array().expect("a list");
            let found = transitions.iter().find(|row| row["from"] == *from && row["action"] == *action);
            let found = found.unwrap_or_else(|| panic!("{from} {action} is not there"));
            assert!(found["to"] == *to || found["or_to"] == *to, "{found}");
            for role in *by {
                let named = found["by"].as_array().is_some_and(|by| by.iter().any(|name| *name == role.as_str()));
                assert!(named, "{role} is not in {found}");
            }
        }
    }
    app.public().get("/v1/workflows/elephant").await.expect(404);
}

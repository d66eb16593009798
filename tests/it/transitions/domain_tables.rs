//! Compares the workflow tables in the code with the tables of the domain, which are repeated here.

use std::collections::BTreeSet;

use section55::auth::Role::{self, ChiefOfficer, Constabulary, Opcc, OpccApprover, Registrar};
use section55::retention::{disposals, holds};
use section55::vocabulary::WireName;
use section55::workflow::Workflow;
use section55::{assignments, evidence, imports, inspections, remarks, responses};

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
    ("received",          "record_published",  "published",         &[OpccApprover]),
    ("received",          "record_published",  "complete",          &[OpccApprover]),
    ("awaiting_comments", "record_published",  "published",         &[OpccApprover]),
    ("awaiting_comments", "record_published",  "complete",          &[OpccApprover]),
    ("drafting",          "record_published",  "published",         &[OpccApprover]),
    ("drafting",          "record_published",  "complete",          &[OpccApprover]),
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

#[rustfmt::skip]
const ASSIGNMENT: &[Row] = &[
    ("awaiting_allocation", "allocate",            "allocated",           &[Constabulary]),
    ("allocated",           "start",               "in_progress",         &[Constabulary]),
    ("in_progress",         "embed",               "embedding",           &[Constabulary]),
    ("embedding",           "submit_for_sign_off", "awaiting_sign_off",   &[Constabulary]),
    ("awaiting_sign_off",   "sign_off",            "force_complete",      &[ChiefOfficer]),
    ("awaiting_sign_off",   "send_back",           "in_progress",         &[ChiefOfficer]),
    ("awaiting_allocation", "depend",              "dependent_on_other",  &[Constabulary]),
    ("allocated",           "depend",              "dependent_on_other",  &[Constabulary]),
    ("in_progress",         "depend",              "dependent_on_other",  &[Constabulary]),
    ("embedding",           "depend",              "dependent_on_other",  &[Constabulary]),
    ("dependent_on_other",  "resume",              "awaiting_allocation", &[Constabulary]),
    ("dependent_on_other",  "resume",              "in_progress",         &[Constabulary]),
    ("awaiting_allocation", "decline",             "will_not_implement",  &[ChiefOfficer]),
    ("allocated",           "decline",             "will_not_implement",  &[ChiefOfficer]),
    ("in_progress",         "decline",             "will_not_implement",  &[ChiefOfficer]),
    ("embedding",           "decline",             "will_not_implement",  &[ChiefOfficer]),
    ("awaiting_sign_off",   "decline",             "will_not_implement",  &[ChiefOfficer]),
    ("dependent_on_other",  "decline",             "will_not_implement",  &[ChiefOfficer]),
    ("awaiting_allocation", "mark_not_applicable", "not_applicable",      &[ChiefOfficer]),
    ("allocated",           "mark_not_applicable", "not_applicable",      &[ChiefOfficer]),
    ("in_progress",         "mark_not_applicable", "not_applicable",      &[ChiefOfficer]),
    ("embedding",           "mark_not_applicable", "not_applicable",      &[ChiefOfficer]),
    ("awaiting_sign_off",   "mark_not_applicable", "not_applicable",      &[ChiefOfficer]),
    ("dependent_on_other",  "mark_not_applicable", "not_applicable",      &[ChiefOfficer]),
    ("awaiting_allocation", "supersede",           "superseded",          &[Constabulary]),
    ("allocated",           "supersede",           "superseded",          &[Constabulary]),
    ("in_progress",         "supersede",           "superseded",          &[Constabulary]),
    ("embedding",           "supersede",           "superseded",          &[Constabulary]),
    ("awaiting_sign_off",   "supersede",           "superseded",          &[Constabulary]),
    ("dependent_on_other",  "supersede",           "superseded",          &[Constabulary]),
    ("force_complete",      "reopen",              "awaiting_allocation", &[Constabulary, Opcc]),
    ("force_complete",      "reopen",              "in_progress",         &[Constabulary, Opcc]),
    ("will_not_implement",  "reopen",              "awaiting_allocation", &[Constabulary, Opcc]),
    ("will_not_implement",  "reopen",              "in_progress",         &[Constabulary, Opcc]),
    ("not_applicable",      "reopen",              "awaiting_allocation", &[Constabulary, Opcc]),
    ("not_applicable",      "reopen",              "in_progress",         &[Constabulary, Opcc]),
    ("superseded",          "reopen",              "awaiting_allocation", &[Constabulary, Opcc]),
    ("superseded",          "reopen",              "in_progress",         &[Constabulary, Opcc]),
];

#[rustfmt::skip]
const EVIDENCE: &[Row] = &[
    ("draft",             "submit",          "submitted",         &[Constabulary]),
    ("submitted",         "accept",          "accepted",          &[Opcc]),
    ("submitted",         "reject",          "rejected",          &[Opcc]),
    ("submitted",         "request_changes", "changes_requested", &[Opcc]),
    ("changes_requested", "submit",          "submitted",         &[Constabulary]),
    ("rejected",          "submit",          "submitted",         &[Constabulary]),
    ("accepted",          "submit",          "submitted",         &[Constabulary]),
    ("draft",             "withdraw",        "withdrawn",         &[Constabulary]),
    ("submitted",         "withdraw",        "withdrawn",         &[Constabulary]),
    ("changes_requested", "withdraw",        "withdrawn",         &[Constabulary]),
    ("rejected",          "withdraw",        "withdrawn",         &[Constabulary]),
    ("accepted",          "withdraw",        "withdrawn",         &[ChiefOfficer]),
];

#[rustfmt::skip]
const MARKING: &[Row] = &[
    ("official",           "raise",            "official_sensitive", &[Constabulary, Opcc]),
    ("official_sensitive", "request_lowering", "lowering_requested", &[Constabulary, Opcc]),
    ("lowering_requested", "confirm_lowering", "official",           &[Constabulary, Opcc]),
    ("lowering_requested", "refuse_lowering",  "official_sensitive", &[Constabulary, Opcc]),
];

#[rustfmt::skip]
const INSPECTORATE_STATUS: &[Row] = &[
    ("open",            "closed",          "closed",          &[Opcc, Constabulary]),
    ("open",            "closed_verified", "closed_verified", &[Opcc, Constabulary]),
    ("closed",          "closed_verified", "closed_verified", &[Opcc, Constabulary]),
    ("closed",          "reopened",        "reopened",        &[Opcc, Constabulary]),
    ("closed_verified", "reopened",        "reopened",        &[Opcc, Constabulary]),
    ("reopened",        "closed",          "closed",          &[Opcc, Constabulary]),
    ("reopened",        "closed_verified", "closed_verified", &[Opcc, Constabulary]),
];

#[rustfmt::skip]
const IMPORTED_POSITION: &[Row] = &[
    ("proposed", "confirm",  "confirmed", &[Opcc, Constabulary]),
    ("proposed", "reject",   "rejected",  &[Opcc, Constabulary]),
    ("proposed", "withdraw", "withdrawn", &[Opcc, Registrar]),
];

#[rustfmt::skip]
const LEGAL_HOLD: &[Row] = &[
    ("in_force", "lift", "lifted", &[OpccApprover, ChiefOfficer]),
];

#[rustfmt::skip]
const REMARK: &[Row] = &[
    ("open",     "resolve", "resolved", &[Opcc, Constabulary]),
    ("resolved", "reopen",  "open",     &[Opcc, Constabulary]),
];

#[rustfmt::skip]
const DISPOSAL: &[Row] = &[
    ("proposed",  "confirm", "confirmed", &[OpccApprover, ChiefOfficer]),
    ("proposed",  "refuse",  "refused",   &[OpccApprover, ChiefOfficer]),
    ("confirmed", "refuse",  "refused",   &[OpccApprover, ChiefOfficer]),
];

#[rustfmt::skip]
const IMPORT: &[Row] = &[
    ("proposed", "accept",  "accepted",  &[Opcc, Registrar]),
    ("proposed", "discard", "discarded", &[Opcc, Registrar]),
    ("accepted", "undo",    "undone",    &[Opcc, Registrar]),
];

fn rows<S: WireName, A: WireName, N: WireName>(workflow: &Workflow<S, A, N>) -> BTreeSet<String> {
    let pairs = workflow.rules.iter().flat_map(|rule| [Some(rule.to), rule.or_to].map(|to| (rule, to)));
    pairs.filter_map(|(rule, to)| Some(format!("{} {} {} {:?}", rule.from, rule.action, to?, rule.roles))).collect()
}

fn expected(table: &[Row]) -> BTreeSet<String> {
    table.iter().map(|(from, action, to, roles)| format!("{from} {action} {to} {roles:?}")).collect()
}

#[test]
fn the_workflows_match_the_tables_of_the_domain() {
    assert_eq!(rows(&responses::WORKFLOW), expected(RESPONSE));
    assert_eq!(rows(&inspections::WORKFLOW), expected(INSPECTION));
    assert_eq!(rows(&assignments::WORKFLOW), expected(ASSIGNMENT));
    assert_eq!(rows(&evidence::WORKFLOW), expected(EVIDENCE));
    assert_eq!(rows(&evidence::marking::WORKFLOW), expected(MARKING));
    assert_eq!(rows(&assignments::positions::WORKFLOW), expected(INSPECTORATE_STATUS));
    assert_eq!(rows(&assignments::imported::WORKFLOW), expected(IMPORTED_POSITION));
    assert_eq!(rows(&holds::WORKFLOW), expected(LEGAL_HOLD));
    assert_eq!(rows(&disposals::WORKFLOW), expected(DISPOSAL));
    assert_eq!(rows(&imports::WORKFLOW), expected(IMPORT));
    assert_eq!(rows(&remarks::WORKFLOW), expected(REMARK));
}

#[test]
fn the_workflows_have_no_faults() {
    assert_eq!(responses::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(inspections::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(assignments::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(evidence::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(evidence::marking::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(assignments::positions::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(assignments::imported::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(holds::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(disposals::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(imports::WORKFLOW.faults(), Vec::<String>::new());
    assert_eq!(remarks::WORKFLOW.faults(), Vec::<String>::new());
}

#[test]
fn every_record_starts_in_the_first_state() {
    assert_eq!(responses::WORKFLOW.start, responses::State::Received);
    assert_eq!(inspections::WORKFLOW.start, inspections::State::Draft);
    assert_eq!(assignments::WORKFLOW.start, assignments::ForceStatus::AwaitingAllocation);
    assert_eq!(evidence::WORKFLOW.start, evidence::State::Draft);
    assert_eq!(evidence::marking::WORKFLOW.start, evidence::marking::MarkingState::Official);
    assert_eq!(assignments::positions::WORKFLOW.start, assignments::positions::InspectorateStatus::Open);
    assert_eq!(holds::WORKFLOW.start, holds::HoldState::InForce);
    assert_eq!(disposals::WORKFLOW.start, disposals::DisposalState::Proposed);
    assert_eq!(imports::WORKFLOW.start, imports::State::Proposed);
    assert_eq!(remarks::WORKFLOW.start, remarks::RemarkState::Open);
    let states = "received awaiting_comments drafting in_approval approved published complete not_required";
    assert_eq!(responses::State::NAMES.join(" "), states);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_workflows_are_served_as_data_and_as_diagrams() {
    let app = App::start().await;
    for (name, table) in [
        ("response", RESPONSE),
        ("inspection", INSPECTION),
        ("assignment", ASSIGNMENT),
        ("evidence", EVIDENCE),
        ("marking", MARKING),
        ("inspectorate_status", INSPECTORATE_STATUS),
        ("legal_hold", LEGAL_HOLD),
        ("disposal", DISPOSAL),
        ("import", IMPORT),
        ("remark", REMARK),
    ] {
        let workflow = app.public().get(&format!("/v1/workflows/{name}")).await.expect(200);
        let diagram = workflow.body["mermaid"].as_str().expect("a diagram");
        for (from, action, to, roles) in table {
            assert!(diagram.contains(&format!("{from} --> {to}: {action}\n")), "{from} {action} {to}:\n{diagram}");
            let transitions = workflow.body["transitions"].as_array().expect("a list");
            let found = transitions.iter().find(|row| row["from"] == *from && row["action"] == *action);
            let found = found.unwrap_or_else(|| panic!("the workflow has no transition {from} {action}"));
            assert!(found["to"] == *to || found["or_to"] == *to, "{found}");
            for role in *roles {
                let named = found["by"].as_array().is_some_and(|by| by.iter().any(|name| *name == role.as_str()));
                assert!(named, "{role} is not in {found}");
            }
        }
    }
    app.public().get("/v1/workflows/elephant").await.expect(404);
}

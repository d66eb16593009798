//! The changes that each reader receives: those of its own area that its side may see, and published ones. The tests
//! run with both layers of protection, and with each layer alone.

use std::collections::{BTreeMap, BTreeSet};

use section55::auth::Role;
use section55::changes::ChangeType;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{member_of_each, read_all};
use crate::isolation::Layers;
use crate::isolation::private_data::{AREAS, PrivateData};
use crate::support::App;

/// The events of records that the feed leaves out: reads, and changes to files and markings.
const LEFT_OUT: [(&str, &str); 6] = [
    ("evidence", "read"),
    ("evidence", "raise"),
    ("evidence", "request_lowering"),
    ("evidence", "refuse_lowering"),
    ("file", "read"),
    ("file", "download"),
];

/// The kinds of record whose events the feed leaves out completely: retention, imports, exports, webhooks, the people of an
/// area and what they choose for themselves, remarks, and bank holidays.
const LEFT_OUT_COMPLETELY: [&str; 14] = [
    "bank_holiday",
    "bundle",
    "calendar",
    "disposal",
    "event",
    "export",
    "import",
    "import_profile",
    "legal_hold",
    "notification_preferences",
    "person",
    "remark",
    "retention_review",
    "webhook",
];

/// Returns the area and fields of each event, and whether its record is OFFICIAL-SENSITIVE, from the log alone.
async fn events(app: &App) -> BTreeMap<String, (Option<String>, Vec<String>, bool)> {
    let sql = "select e.id::text, e.area, coalesce(e.fields, '{}'), e.marking <> 'OFFICIAL'
                      or exists (select from evidence v where v.id = e.resource_id and v.marking <> 'official')
               from events e";
    let rows = app.database.administrator().await.query(sql, &[]).await.expect("the events");
    rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2), row.get(3)))).collect()
}

/// Reads the feed in every role of every area, and returns the changes that the reader may not see.
async fn leaks(app: &App) -> Vec<String> {
    let events = events(app).await;
    let published: BTreeSet<String> = member_of_each(&read_all(&app.public()).await, "id").into_iter().collect();
    let mut leaks = Vec::new();
    let other_sides_fields = |role: Role| match role {
        Role::Opcc | Role::OpccApprover => &["chief_officer_comments"][..],
        Role::Constabulary | Role::ChiefOfficer => {
            &["policing_body_comments", "reply_to_chief_officer", "explanations"]
        }
        _ => &[],
    };
    for role in Role::ALL {
        for area in AREAS {
            let person = app.person_with_roles(&format!("{role}@{area}"), &[role.as_str()], &[area]);
            for item in read_all(&person).await {
                let id = item["id"].as_str().expect("an id");
                let (event_area, fields, marked) = &events[id];
                let own = event_area.as_deref() == Some(area) && *role != Role::Registrar;
                let shared =
                    item["resource"] == "area" || item["type"].as_str().is_some_and(|kind| kind.ends_with("published"));
                if !own && !shared && !published.contains(id) {
                    leaks.push(format!("{role} of {area} receives a change of another area: {item}"));
                }
                if fields.iter().any(|field| other_sides_fields(*role).contains(&field.as_str())) {
                    leaks.push(format!("{role} of {area} receives a change of the other side's drafts: {item}"));
                }
                if *marked {
                    leaks.push(format!("{role} of {area} receives a change of an OFFICIAL-SENSITIVE record: {item}"));
                }
                // A reader that receives a change may read the record.
                let path = item["links"]["self"].as_str().expect("an address");
                let status = person.get(path).await.status.as_u16();
                let is_history = *role == Role::Registrar && path.ends_with("/updates");
                if status != 200 && !is_history {
                    leaks.push(format!("{role} of {area} receives {item}, but the record gives {status}"));
                }
            }
        }
    }
    leaks
}

async fn check_no_leaks(layers: Layers) {
    let app = layers.start().await;
    PrivateData::build(&app).await;
    app.sequence().await;
    let found = leaks(&app).await;
    assert!(found.is_empty(), "{} leaks with {layers:?}: {found:#?}", found.len());
    let kinds: BTreeSet<String> =
        member_of_each(&read_all(&app.person(Role::Auditor, "cumbria")).await, "type").into_iter().collect();
    assert!(kinds.len() > 25, "only {kinds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_receives_changes_it_may_not_see_with_both_layers() {
    check_no_leaks(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_receives_changes_it_may_not_see_with_row_security_only() {
    check_no_leaks(Layers::RowSecurityOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_receives_changes_it_may_not_see_with_the_query_scope_only() {
    check_no_leaks(Layers::QueryScopeOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_protection_the_same_check_finds_leaks() {
    let app = Layers::Neither.start().await;
    let open = "create or replace function change_side(resource text, action text, fields text[]) returns text
                immutable language sql as 'select null::text'";
    app.database.administrator().await.batch_execute(open).await.expect("no side");
    PrivateData::build(&app).await;
    let found = leaks(&app).await;
    assert!(found.iter().any(|leak| leak.contains("other side's drafts")), "the check would not notice: {found:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_receives_publications_and_only_that_a_published_assignment_changed() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("88401").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    app.advance_assignment_to(&assignment, "cumbria", "in_progress").await;
    app.sequence().await;
    assert_eq!(member_of_each(&read_all(&app.public()).await, "type"), ["inspection.published"]);
    app.advance_response_to(&response, "cumbria", "complete").await;
    let force = app.person(Role::Constabulary, "cumbria");
    force.act(&assignment, json!({ "action": "embed" })).await.expect(200);
    let new_target = json!({ "local_target_on": "2022-09-01", "reason": "The budget." });
    force.patch(&assignment, "*", new_target).await.expect(200);
    let correct = json!({ "action": "correct", "reason": "A slip." });
    app.person(Role::OpccApprover, "cumbria").act(&response, correct).await.expect(200);
    app.person(Role::Opcc, "cumbria")
        .patch(&response, "*", json!({ "reply_to_chief_officer": "A reply." }))
        .await
        .expect(200);
    app.sequence().await;
    let changes = read_all(&app.public()).await;
    let kinds = ["inspection.published", "response.published", "response.copy_recorded", "response.copy_recorded"];
    assert_eq!(member_of_each(&changes, "type"), kinds, "neither unchanged published records nor drafts");
    let decline = json!({ "action": "decline", "rationale": "It is not ours." });
    app.person(Role::ChiefOfficer, "cumbria").act(&assignment, decline).await.expect(200);
    app.sequence().await;
    let changes = read_all(&app.public()).await;
    let last = changes.last().expect("one more");
    let record = app.public().get(&assignment).await.expect(200);
    assert_eq!((&last["type"], &last["action"]), (&json!("assignment.amended"), &json!("amend")));
    assert_eq!((&last["links"]["self"], &last["version"]), (&json!(assignment), &record.body["version"]));
    // Another area receives what the public receives. Cumbria receives the action itself.
    let of_kent = read_all(&app.person(Role::Auditor, "kent")).await;
    assert_eq!(of_kent.last(), Some(last));
    let of_cumbria = read_all(&app.person(Role::Auditor, "cumbria")).await;
    assert_eq!(of_cumbria.last().expect("one")["type"], "assignment.declined");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_in_all_areas_receive_the_withdrawal_of_a_published_inspection() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("88402").await;
    let withdraw = json!({ "action": "withdraw", "reason": "It was another force's." });
    app.person(Role::OpccApprover, "cumbria").act(&inspection.href(), withdraw).await.expect(200);
    app.sequence().await;
    for person in [app.public(), app.person(Role::Opcc, "surrey")] {
        let changes = read_all(&person).await;
        let of_report: Vec<&Value> = changes.iter().filter(|item| item["resource"] == "inspection").collect();
        assert_eq!(of_report.iter().map(|item| &item["action"]).collect::<Vec<_>>(), ["publish", "withdraw"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_event_is_either_in_the_feed_or_listed_as_left_out() {
    let app = App::start().await;
    app.create_sample_records().await;
    PrivateData::build(&app).await;
    let sql = "select distinct resource, action from events";
    let rows = app.database.administrator().await.query(sql, &[]).await.expect("the kinds");
    let kinds: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(kinds.len() > 30, "only {kinds:?}");
    let decided = |resource: &str, action: &str| {
        ChangeType::from_event(resource, action).is_some()
            || LEFT_OUT.contains(&(resource, action))
            || LEFT_OUT_COMPLETELY.contains(&resource)
    };
    let undecided: Vec<_> = kinds.iter().filter(|(resource, action)| !decided(resource, action)).collect();
    assert!(undecided.is_empty(), "neither in the feed nor listed as left out: {undecided:?}");
}

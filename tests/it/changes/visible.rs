//! Who is told of what: one's own area's records, as far as one's side may know, and what is published. With both layers of
//! protection, and with either alone.

use std::collections::{BTreeMap, BTreeSet};

use section55::auth::Role;
use section55::changes::ChangeType;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{all, each};
use crate::isolation::Layers;
use crate::isolation::private::{AREAS, Private};
use crate::support::App;

/// What the log keeps to itself of a record: readings, what is done to files, and what is marked OFFICIAL-SENSITIVE.
const KEPT_BACK: [(&str, &str); 6] = [
    ("evidence", "read"),
    ("evidence", "raise"),
    ("evidence", "request_lowering"),
    ("evidence", "refuse_lowering"),
    ("file", "read"),
    ("file", "download"),
];

/// Whose every event it keeps to itself: how records are kept and taken away, imports, exports, who is told by webhooks.
const KEPT_BACK_WHOLE: [&str; 8] =
    ["bundle", "disposal", "event", "export", "import", "legal_hold", "retention_review", "webhook"];

/// What each event is about, by the log alone: area, fields, and whether it is marked.
async fn events(app: &App) -> BTreeMap<String, (Option<String>, Vec<String>, bool)> {
    let sql = "select e.id::text, e.area, coalesce(e.fields, '{}'), e.marking <> 'OFFICIAL'
                      or exists (select from evidence v where v.id = e.resource_id and v.marking <> 'official')
               from events e";
    let rows = app.database.administrator().await.query(sql, &[]).await.expect("the events");
    rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2), row.get(3)))).collect()
}

/// What somebody was told that is not theirs to know.
async fn leaks(app: &App) -> Vec<String> {
    let events = events(app).await;
    let published: BTreeSet<String> = each(&all(&app.public()).await, "id").into_iter().collect();
    let mut leaks = Vec::new();
    let other = |role: Role| match role {
        Role::Opcc | Role::OpccApprover => &["chief_officer_comments"][..],
        Role::Constabulary | Role::ChiefOfficer => {
            &["policing_body_comments", "reply_to_chief_officer", "explanations"]
        }
        _ => &[],
    };
    for role in Role::ALL {
        for area in AREAS {
            let person = app.somebody(&format!("{role}@{area}"), &[role.as_str()], &[area]);
            for item in all(&person).await {
                let id = item["id"].as_str().expect("an id");
                let (of, fields, marked) = &events[id];
                let own = of.as_deref() == Some(area) && *role != Role::Registrar;
                let shared =
                    item["resource"] == "area" || item["type"].as_str().is_some_and(|kind| kind.ends_with("published"));
                if !own && !shared && !published.contains(id) {
                    leaks.push(format!("{role} of {area} is told of another area's {item}"));
                }
                if fields.iter().any(|field| other(*role).contains(&field.as_str())) {
                    leaks.push(format!("{role} of {area} is told of the other side's drafts: {item}"));
                }
                if *marked {
                    leaks.push(format!("{role} of {area} is told of what is marked: {item}"));
                }
                // Whoever is told of a record may read it, unless it was taken away since.
                let place = item["links"]["self"].as_str().expect("an address");
                let status = person.get(place).await.status.as_u16();
                let history = *role == Role::Registrar && place.ends_with("/updates");
                if status != 200 && !history {
                    leaks.push(format!("{role} of {area} is told of {item}, which is answered {status}"));
                }
            }
        }
    }
    leaks
}

async fn nobody_is_told_of_what_is_not_theirs(layers: Layers) {
    let app = layers.start().await;
    Private::build(&app).await;
    app.sequence().await;
    let found = leaks(&app).await;
    assert!(found.is_empty(), "{} leaks with {layers:?}: {found:#?}", found.len());
    let kinds: BTreeSet<String> = each(&all(&app.person(Role::Auditor, "cumbria")).await, "type").into_iter().collect();
    assert!(kinds.len() > 25, "only {kinds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_of_what_is_not_theirs_with_both_layers() {
    nobody_is_told_of_what_is_not_theirs(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_of_what_is_not_theirs_with_row_security_alone() {
    nobody_is_told_of_what_is_not_theirs(Layers::RowSecurityAlone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_of_what_is_not_theirs_with_the_query_scope_alone() {
    nobody_is_told_of_what_is_not_theirs(Layers::QueryScopeAlone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_no_row_of_the_feed_kept_to_a_side_or_by_its_marking_the_same_sweep_finds_leaks() {
    let app = Layers::Neither.start().await;
    let open = "create or replace function change_side(resource text, action text, fields text[]) returns text
                immutable language sql as 'select null::text'";
    app.database.administrator().await.batch_execute(open).await.expect("no side");
    Private::build(&app).await;
    let found = leaks(&app).await;
    assert!(found.iter().any(|leak| leak.contains("other side")), "the sweep would not notice: {found:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anyone_is_told_of_what_is_published_and_of_a_line_no_more_than_that_it_changed() {
    let app = App::start().await;
    let inspection = app.published_inspection("88401").await;
    let response = app.response(&inspection, "cumbria").await;
    let line = app.assignment(&inspection, "cumbria").await;
    app.bring_line_to(&line, "cumbria", "in_progress").await;
    app.sequence().await;
    assert_eq!(each(&all(&app.public()).await, "type"), ["inspection.published"]);
    app.bring_to(&response, "cumbria", "complete").await;
    let force = app.person(Role::Constabulary, "cumbria");
    force.act(&line, json!({ "action": "embed" })).await.expect(200);
    let moved = json!({ "local_target_on": "2022-09-01", "reason": "The budget." });
    force.patch(&line, "*", moved).await.expect(200);
    let correct = json!({ "action": "correct", "reason": "A slip." });
    app.person(Role::OpccApprover, "cumbria").act(&response, correct).await.expect(200);
    app.person(Role::Opcc, "cumbria")
        .patch(&response, "*", json!({ "reply_to_chief_officer": "Words." }))
        .await
        .expect(200);
    app.sequence().await;
    let told = all(&app.public()).await;
    let kinds = ["inspection.published", "response.published", "response.copy_recorded", "response.copy_recorded"];
    assert_eq!(each(&told, "type"), kinds, "neither what stays as it was, nor what is drafted");
    let decline = json!({ "action": "decline", "rationale": "It is not ours." });
    app.person(Role::ChiefOfficer, "cumbria").act(&line, decline).await.expect(200);
    app.sequence().await;
    let told = all(&app.public()).await;
    let last = told.last().expect("one more");
    let shown = app.public().get(&line).await.expect(200);
    assert_eq!((&last["type"], &last["action"]), (&json!("assignment.amended"), &json!("amend")));
    assert_eq!((&last["links"]["self"], &last["version"]), (&json!(line), &shown.body["version"]));
    // Another area is told of it as anyone is; Cumbria in its own terms.
    let of_kent = all(&app.person(Role::Auditor, "kent")).await;
    assert_eq!(of_kent.last(), Some(last));
    let own = all(&app.person(Role::Auditor, "cumbria")).await;
    assert_eq!(own.last().expect("one")["type"], "assignment.declined");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_all_areas_share_is_told_when_it_goes_too() {
    let app = App::start().await;
    let inspection = app.published_inspection("88402").await;
    let withdraw = json!({ "action": "withdraw", "reason": "It was another force's." });
    app.person(Role::OpccApprover, "cumbria").act(&inspection.href(), withdraw).await.expect(200);
    app.sequence().await;
    for person in [app.public(), app.person(Role::Opcc, "surrey")] {
        let told = all(&person).await;
        let of_report: Vec<&Value> = told.iter().filter(|item| item["resource"] == "inspection").collect();
        assert_eq!(of_report.iter().map(|item| &item["action"]).collect::<Vec<_>>(), ["publish", "withdraw"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_event_is_told_or_kept_back_on_purpose() {
    let app = App::start().await;
    app.places().await;
    Private::build(&app).await;
    let sql = "select distinct resource, action from events";
    let rows = app.database.administrator().await.query(sql, &[]).await.expect("the kinds");
    let kinds: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(kinds.len() > 30, "only {kinds:?}");
    let decided = |resource: &str, action: &str| {
        ChangeType::of(resource, action).is_some()
            || KEPT_BACK.contains(&(resource, action))
            || KEPT_BACK_WHOLE.contains(&resource)
    };
    let undecided: Vec<_> = kinds.iter().filter(|(resource, action)| !decided(resource, action)).collect();
    assert!(undecided.is_empty(), "neither told nor kept back: {undecided:?}");
}

//! Bundles: exporting them, verifying them without the service, and altering them in many ways.

use section55::auth::Role;
use section55::ledger::{VerificationError, VerificationReport, Verifier, VerifyingKey};
use serde_json::{Value, json};

use crate::support::App;
use crate::support::audit::{key, key_from_seed};

/// Verifies a bundle with the key of the tests.
pub fn verify(bundle: &str) -> Result<VerificationReport, VerificationError> {
    verify_with(bundle, Some(key().public().clone()))
}

fn verify_with(bundle: &str, trusted: Option<VerifyingKey>) -> Result<VerificationReport, VerificationError> {
    let mut verifier = Verifier::new(trusted);
    for line in bundle.strip_suffix('\n').unwrap_or(bundle).split('\n') {
        verifier.verify_line(line)?;
    }
    verifier.finish()
}

/// Starts a service with a corrected response in Cumbria and an unfinished one in Kent. All events are sequenced.
pub async fn app_with_logged_responses() -> App {
    let app = App::start().await;
    let inspection = app.create_published_inspection("95001").await;
    for (area, state) in [("cumbria", "complete"), ("kent", "in_approval")] {
        let response = app.response_path(&inspection, area).await;
        app.advance_response_to(&response, area, state).await;
    }
    let response = app.response_path(&inspection, "cumbria").await;
    let correct = json!({ "action": "correct", "reason": "A slip in the reply." });
    app.person(Role::OpccApprover, "cumbria").act(&response, correct).await.expect(200);
    app.sequence().await;
    app
}

/// Exports the bundle of an area's log as its auditor.
pub async fn export(app: &App, area: &str, query: &str) -> String {
    let auditor = app.person(Role::Auditor, area);
    auditor.get(&format!("/v1/audit/bundle?{query}")).await.expect(200).text
}

/// Parses the lines of a bundle.
fn lines(bundle: &str) -> Vec<Value> {
    bundle.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Writes lines as a bundle.
fn text(lines: &[Value]) -> String {
    lines.iter().map(|line| section55::ledger::canonical_json(line) + "\n").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_exports_the_log_of_the_area_and_verifies_it_offline() {
    let app = app_with_logged_responses().await;
    let bundle = export(&app, "cumbria", "area=cumbria").await;
    let found = verify(&bundle).expect("a valid bundle");
    assert_eq!((found.log.as_str(), found.range), ("cumbria", (0, found.size)));
    assert_eq!((found.events, found.withheld), (found.size, 0));
    assert!(found.payloads > found.events, "{found:?}");
    assert_eq!((found.changed_outside_log, found.not_shown), (Vec::new(), Vec::new()));
    assert!(bundle.contains("A slip in the reply.") && bundle.contains("The body welcomes the report."));
    assert!(!bundle.contains("\"kent\""), "the bundle has no events of another area");
    // The export is an event of the log.
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=export").await.expect(200);
    assert_eq!(events.body["items"][0]["actor"]["subject"], "auditor@cumbria");
    assert_eq!(events.body["items"][0]["resource_id"], lines(&bundle)[0]["id"]);
    app.sequence().await;
    // The next bundle holds this event too, and continues the first bundle.
    let next = export(&app, "cumbria", "").await;
    let mut verifier = Verifier::new(None).with_earlier_head(found.size, found.root);
    next.lines().try_for_each(|line| verifier.verify_line(line)).expect("a bundle that continues the first");
    assert_eq!(verifier.finish().expect("a bundle that continues the first").size, found.size + 1);
    let mut forked = Verifier::new(None).with_earlier_head(found.size - 1, found.root);
    assert!(
        next.lines().try_for_each(|line| forked.verify_line(line)).is_err(),
        "the log had another root at that size"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bundle_of_a_period_contains_the_events_of_that_period() {
    let app = app_with_logged_responses().await;
    app.clock.set("2022-03-23T12:00:00Z".parse().expect("an instant"));
    let inspection = app.create_published_inspection("95002").await;
    app.clock.set("2022-03-24T12:00:00Z".parse().expect("an instant"));
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "drafting").await;
    app.sequence().await;
    for (query, events) in [
        // The events: register, three recommendations, two target dates, publish, one response and three assignments
        // opened.
        ("since=2022-03-23T00:00:00Z&until=2022-03-24T00:00:00Z", 11),
        ("since=2022-03-24T00:00:00Z", 2),
        ("since=2022-03-25T00:00:00Z", 0),
        ("until=2022-03-01T00:00:00Z", 0),
    ] {
        let found = verify(&export(&app, "cumbria", query).await).expect(query);
        assert_eq!(found.events, events, "{query}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_the_auditor_may_not_read_is_in_the_bundle_as_its_leaf_only() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let auditor = app.person(Role::Auditor, "cumbria");
    let draft = json!({ "reference": "95009", "title": "Not for others yet" });
    registrar.post("/v1/inspections", draft).await.expect(201);
    let mut kent = auditor.get("/v1/areas/kent").await.expect(200).body;
    for member in ["id", "code", "version", "created_at", "updated_at", "links"] {
        kent.as_object_mut().expect("an area").remove(member);
    }
    kent["force"]["chief_officer_title"] = json!("Chief Officer");
    registrar.put("/v1/areas/kent", "*", kent).await.expect(200);
    app.sequence().await;
    let bundle = export(&app, "cumbria", "area=_all").await;
    let found = verify(&bundle).expect("a valid bundle");
    assert_eq!((found.events, found.withheld), (1, 1));
    assert!(!bundle.contains("Not for others yet") && bundle.contains("Kent Police"));
    auditor.get("/v1/audit/bundle?area=kent").await.expect(404);
    app.person(Role::OpccApprover, "cumbria").get("/v1/audit/bundle").await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_byte_in_any_event_is_found_and_the_event_is_named() {
    let app = app_with_logged_responses().await;
    let bundle = export(&app, "cumbria", "").await;
    let all: Vec<&str> = bundle.lines().collect();
    let (mut changed_bytes, mut before) = (0, Verifier::new(Some(key().public().clone())));
    all[..5].iter().try_for_each(|line| before.verify_line(line)).expect("the lines before the events");
    for (at, line) in all.iter().enumerate().skip(5) {
        let id = lines(line)[0]["entry"]["id"].as_str().expect("an id").to_owned();
        // Change every byte of some lines, and every 97th byte of the others.
        for byte in (0..line.len()).step_by(if at % 7 == 0 { 1 } else { 97 }) {
            let mut altered = line.as_bytes().to_vec();
            altered[byte] ^= 1;
            let Ok(altered) = String::from_utf8(altered) else { continue };
            let refused = before.clone().verify_line(&altered).expect_err(&altered);
            assert_eq!(refused.line, at + 1, "{refused}");
            let readable = serde_json::from_str::<Value>(&altered).is_ok_and(|it| it["entry"]["id"] == id.as_str());
            assert!(!readable || refused.event == Some(id.clone()), "{refused} for {id}");
            changed_bytes += 1;
        }
        before.verify_line(line).expect("the original line");
    }
    assert!(changed_bytes > 2_000, "{changed_bytes}");
    // Change every byte before the events, except the members of the first line that only state the request.
    for (at, line) in all.iter().enumerate().take(5) {
        let unverified = ["since", "until", "at", "id"].map(|name| format!("\"{name}\":"));
        let is_unverified = |byte: usize| {
            at == 0
                && unverified.iter().any(|name| {
                    line.find(name.as_str()).is_some_and(|from| (from..from + name.len() + 40).contains(&byte))
                })
        };
        for byte in (0..line.len()).filter(|byte| !is_unverified(*byte)) {
            let mut altered = line.as_bytes().to_vec();
            altered[byte] ^= 1;
            let Ok(altered) = String::from_utf8(altered) else { continue };
            let mut tampered = all.clone();
            tampered[at] = &altered;
            verify(&tampered.join("\n")).expect_err(&altered);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removed_swapped_repeated_and_renumbered_lines_are_found() {
    let app = app_with_logged_responses().await;
    let bundle = lines(&export(&app, "cumbria", "").await);
    let last = bundle.len() - 1;
    let refused = |what: &str, lines: Vec<Value>| {
        verify(&text(&lines)).expect_err(what);
    };
    for at in 0..=last {
        let mut without = bundle.clone();
        without.remove(at);
        refused("a removed line", without);
        let mut repeated = bundle.clone();
        repeated.insert(at, bundle[at].clone());
        refused("a repeated line", repeated);
        refused("a bundle without its end", bundle[..at].to_vec());
        if at > 5 {
            let mut swapped = bundle.clone();
            swapped.swap(at - 1, at);
            refused("two swapped lines", swapped.clone());
            let index = swapped[at]["index"].clone();
            swapped[at]["index"] = swapped[at - 1]["index"].clone();
            swapped[at - 1]["index"] = index;
            refused("two swapped and renumbered lines", swapped);
        }
    }
    let mut renumbered = bundle.clone();
    renumbered.remove(6);
    for (index, line) in renumbered.iter_mut().skip(5).enumerate() {
        line["index"] = json!(index);
    }
    renumbered[4]["end"] = json!(renumbered.len() - 5);
    refused("a removed line with all later lines renumbered", renumbered);
    let mut without_payloads = bundle.clone();
    without_payloads[7]["payloads"] = json!([]);
    assert_eq!(
        verify(&text(&without_payloads)).map(|found| found.events),
        Ok(bundle.len() as u64 - 5),
        "a bundle may lack erased payloads"
    );
    let mut swapped = bundle.clone();
    swapped[7]["payloads"] = bundle[8]["payloads"].clone();
    refused("the payload of another event", swapped);
    // An entry that is forged together with its leaf leads to another root.
    let mut forged = bundle.clone();
    forged[7]["entry"]["actor"]["subject"] = json!("somebody else");
    let leaf = section55::ledger::json_leaf_hash(&forged[7]["entry"]).expect("a leaf");
    forged[7]["leaf"] = json!(leaf);
    refused("an event that is forged with its leaf", forged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bundle_with_another_areas_proof_an_old_head_or_another_key_is_refused() {
    let app = app_with_logged_responses().await;
    let old = lines(&export(&app, "cumbria", "").await);
    app.sequence().await;
    let new = lines(&export(&app, "cumbria", "").await);
    let kent = lines(&export(&app, "kent", "").await);
    verify(&text(&kent)).expect("a valid bundle of Kent");
    for at in 1..5 {
        let mut mixed = new.clone();
        mixed[at] = kent[at].clone();
        // All areas share the newest checkpoint and the opening, so some lines are equal.
        if mixed[at] != new[at] {
            verify(&text(&mixed)).expect_err("a line of Kent's bundle");
        }
        mixed[at] = old[at].clone();
        verify(&text(&mixed)).expect_err("a line of the old bundle");
    }
    let mut named = kent.clone();
    named[0]["log"] = json!("cumbria");
    verify(&text(&named)).expect_err("Kent's log under another name");
    // An old bundle is valid by itself. Only a newer head shows that it is out of date.
    verify(&text(&old)).expect("a valid old bundle");
    let newer = verify(&text(&new)).expect("a valid new bundle");
    let mut verifier = Verifier::new(None).with_earlier_head(newer.size, newer.root);
    text(&old).lines().try_for_each(|line| verifier.verify_line(line)).expect("valid lines");
    verifier.finish().expect_err("a bundle that ends before the known head");
    let other = key_from_seed(b"another seed for the same name..");
    let bundle = text(&new);
    verify_with(&bundle, Some(other.public().clone())).expect_err("another key");
    // The checkpoint is signed again with another key.
    let mut forged = new.clone();
    forged[0]["key"] = json!(other.public().to_string());
    let signed = new[1]["note"].as_str().expect("a note");
    forged[1]["note"] = json!(other.sign(key().public().open(signed).expect("a text")));
    verify_with(&text(&forged), None).expect_err("the epoch was opened for the first key");
    verify(&text(&forged)).expect_err("another key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_leaves_the_proofs_valid_and_needs_an_event_that_records_it() {
    let app = app_with_logged_responses().await;
    let client = app.database.administrator().await;
    let erase = "update record.event_payloads set salt = null, payload = null where event_id = (
                     select id from record.events where area = 'cumbria' and action = 'correct')";
    let note = "update record.event_notes set salt = null, note = null where event_id = (
                     select id from record.events where area = 'cumbria' and action = 'correct')";
    let record = "insert into record.events (id, at, area, actor_issuer, actor_subject, actor_roles, resource, resource_id, version,
                                           action, request_id)
                select gen_random_uuid(), at, area, 'i', 'keeper', '{}', 'event', id, 1, 'erase', 'r'
                from record.events where area = 'cumbria' and action = 'correct'";
    let refused =
        client.batch_execute(&format!("begin; {erase}; commit")).await.expect_err("no event records the erasure");
    assert_eq!(refused.code().map(|code| code.code()), Some("42501"));
    client.batch_execute("rollback").await.expect("a rollback");
    client.batch_execute(&format!("begin; {erase}; {note}; {record}; commit")).await.expect("a recorded erasure");
    app.sequence().await;
    let bundle = export(&app, "cumbria", "").await;
    assert!(!bundle.contains("A slip in the reply."));
    let found = verify(&bundle).expect("a valid bundle");
    assert_eq!((found.events, found.not_shown), (found.size, Vec::new()));
    // An erasure with the rights of the owner, without an event, is reported.
    let other = erase.replace("action = 'correct'", "action = 'approve'");
    let unrecorded = format!("set session_replication_role = replica; {other}; set session_replication_role = origin");
    client.batch_execute(&unrecorded).await.expect("an erasure without triggers");
    let found = verify(&export(&app, "cumbria", "").await).expect("a valid bundle");
    assert_eq!(found.not_shown.len(), 1);
}

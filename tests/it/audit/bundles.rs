//! Bundles: exported as an auditor does it, checked without the service, tampered with in every way that comes to mind.

use section55::auth::Role;
use section55::ledger::{Refused, Verified, Verifier, VerifyingKey};
use serde_json::{Value, json};

use crate::support::App;
use crate::support::audit::{key, seeded};

/// Checks a bundle with the tests' own key.
pub fn verify(bundle: &str) -> Result<Verified, Refused> {
    verify_with(bundle, Some(key().public().clone()))
}

fn verify_with(bundle: &str, trusted: Option<VerifyingKey>) -> Result<Verified, Refused> {
    let mut verifier = Verifier::new(trusted);
    for line in bundle.strip_suffix('\n').unwrap_or(bundle).split('\n') {
        verifier.line(line)?;
    }
    verifier.finish()
}

/// A service in which Cumbria and Kent have been at work, all of it in the log.
pub async fn world() -> App {
    let app = App::start().await;
    let inspection = app.published_inspection("95001").await;
    for (area, state) in [("cumbria", "complete"), ("kent", "in_approval")] {
        let response = app.response(&inspection, area).await;
        app.bring_to(&response, area, state).await;
    }
    let response = app.response(&inspection, "cumbria").await;
    let correct = json!({ "action": "correct", "reason": "A slip in the reply." });
    app.person(Role::OpccApprover, "cumbria").act(&response, correct).await.expect(200);
    app.sequence().await;
    app
}

/// The bundle of an area's log, as its auditor gets it.
pub async fn export(app: &App, area: &str, query: &str) -> String {
    let auditor = app.person(Role::Auditor, area);
    auditor.get(&format!("/v1/audit/bundle?{query}")).await.expect(200).text
}

fn lines(bundle: &str) -> Vec<Value> {
    bundle.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(|line| section55::ledger::canonical(line) + "\n").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_takes_the_log_of_the_area_home_and_checks_it_there() {
    let app = world().await;
    let bundle = export(&app, "cumbria", "area=cumbria").await;
    let found = verify(&bundle).expect("a bundle as it should be");
    assert_eq!((found.log.as_str(), found.run), ("cumbria", (0, found.size)));
    assert_eq!((found.events, found.withheld), (found.size, 0));
    assert!(found.payloads > found.events, "{found:?}");
    assert_eq!((found.found_changed, found.not_shown), (Vec::new(), Vec::new()));
    assert!(bundle.contains("A slip in the reply.") && bundle.contains("The body welcomes the report."));
    assert!(!bundle.contains("\"kent\""), "another area's events are not in it");
    // That it was taken stands in the log.
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=export").await.expect(200);
    assert_eq!(events.body["items"][0]["actor"]["subject"], "auditor@cumbria");
    assert_eq!(events.body["items"][0]["resource_id"], lines(&bundle)[0]["id"]);
    app.sequence().await;
    // The next one holds that too, and goes on from the first.
    let next = export(&app, "cumbria", "").await;
    let mut verifier = Verifier::new(None).after(found.size, found.root);
    next.lines().try_for_each(|line| verifier.line(line)).expect("it goes on");
    assert_eq!(verifier.finish().expect("it goes on").size, found.size + 1);
    let mut forked = Verifier::new(None).after(found.size - 1, found.root);
    assert!(next.lines().try_for_each(|line| forked.line(line)).is_err(), "another root at that size");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bundle_of_a_period_is_the_run_of_the_log_that_holds_it() {
    let app = world().await;
    app.clock.set("2022-03-23T12:00:00Z".parse().expect("an instant"));
    let inspection = app.published_inspection("95002").await;
    app.clock.set("2022-03-24T12:00:00Z".parse().expect("an instant"));
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "drafting").await;
    app.sequence().await;
    for (query, events) in [
        // Registered, three recommendations, two of them dated, published; its response and its three lines opened.
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
async fn what_an_auditor_may_not_read_stands_at_its_place_as_its_leaf_alone() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let auditor = app.person(Role::Auditor, "cumbria");
    let draft = json!({ "reference": "95009", "title": "Not for others yet" });
    registrar.post("/v1/inspections", draft).await.expect(201);
    let mut kent = auditor.get("/v1/areas/kent").await.expect(200).body;
    for member in ["id", "code", "version", "created_at", "updated_at", "links"] {
        kent.as_object_mut().expect("an area").remove(member);
    }
    registrar.put("/v1/areas/kent", "*", kent).await.expect(200);
    app.sequence().await;
    let bundle = export(&app, "cumbria", "area=_all").await;
    let found = verify(&bundle).expect("a bundle as it should be");
    assert_eq!((found.events, found.withheld), (1, 1));
    assert!(!bundle.contains("Not for others yet") && bundle.contains("Kent Police"));
    auditor.get("/v1/audit/bundle?area=kent").await.expect(404);
    app.person(Role::OpccApprover, "cumbria").get("/v1/audit/bundle").await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_byte_changed_anywhere_in_an_event_is_found_and_the_event_named() {
    let app = world().await;
    let bundle = export(&app, "cumbria", "").await;
    let all: Vec<&str> = bundle.lines().collect();
    let (mut tried, mut before) = (0, Verifier::new(Some(key().public().clone())));
    all[..5].iter().try_for_each(|line| before.line(line)).expect("what comes before the events");
    for (at, line) in all.iter().enumerate().skip(5) {
        let id = lines(line)[0]["entry"]["id"].as_str().expect("an id").to_owned();
        // Every byte of some lines, and a byte here and there of the others.
        for byte in (0..line.len()).step_by(if at % 7 == 0 { 1 } else { 97 }) {
            let mut bent = line.as_bytes().to_vec();
            bent[byte] ^= 1;
            let Ok(bent) = String::from_utf8(bent) else { continue };
            let refused = before.clone().line(&bent).expect_err(&bent);
            assert_eq!(refused.line, at + 1, "{refused}");
            let readable = serde_json::from_str::<Value>(&bent).is_ok_and(|it| it["entry"]["id"] == id.as_str());
            assert!(!readable || refused.event == Some(id.clone()), "{refused} for {id}");
            tried += 1;
        }
        before.line(line).expect("as it was");
    }
    assert!(tried > 2_000, "{tried}");
    // Before the events: all but what the asker wrote into the first line.
    for (at, line) in all.iter().enumerate().take(5) {
        let open = ["since", "until", "at", "id"].map(|name| format!("\"{name}\":"));
        let own = |byte: usize| {
            at == 0
                && open.iter().any(|name| {
                    line.find(name.as_str()).is_some_and(|from| (from..from + name.len() + 40).contains(&byte))
                })
        };
        for byte in (0..line.len()).filter(|byte| !own(*byte)) {
            let mut bent = line.as_bytes().to_vec();
            bent[byte] ^= 1;
            let Ok(bent) = String::from_utf8(bent) else { continue };
            let mut tampered = all.clone();
            tampered[at] = &bent;
            verify(&tampered.join("\n")).expect_err(&bent);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_taken_out_swapped_doubled_or_numbered_anew_are_found() {
    let app = world().await;
    let bundle = lines(&export(&app, "cumbria", "").await);
    let last = bundle.len() - 1;
    let refused = |what: &str, lines: Vec<Value>| {
        verify(&text(&lines)).expect_err(what);
    };
    for at in 0..=last {
        let mut without = bundle.clone();
        without.remove(at);
        refused("one taken out", without);
        let mut doubled = bundle.clone();
        doubled.insert(at, bundle[at].clone());
        refused("one doubled", doubled);
        refused("its tail cut off", bundle[..at].to_vec());
        if at > 5 {
            let mut swapped = bundle.clone();
            swapped.swap(at - 1, at);
            refused("two swapped", swapped.clone());
            let index = swapped[at]["index"].clone();
            swapped[at]["index"] = swapped[at - 1]["index"].clone();
            swapped[at - 1]["index"] = index;
            refused("two swapped and numbered anew", swapped);
        }
    }
    let mut renumbered = bundle.clone();
    renumbered.remove(6);
    for (index, line) in renumbered.iter_mut().skip(5).enumerate() {
        line["index"] = json!(index);
    }
    renumbered[4]["end"] = json!(renumbered.len() - 5);
    refused("one taken out and all numbered anew", renumbered);
    let mut shown = bundle.clone();
    shown[7]["payloads"] = json!([]);
    assert_eq!(
        verify(&text(&shown)).map(|found| found.events),
        Ok(bundle.len() as u64 - 5),
        "what was erased may lack"
    );
    let mut swapped = bundle.clone();
    swapped[7]["payloads"] = bundle[8]["payloads"].clone();
    refused("another event's payload", swapped);
    // An entry rewritten with its leaf: the root tells.
    let mut forged = bundle.clone();
    forged[7]["entry"]["actor"]["subject"] = json!("somebody else");
    let leaf = section55::ledger::hash_of(&forged[7]["entry"]).expect("a leaf");
    forged[7]["leaf"] = json!(leaf);
    refused("an event forged with its leaf", forged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_areas_proof_an_old_head_or_another_key_prove_nothing() {
    let app = world().await;
    let old = lines(&export(&app, "cumbria", "").await);
    app.sequence().await;
    let new = lines(&export(&app, "cumbria", "").await);
    let kent = lines(&export(&app, "kent", "").await);
    verify(&text(&kent)).expect("Kent's own");
    for at in 1..5 {
        let mut mixed = new.clone();
        mixed[at] = kent[at].clone();
        // The newest checkpoint and the opening are those of all areas.
        if mixed[at] != new[at] {
            verify(&text(&mixed)).expect_err("Kent's line");
        }
        mixed[at] = old[at].clone();
        verify(&text(&mixed)).expect_err("an old line");
    }
    let mut named = kent.clone();
    named[0]["log"] = json!("cumbria");
    verify(&text(&named)).expect_err("Kent's under another name");
    // An old bundle is whole in itself: who knows a newer one holds it against that.
    verify(&text(&old)).expect("it was so then");
    let newer = verify(&text(&new)).expect("it is so now");
    let mut verifier = Verifier::new(None).after(newer.size, newer.root);
    text(&old).lines().try_for_each(|line| verifier.line(line)).expect("each line is well");
    verifier.finish().expect_err("it ends before what is known");
    let other = seeded(b"another seed for the same name..");
    let bundle = text(&new);
    verify_with(&bundle, Some(other.public().clone())).expect_err("another key");
    // Signed anew by who has another key.
    let mut forged = new.clone();
    forged[0]["key"] = json!(other.public().to_string());
    let signed = new[1]["note"].as_str().expect("a note");
    forged[1]["note"] = json!(other.sign(key().public().open(signed).expect("a text")));
    verify_with(&text(&forged), None).expect_err("the epoch was opened for the first key");
    verify(&text(&forged)).expect_err("another key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_erased_leaves_its_proof_and_an_event_that_says_so() {
    let app = world().await;
    let client = app.database.administrator().await;
    let erase = "update record.event_payloads set salt = null, payload = null where event_id = (
                     select id from record.events where area = 'cumbria' and action = 'correct')";
    let note = "update record.event_notes set salt = null, note = null where event_id = (
                     select id from record.events where area = 'cumbria' and action = 'correct')";
    let tell = "insert into record.events (id, at, area, actor_issuer, actor_subject, actor_roles, resource, resource_id, version,
                                           action, request_id)
                select gen_random_uuid(), at, area, 'i', 'keeper', '{}', 'event', id, 1, 'erase', 'r'
                from record.events where area = 'cumbria' and action = 'correct'";
    let untold = client.batch_execute(&format!("begin; {erase}; commit")).await.expect_err("nothing tells of it");
    assert_eq!(untold.code().map(|code| code.code()), Some("42501"));
    client.batch_execute("rollback").await.expect("an end");
    client.batch_execute(&format!("begin; {erase}; {note}; {tell}; commit")).await.expect("it is told");
    app.sequence().await;
    let bundle = export(&app, "cumbria", "").await;
    assert!(!bundle.contains("A slip in the reply."));
    let found = verify(&bundle).expect("the proofs hold");
    assert_eq!((found.events, found.not_shown), (found.size, Vec::new()));
    // Erased by who can do all, told to nobody: found.
    let other = erase.replace("action = 'correct'", "action = 'approve'");
    let bare = format!("set session_replication_role = replica; {other}; set session_replication_role = origin");
    client.batch_execute(&bare).await.expect("no trigger stands in the way");
    let found = verify(&export(&app, "cumbria", "").await).expect("the proofs hold");
    assert_eq!(found.not_shown.len(), 1);
}

//! Erasure: words taken out of the log, and out of all that is given of it, while every proof still holds.

use section55::auth::Role;
use section55::ledger::Verifier;
use serde_json::{Value, json};

use super::{Case, id, proposal};

/// A response in whose history stand words that should not.
async fn case() -> Case {
    let case = Case::new().await;
    case.app.bring_to(&case.response, "cumbria", "drafting").await;
    let opcc = case.app.person(Role::Opcc, "cumbria");
    for text in ["It names zqvictimx.", "It names nobody."] {
        opcc.patch(&case.response, "*", json!({ "policing_body_comments": text })).await.expect(200);
    }
    case.app.sequence().await;
    case
}

async fn verified(case: &Case) -> section55::ledger::Verified {
    let bundle = case.auditor.get("/v1/audit/bundle").await.expect(200).text;
    let mut verifier = Verifier::new(None);
    bundle.lines().try_for_each(|line| verifier.line(line)).expect("each line as it was logged");
    verifier.finish().expect("the whole as it was signed")
}

/// The events of the response whose history shows the words.
async fn with_the_words(case: &Case) -> Vec<String> {
    let history = case.auditor.get(&format!("{}/history", case.response)).await.expect(200);
    let items = history.body["items"].as_array().expect("a list").iter();
    let with = items.filter(|event| event["changes"].to_string().contains("zqvictimx"));
    with.map(|event| event["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erased_words_are_nowhere_and_every_proof_still_holds() {
    let case = case().await;
    let before = verified(&case).await;
    assert_eq!(case.tables_with("zqvictimx").await, ["record.event_payloads"]);
    assert!(case.all_of_the_log().await.contains("zqvictimx"));
    let told = with_the_words(&case).await;
    assert_eq!(told.len(), 2, "the event that wrote them, and the one that took them away");
    let disposal = case.confirmed("erasure", "response", &case.response).await;
    assert_eq!(disposal.body["certificate"], Value::Null, "not before it is carried out");
    assert_eq!(case.carry_out().await, 1);
    assert_eq!(case.carry_out().await, 0, "once");
    assert_eq!(case.tables_with("zqvictimx").await, Vec::<String>::new());
    case.app.sequence().await;
    assert!(!case.all_of_the_log().await.contains("zqvictimx"));

    let history = case.auditor.get(&format!("{}/history", case.response)).await.expect(200);
    for event in history.body["items"].as_array().expect("a list") {
        let anew = event["action"] == "erase";
        assert_eq!(event["erased"], !anew, "{event}");
        assert_eq!(event["changes"], json!([]), "{event}");
    }
    let after = verified(&case).await;
    assert_eq!((after.not_shown, after.found_changed), (Vec::new(), Vec::new()));
    assert!(after.events > before.events);
    assert!(before.erased == 0 && after.erased > 4, "{}", after.erased);
    for event in &told {
        let proof = case.auditor.get(&format!("/v1/audit/events/{event}/proof")).await.expect(200);
        assert_eq!(proof.body["id"], event.as_str());
        let erased = case.auditor.get(&format!("/v1/audit-events?resource_id={event}&action=erase")).await.expect(200);
        assert_eq!(erased.body["items"].as_array().map(Vec::len), Some(1), "an event tells of each");
    }
    let grown = format!("/v1/audit/consistency?area=cumbria&from={}&to={}", before.size, after.size);
    assert_eq!(case.auditor.get(&grown).await.expect(200).body["from_root"], before.root.to_string());

    // The record stands as it is, and what it is now is known; what it was then is not told any more.
    let opcc = case.app.person(Role::Opcc, "cumbria");
    let now = opcc.get(&case.response).await.expect(200);
    assert_eq!(now.body["policing_body_comments"], "It names nobody.");
    case.app.set_day("2022-03-23");
    let as_of = opcc.get(&format!("{}?as_of=2022-03-23", case.response)).await.expect(200);
    assert_eq!(as_of.body["policing_body_comments"], "It names nobody.");
    opcc.get(&format!("{}?as_of=2022-03-22T11:59:59Z", case.response)).await.expect(404);
    opcc.patch(&case.response, "*", json!({ "policing_body_comments": "Goes on." })).await.expect(200);
    case.app.sequence().await;
    assert_eq!(verified(&case).await.found_changed, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_event_is_erased_and_its_neighbours_stay() {
    let case = case().await;
    let told = with_the_words(&case).await;
    let event = format!("/v1/audit-events/{}", told[1]);
    let disposal = case.confirmed("erasure", "event", &event).await;
    assert_eq!(case.carry_out().await, 1);
    assert_eq!(with_the_words(&case).await, told[..1]);
    let done = case.auditor.get(&disposal.href()).await.expect(200);
    assert_eq!(done.body["certificate"]["items"].as_array().map(Vec::len), Some(1));
    assert_eq!((&done.body["certificate"]["events"], &done.body["certificate"]["files"]), (&json!(1), &json!(0)));
    assert_eq!(done.body["certificate"]["items"][0]["id"], told[1].as_str());
    case.app.sequence().await;
    let found = verified(&case).await;
    assert_eq!((found.not_shown, found.found_changed), (Vec::new(), Vec::new()));
    // What tells of an erasure is not erased.
    let tells = case.auditor.get(&format!("/v1/audit-events?resource_id={}", told[1])).await.expect(200);
    let tells = tells.body["items"][0]["id"].as_str().expect("an event").to_owned();
    let refused = case.approver.post("/v1/disposals", proposal("erasure", "event", &tells)).await.expect(422);
    assert_eq!(refused.faults(), [("/resource_id".to_owned(), "unknown_reference".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_note_of_an_event_is_erased_with_it() {
    let case = Case::new().await;
    case.app.bring_to(&case.response, "cumbria", "in_approval").await;
    let back = json!({ "action": "return", "reason": "zqreasonx" });
    case.approver.act(&case.response, back).await.expect(200);
    assert_eq!(case.tables_with("zqreasonx").await, ["record.event_notes"]);
    case.confirmed("erasure", "response", &case.response).await;
    assert_eq!(case.carry_out().await, 1);
    assert_eq!(case.tables_with("zqreasonx").await, Vec::<String>::new());
    case.app.sequence().await;
    assert_eq!(verified(&case).await.not_shown, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_areas_record_and_a_published_report_are_not_an_areas_to_erase() {
    let case = case().await;
    let told = with_the_words(&case).await;
    let kent = case.app.person(Role::OpccApprover, "kent");
    let shared = case.auditor.get("/v1/audit-events?resource=inspection&action=publish").await.expect(200);
    let shared = shared.body["items"][0]["id"].as_str().expect("an event").to_owned();
    for (who, resource, path) in [
        (&kent, "response", case.response.as_str()),
        (&kent, "assignment", case.line.as_str()),
        (&kent, "event", told[0].as_str()),
        (&case.approver, "event", shared.as_str()),
        (&case.approver, "response", id(&case.line)),
    ] {
        let refused = who.post("/v1/disposals", proposal("erasure", resource, path)).await.expect(422);
        assert_eq!(refused.faults(), [("/resource_id".to_owned(), "unknown_reference".to_owned())], "{resource}");
    }
    let made = case.approver.post("/v1/disposals", proposal("erasure", "response", &case.response)).await.expect(201);
    kent.get(&made.href()).await.expect(404);
    kent.act(&made.href(), json!({ "action": "confirm" })).await.expect(404);
    assert_eq!(kent.get("/v1/disposals").await.expect(200).body["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_itself_erases_nothing_that_two_people_did_not_decide() {
    let case = case().await;
    let made = case.approver.post("/v1/disposals", proposal("erasure", "response", &case.response)).await.expect(201);
    let service = case.app.database.connect("section55_app").await;
    let scope = "select set_config('section55.areas', 'cumbria', false), set_config('section55.sides', 'audit', false)";
    service.batch_execute(scope).await.expect("a scope");
    let disposal = id(&made.href()).to_owned();
    for sql in [
        format!("select dispose('{disposal}', now())"),
        format!(
            "update disposals set state = 'confirmed', decided_issuer = proposed_issuer, decided_subject = proposed_subject where id = '{disposal}'"
        ),
        "update event_payloads set payload = null, salt = null".to_owned(),
        "update event_notes set note = null, salt = null".to_owned(),
        "delete from disposals".to_owned(),
        "delete from legal_holds".to_owned(),
        "update retention_reviews set review_on = now()".to_owned(),
    ] {
        let error = service.batch_execute(&sql).await.expect_err(&sql);
        let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
        assert!(["42501", "23514"].contains(&code.as_str()), "{sql}: {error}");
    }
    // Decided, it is still not done without the events that tell of it.
    case.chief.act(&made.href(), json!({ "action": "confirm" })).await.expect(200);
    let error = service.batch_execute(&format!("select dispose('{disposal}', now())")).await.expect_err("untold");
    let told = error.as_db_error().map(|error| error.message().to_owned()).unwrap_or_default();
    assert!(told.contains("erased without an event"), "{error}");
    assert_eq!(with_the_words(&case).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_that_was_forged_in_the_table_shows_in_the_log() {
    let case = case().await;
    let asked = proposal("erasure", "response", &case.response);
    let held = json!({ "resource": "assignment", "resource_id": id(&case.line), "reason": "A claim." });
    let honest = case.approver.post("/v1/disposals", asked.clone()).await.expect(201);
    // What is held now and then is the holds' matter, and no change of the disposal.
    let hold = case.approver.post("/v1/legal-holds", held).await.expect(201);
    case.approver.act(&hold.href(), json!({ "action": "lift", "reason": "Settled." })).await.expect(200);
    case.chief.act(&honest.href(), json!({ "action": "refuse", "reason": "Not yet." })).await.expect(200);
    let made = case.approver.post("/v1/disposals", asked).await.expect(201);
    case.app.sequence().await;
    assert_eq!(verified(&case).await.found_changed, Vec::<String>::new());
    let forged = format!(
        "update disposals set state = 'confirmed', decided_issuer = 'x', decided_subject = 'x', decided_at = now(),
                              version = version + 1 where id = '{}'",
        id(&made.href())
    );
    case.app.database.administrator().await.batch_execute(&forged).await.expect("forged");
    assert_eq!(case.carry_out().await, 1);
    case.app.sequence().await;
    assert_eq!(verified(&case).await.found_changed.len(), 1, "the disposal was found other than the log had left it");
}

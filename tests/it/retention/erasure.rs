//! Disposals on the ground `erasure`: texts are removed from the audit log and its copies, and every proof stays valid.

use section55::auth::Role;
use section55::ledger::Verifier;
use serde_json::{Value, json};

use super::{Case, id_in, proposal};

/// Makes a response whose history has the name of a victim.
async fn case_with_name() -> Case {
    let case = Case::new().await;
    case.app.advance_response_to(&case.response, "cumbria", "drafting").await;
    let opcc = case.app.person(Role::Opcc, "cumbria");
    for text in ["It names zqvictimx.", "It names nobody."] {
        opcc.patch(&case.response, "*", json!({ "policing_body_comments": text })).await.expect(200);
    }
    case.app.sequence().await;
    case
}

/// Verifies a bundle of the area's audit log.
async fn verify_log(case: &Case) -> section55::ledger::VerificationReport {
    let bundle = case.auditor.get("/v1/audit/bundle").await.expect(200).text;
    let mut verifier = Verifier::new(None);
    bundle.lines().try_for_each(|line| verifier.verify_line(line)).expect("every line is valid");
    verifier.finish().expect("the bundle is valid")
}

/// Returns the ids of the response's events whose changes have the name.
async fn events_with_name(case: &Case) -> Vec<String> {
    let history = case.auditor.get(&format!("{}/history", case.response)).await.expect(200);
    let items = history.body["items"].as_array().expect("a list").iter();
    let found = items.filter(|event| event["changes"].to_string().contains("zqvictimx"));
    found.map(|event| event["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erased_text_is_removed_everywhere_and_every_proof_stays_valid() {
    let case = case_with_name().await;
    let before = verify_log(&case).await;
    assert_eq!(case.tables_containing("zqvictimx").await, ["record.event_payloads"]);
    assert!(case.read_whole_log().await.contains("zqvictimx"));
    let named = events_with_name(&case).await;
    assert_eq!(named.len(), 2, "the event that wrote the name, and the one that replaced it");
    let disposal = case.propose_and_confirm("erasure", "response", &case.response).await;
    assert_eq!(disposal.body["certificate"], Value::Null, "the disposal is not performed yet");
    assert_eq!(case.perform_confirmed().await, 1);
    assert_eq!(case.perform_confirmed().await, 0, "a disposal is performed once");
    assert_eq!(case.tables_containing("zqvictimx").await, Vec::<String>::new());
    case.app.sequence().await;
    assert!(!case.read_whole_log().await.contains("zqvictimx"));

    let history = case.auditor.get(&format!("{}/history", case.response)).await.expect(200);
    for event in history.body["items"].as_array().expect("a list") {
        let is_erasure = event["action"] == "erase";
        assert_eq!(event["erased"], !is_erasure, "{event}");
        assert_eq!(event["changes"], json!([]), "{event}");
    }
    let after = verify_log(&case).await;
    assert_eq!((after.not_shown, after.changed_outside_log), (Vec::new(), Vec::new()));
    assert!(after.events > before.events);
    assert!(before.erased == 0 && after.erased > 4, "{}", after.erased);
    for event in &named {
        let proof = case.auditor.get(&format!("/v1/audit/events/{event}/proof")).await.expect(200);
        assert_eq!(proof.body["id"], event.as_str());
        let erased = case.auditor.get(&format!("/v1/audit-events?resource_id={event}&action=erase")).await.expect(200);
        assert_eq!(erased.body["items"].as_array().map(Vec::len), Some(1), "one event records each erasure");
    }
    let consistency = format!("/v1/audit/consistency?area=cumbria&from={}&to={}", before.size, after.size);
    assert_eq!(case.auditor.get(&consistency).await.expect(200).body["from_root"], before.root.to_string());

    // The record itself is unchanged. Its present content can be read as of now, and its erased content cannot be read.
    let opcc = case.app.person(Role::Opcc, "cumbria");
    let now = opcc.get(&case.response).await.expect(200);
    assert_eq!(now.body["policing_body_comments"], "It names nobody.");
    case.app.set_day("2022-03-23");
    let as_of = opcc.get(&format!("{}?as_of=2022-03-23", case.response)).await.expect(200);
    assert_eq!(as_of.body["policing_body_comments"], "It names nobody.");
    opcc.get(&format!("{}?as_of=2022-03-22T11:59:59Z", case.response)).await.expect(404);
    opcc.patch(&case.response, "*", json!({ "policing_body_comments": "Goes on." })).await.expect(200);
    case.app.sequence().await;
    assert_eq!(verify_log(&case).await.changed_outside_log, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_erasure_of_one_event_leaves_the_others_unchanged() {
    let case = case_with_name().await;
    let named = events_with_name(&case).await;
    let event = format!("/v1/audit-events/{}", named[1]);
    let disposal = case.propose_and_confirm("erasure", "event", &event).await;
    assert_eq!(case.perform_confirmed().await, 1);
    assert_eq!(events_with_name(&case).await, named[..1]);
    let performed = case.auditor.get(&disposal.href()).await.expect(200);
    assert_eq!(performed.body["certificate"]["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&performed.body["certificate"]["events"], &performed.body["certificate"]["files"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(performed.body["certificate"]["items"][0]["id"], named[1].as_str());
    case.app.sequence().await;
    let report = verify_log(&case).await;
    assert_eq!((report.not_shown, report.changed_outside_log), (Vec::new(), Vec::new()));
    // The event that records an erasure cannot be erased.
    let events = case.auditor.get(&format!("/v1/audit-events?resource_id={}", named[1])).await.expect(200);
    let event = events.body["items"][0]["id"].as_str().expect("an event").to_owned();
    let refused = case.approver.post("/v1/disposals", proposal("erasure", "event", &event)).await.expect(422);
    assert_eq!(refused.faults(), [("/resource_id".to_owned(), "unknown_reference".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_erasure_of_an_event_removes_its_note() {
    let case = Case::new().await;
    case.app.advance_response_to(&case.response, "cumbria", "in_approval").await;
    let return_request = json!({ "action": "return", "reason": "zqreasonx" });
    case.approver.act(&case.response, return_request).await.expect(200);
    assert_eq!(case.tables_containing("zqreasonx").await, ["record.event_notes"]);
    case.propose_and_confirm("erasure", "response", &case.response).await;
    assert_eq!(case.perform_confirmed().await, 1);
    assert_eq!(case.tables_containing("zqreasonx").await, Vec::<String>::new());
    case.app.sequence().await;
    assert_eq!(verify_log(&case).await.not_shown, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_area_cannot_erase_records_of_another_area_or_of_all_areas() {
    let case = case_with_name().await;
    let named = events_with_name(&case).await;
    let kent = case.app.person(Role::OpccApprover, "kent");
    let shared = case.auditor.get("/v1/audit-events?resource=inspection&action=publish").await.expect(200);
    let shared = shared.body["items"][0]["id"].as_str().expect("an event").to_owned();
    for (person, resource, path) in [
        (&kent, "response", case.response.as_str()),
        (&kent, "assignment", case.assignment.as_str()),
        (&kent, "event", named[0].as_str()),
        (&case.approver, "event", shared.as_str()),
        (&case.approver, "response", id_in(&case.assignment)),
    ] {
        let refused = person.post("/v1/disposals", proposal("erasure", resource, path)).await.expect(422);
        assert_eq!(refused.faults(), [("/resource_id".to_owned(), "unknown_reference".to_owned())], "{resource}");
    }
    let made = case.approver.post("/v1/disposals", proposal("erasure", "response", &case.response)).await.expect(201);
    kent.get(&made.href()).await.expect(404);
    kent.act(&made.href(), json!({ "action": "confirm" })).await.expect(404);
    assert_eq!(kent.get("/v1/disposals").await.expect(200).body["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_refuses_an_erasure_that_two_people_did_not_decide() {
    let case = case_with_name().await;
    let made = case.approver.post("/v1/disposals", proposal("erasure", "response", &case.response)).await.expect(201);
    let service = case.app.database.connect("section55_app").await;
    let scope = "select set_config('section55.areas', 'cumbria', false), set_config('section55.sides', 'audit', false)";
    service.batch_execute(scope).await.expect("a scope");
    let disposal = id_in(&made.href()).to_owned();
    for sql in [
        format!("select dispose('{disposal}', now())"),
        format!(
            "update disposals
             set state = 'confirmed', decided_issuer = proposed_issuer, decided_subject = proposed_subject
             where id = '{disposal}'"
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
    // Even a confirmed disposal is refused in a transaction without the events that record it.
    case.chief.act(&made.href(), json!({ "action": "confirm" })).await.expect(200);
    let error = service
        .batch_execute(&format!("select dispose('{disposal}', now())"))
        .await
        .expect_err("an erasure without an event");
    let message = error.as_db_error().map(|error| error.message().to_owned()).unwrap_or_default();
    assert!(message.contains("erased without an event"), "{error}");
    assert_eq!(events_with_name(&case).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_shows_a_decision_that_was_forged_in_the_table() {
    let case = case_with_name().await;
    let body = proposal("erasure", "response", &case.response);
    let hold = json!({ "resource": "assignment", "resource_id": id_in(&case.assignment), "reason": "A claim." });
    let genuine = case.approver.post("/v1/disposals", body.clone()).await.expect(201);
    // Setting and lifting a hold does not change the disposal in the audit log.
    let hold = case.approver.post("/v1/legal-holds", hold).await.expect(201);
    case.approver.act(&hold.href(), json!({ "action": "lift", "reason": "Settled." })).await.expect(200);
    case.chief.act(&genuine.href(), json!({ "action": "refuse", "reason": "Not yet." })).await.expect(200);
    let made = case.approver.post("/v1/disposals", body).await.expect(201);
    case.app.sequence().await;
    assert_eq!(verify_log(&case).await.changed_outside_log, Vec::<String>::new());
    let forged = format!(
        "update disposals set state = 'confirmed', decided_issuer = 'x', decided_subject = 'x', decided_at = now(),
                              version = version + 1 where id = '{}'",
        id_in(&made.href())
    );
    case.app.database.administrator().await.batch_execute(&forged).await.expect("forged");
    assert_eq!(case.perform_confirmed().await, 1);
    case.app.sequence().await;
    assert_eq!(
        verify_log(&case).await.changed_outside_log.len(),
        1,
        "the disposal was found other than the log had left it"
    );
}

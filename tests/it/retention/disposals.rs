//! Disposals on the ground `retention`: two people decide, the service performs them, and the certificate has no text.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use section55::auth::Role;
use section55::clock::Clock;
use section55::evidence::file_maintenance;
use serde_json::{Value, json};

use super::{Case, id_in, proposal};

const CANARIES: [&str; 3] = ["zqtitlex", "zqnotex", "zqbytesx"];

/// Runs the deletion of unreferenced files two hours from now. Returns the number deleted.
async fn delete_unreferenced_files(case: &Case) -> u64 {
    let later = Clock::fixed_at(DateTime::<Utc>::from(std::time::SystemTime::now()) + TimeDelta::hours(2));
    file_maintenance::delete_unreferenced_files(&case.app.database.db, &case.app.files, &later)
        .await
        .expect("a deletion")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disposed_evidence_loses_its_texts_and_files_and_leaves_a_certificate() {
    let case = Case::new().await;
    let settings = json!({ "settings": { "retention_years": 1 } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    let (item, file) = case.add_accepted_evidence("zqtitlex", b"It says zqbytesx.").await;
    let (other, same) = case.add_accepted_evidence("Another", b"Both have this.").await;
    let force = case.app.person(Role::Constabulary, "cumbria");
    force.upload(&format!("{item}/files"), "again.txt", b"Both have this.").await.expect(201);
    let reject = json!({ "action": "reject", "note": "zqnotex" });
    case.approver.act(&item, reject).await.expect(200);
    let sha256 = case.auditor.get(&item).await.expect(200).body["files"][0]["sha256"].clone();
    let early = case.approver.post("/v1/disposals", proposal("retention", "evidence", &item)).await.expect(422);
    assert_eq!(early.faults(), [("/resource_id".to_owned(), "not_due".to_owned())]);
    case.app.set_day("2023-03-22");
    let disposal = case.propose_and_confirm("retention", "evidence", &item).await;
    assert_eq!(case.app.stored_files().len(), 2);
    assert_eq!(case.perform_confirmed().await, 1);
    for canary in CANARIES {
        assert_eq!(case.tables_containing(canary).await, Vec::<String>::new(), "{canary}");
    }
    assert_eq!(delete_unreferenced_files(&case).await, 1, "only one content has no other version");
    assert_eq!(case.app.stored_files().len(), 1);
    assert_eq!(case.auditor.get(&same).await.expect(200).text, "Both have this.");
    let withheld = case.auditor.get(&file).await.expect(409);
    assert_eq!(withheld.body["code"], "file_withheld");

    let now = case.auditor.get(&item).await.expect(200);
    assert_eq!((&now.body["title"], &now.body["state"]), (&json!("Disposed of"), &json!("rejected")));
    assert_eq!(now.body["disposed_at"], "2023-03-22T12:00:00Z");
    assert_eq!(now.body["allowed_actions"], json!([]));
    force.patch(&item, "*", json!({ "title": "Back." })).await.expect(409);
    assert_eq!(case.auditor.get(&other).await.expect(200).body["disposed_at"], Value::Null);

    let performed = case.auditor.get(&disposal.href()).await.expect(200);
    let items = performed.body["certificate"]["items"].as_array().expect("a certificate").clone();
    assert!(items.iter().any(|it| it["resource"] == "file" && it["id"] == id_in(&file) && it["sha256"] == sha256));
    assert!(items.iter().any(|it| it["resource"] == "evidence" && it["id"] == id_in(&item)));
    assert_eq!(performed.body["certificate"]["files"], 2);
    case.app.sequence().await;
    let log = case.read_whole_log().await;
    assert!(log.contains(sha256.as_str().expect("a digest")), "the certificate is in the audit log");
    assert!(CANARIES.iter().all(|canary| !log.contains(canary)));
    let events = format!("/v1/audit-events?resource=disposal&resource_id={}&action=dispose", id_in(&disposal.href()));
    let events = case.auditor.get(&events).await.expect(200);
    assert_eq!(events.body["items"].as_array().map(Vec::len), Some(1));
    // The assignment's counts do not change, because the evidence existed and was reviewed.
    assert_eq!(case.auditor.get(&case.assignment).await.expect(200).body["evidence_count"], 2);
    // If the same content is uploaded again, it is stored again.
    let item = case.app.add_evidence(&case.assignment, "cumbria", json!({})).await.href();
    let again = force.upload(&format!("{item}/files"), "a.txt", b"It says zqbytesx.").await.expect(201);
    assert_eq!(delete_unreferenced_files(&case).await, 0);
    assert_eq!(case.auditor.get(&again.href()).await.expect(200).text, "It says zqbytesx.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disposed_response_loses_its_drafts_and_keeps_its_published_edition() {
    let case = Case::new().await;
    let settings = json!({ "settings": { "retention_years": 1 } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    case.app.advance_response_to(&case.response, "cumbria", "awaiting_comments").await;
    let draft = json!({ "policing_body_comments": "An early zqdraftx." });
    case.approver.patch(&case.response, "*", draft).await.expect(200);
    let unfinished =
        case.approver.post("/v1/disposals", proposal("retention", "response", &case.response)).await.expect(422);
    assert_eq!(unfinished.faults(), [("/resource_id".to_owned(), "not_due".to_owned())]);
    let comments = json!({ "action": "submit_comments", "text": "The force accepts the report." });
    case.chief.act(&case.response, comments).await.expect(200);
    case.app.write_all_texts(&case.response, "cumbria").await;
    case.app.person(Role::Opcc, "cumbria").act(&case.response, json!({ "action": "submit" })).await.expect(200);
    for action in ["approve", "publish"] {
        case.approver.act(&case.response, json!({ "action": action })).await.expect(200);
    }
    let published = case.app.public().get(&case.response).await.expect(200);
    case.app.set_day("2023-03-23");
    case.propose_and_confirm("retention", "response", &case.response).await;
    assert_eq!(case.perform_confirmed().await, 1);
    assert_eq!(case.tables_containing("zqdraftx").await, Vec::<String>::new());
    assert_eq!(case.app.public().get(&case.response).await.expect(200).body, published.body);
    let own = case.auditor.get(&case.response).await.expect(200);
    assert_eq!((&own.body["policing_body_comments"], &own.body["state"]), (&Value::Null, &json!("published")));
    let listed = case.auditor.get("/v1/retention?resource=response").await.expect(200);
    assert_eq!(listed.body["items"], json!([]), "a disposed response has no review date");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disposed_response_takes_the_imports_with_it_that_its_texts_came_from() {
    let case = Case::new().await;
    let settings = json!({ "settings": { "retention_years": 1 } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    let opcc = case.app.person(Role::Opcc, "cumbria");
    let file = b"Invented letter\n\nReference: 65000\n\nOur comments\n\nWe once wrote zqimportx.\n";
    let headers = [("content-type", "text/plain")];
    let send = async || {
        let sent =
            opcc.send(Method::POST, "/v1/imports?area=cumbria&filename=zqletterx.txt", &headers, Some(file.to_vec()));
        sent.await.expect(201).href()
    };
    let (import, abandoned) = (send().await, send().await);
    opcc.act(&abandoned, json!({ "action": "discard" })).await.expect(200);
    let inspection = opcc.get(&case.response).await.expect(200).body["inspection_id"].clone();
    let answers = json!({
        "/inspection/inspection_id": inspection,
        "/response/policing_body_comments": "Also zqanswerx.",
        "/recommendations_complete": true,
    });
    opcc.patch(&import, "*", json!({ "answers": answers })).await.expect(200);
    opcc.act(&import, json!({ "action": "accept", "confirm_proposed": true })).await.expect(200);
    case.app.write_all_texts(&case.response, "cumbria").await;
    let record =
        json!({ "action": "record_published", "published_on": "2022-03-20", "url": "https://www.example.org/x" });
    case.approver.act(&case.response, record).await.expect(200);
    assert!(case.tables_containing("zqimportx").await.contains(&"record.import_proposals".to_owned()));
    case.app.set_day("2023-03-23");
    let disposal = case.propose_and_confirm("retention", "response", &case.response).await;
    assert_eq!(case.perform_confirmed().await, 1);
    for canary in ["zqimportx", "zqletterx", "zqanswerx"] {
        assert_eq!(case.tables_containing(canary).await, Vec::<String>::new(), "{canary}");
    }
    let certificate = opcc.get(&disposal.href()).await.expect(200).body["certificate"].clone();
    let of_imports =
        certificate["items"].as_array().expect("a list").iter().filter(|item| item["resource"] == "import");
    assert_eq!((of_imports.count(), &certificate["files"]), (2, &json!(2)), "{certificate}");
    opcc.get(&format!("{import}/file")).await.expect(404);
    let left = opcc.get(&import).await.expect(200);
    assert_eq!((&left.body["file"]["filename"], &left.body["unclaimed"]), (&json!("disposed-of"), &json!([])));
    assert_eq!(delete_unreferenced_files(&case).await, 1, "both imports had the same bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disposal_needs_two_people_and_one_from_the_side_that_wrote_the_text() {
    let case = Case::new().await;
    let (item, _) = case.add_accepted_evidence("Minutes", b"Agreed.").await;
    let confirm = json!({ "action": "confirm" });
    let second = |role: Role| case.app.person_with_roles("second", &[&role.to_string()], &["cumbria"]);
    let codes = |reply: &crate::support::Reply| reply.faults().into_iter().map(|(_, code)| code).collect::<Vec<_>>();
    for (resource, path, other) in
        [("response", &case.response, Role::ChiefOfficer), ("evidence", &item, Role::OpccApprover)]
    {
        let proposer = case.app.person(other, "cumbria");
        let made = proposer.post("/v1/disposals", proposal("erasure", resource, path)).await.expect(201);
        let alone = proposer.act(&made.href(), confirm.clone()).await.expect(422);
        assert_eq!(codes(&alone), ["another_person", "own_side"], "{resource}");
        let same_side = second(other).act(&made.href(), confirm.clone()).await.expect(422);
        assert_eq!(codes(&same_side), ["own_side"], "{resource}");
        let twice = proposer.post("/v1/disposals", proposal("erasure", resource, path)).await.expect(409);
        assert_eq!(twice.body["code"], "already_exists");
        let owner = if other == Role::ChiefOfficer { Role::OpccApprover } else { Role::ChiefOfficer };
        second(owner).act(&made.href(), confirm.clone()).await.expect(200);
        // A disposal that is cancelled in time can be proposed again.
        let cancel = json!({ "action": "refuse", "reason": "A claim came." });
        proposer.act(&made.href(), cancel.clone()).await.expect(200);
        assert_eq!(case.perform_confirmed().await, 0);
        let again = proposer.post("/v1/disposals", proposal("erasure", resource, path)).await.expect(201);
        second(owner).act(&again.href(), confirm.clone()).await.expect(200);
        assert_eq!(case.perform_confirmed().await, 1);
        let late = proposer.act(&again.href(), cancel).await.expect(422);
        assert_eq!(codes(&late), ["not_disposed"]);
    }
    for role in [Role::Opcc, Role::Constabulary, Role::Auditor, Role::Registrar] {
        let body = proposal("erasure", "response", &case.response);
        case.app.person(role, "cumbria").post("/v1/disposals", body).await.expect(403);
    }
}

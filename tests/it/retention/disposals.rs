//! Disposal at the end of a record's time: by two people, by the service, with a certificate that quotes nothing.

use chrono::{DateTime, TimeDelta, Utc};
use section55::auth::Role;
use section55::clock::Clock;
use section55::evidence::keeping;
use serde_json::{Value, json};

use super::{Case, id, proposal};

const CANARIES: [&str; 3] = ["zqtitlex", "zqnotex", "zqbytesx"];

/// What the sweep of the files removes, an hour and more after now.
async fn sweep(case: &Case) -> u64 {
    let later = Clock::standing_at(DateTime::<Utc>::from(std::time::SystemTime::now()) + TimeDelta::hours(2));
    keeping::sweep(&case.app.database.db, &case.app.files, &later).await.expect("swept")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_whose_time_is_over_loses_its_words_and_bytes_and_leaves_a_certificate() {
    let case = Case::new().await;
    let settings = json!({ "settings": { "retention_years": 1 } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    let (item, file) = case.accepted("zqtitlex", b"It says zqbytesx.").await;
    let (other, same) = case.accepted("Another", b"Both have this.").await;
    let force = case.app.person(Role::Constabulary, "cumbria");
    force.upload(&format!("{item}/files"), "again.txt", b"Both have this.").await.expect(201);
    let reject = json!({ "action": "reject", "note": "zqnotex" });
    case.approver.act(&item, reject).await.expect(200);
    let sha256 = case.auditor.get(&item).await.expect(200).body["files"][0]["sha256"].clone();
    let early = case.approver.post("/v1/disposals", proposal("retention", "evidence", &item)).await.expect(422);
    assert_eq!(early.faults(), [("/resource_id".to_owned(), "not_due".to_owned())]);
    case.app.set_day("2023-03-22");
    let disposal = case.confirmed("retention", "evidence", &item).await;
    assert_eq!(case.app.stored().len(), 2);
    assert_eq!(case.carry_out().await, 1);
    for canary in CANARIES {
        assert_eq!(case.tables_with(canary).await, Vec::<String>::new(), "{canary}");
    }
    assert_eq!(sweep(&case).await, 1, "the bytes that no item has any more");
    assert_eq!(case.app.stored().len(), 1);
    assert_eq!(case.auditor.get(&same).await.expect(200).text, "Both have this.");
    let withheld = case.auditor.get(&file).await.expect(409);
    assert_eq!(withheld.body["code"], "file_withheld");

    let now = case.auditor.get(&item).await.expect(200);
    assert_eq!((&now.body["title"], &now.body["state"]), (&json!("Disposed of"), &json!("rejected")));
    assert_eq!(now.body["disposed_at"], "2023-03-22T12:00:00Z");
    assert_eq!(now.body["allowed_actions"], json!([]));
    force.patch(&item, "*", json!({ "title": "Back." })).await.expect(409);
    assert_eq!(case.auditor.get(&other).await.expect(200).body["disposed_at"], Value::Null);

    let done = case.auditor.get(&disposal.href()).await.expect(200);
    let items = done.body["certificate"]["items"].as_array().expect("a certificate").clone();
    assert!(items.iter().any(|it| it["resource"] == "file" && it["id"] == id(&file) && it["sha256"] == sha256));
    assert!(items.iter().any(|it| it["resource"] == "evidence" && it["id"] == id(&item)));
    assert_eq!(done.body["certificate"]["files"], 2);
    case.app.sequence().await;
    let log = case.all_of_the_log().await;
    assert!(log.contains(sha256.as_str().expect("a digest")), "the certificate is in the log");
    assert!(CANARIES.iter().all(|canary| !log.contains(canary)));
    let told = format!("/v1/audit-events?resource=disposal&resource_id={}&action=dispose", id(&disposal.href()));
    let told = case.auditor.get(&told).await.expect(200);
    assert_eq!(told.body["items"].as_array().map(Vec::len), Some(1));
    // The line's counts stand: it was shown, and reviewed.
    assert_eq!(case.auditor.get(&case.line).await.expect(200).body["evidence_count"], 2);
    // Whoever sends the same bytes again has them kept again.
    let item = case.app.evidence(&case.line, "cumbria", json!({})).await.href();
    let again = force.upload(&format!("{item}/files"), "a.txt", b"It says zqbytesx.").await.expect(201);
    assert_eq!(sweep(&case).await, 0);
    assert_eq!(case.auditor.get(&again.href()).await.expect(200).text, "It says zqbytesx.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_responses_drafts_go_and_what_was_published_stays() {
    let case = Case::new().await;
    let settings = json!({ "settings": { "retention_years": 1 } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    case.app.bring_to(&case.response, "cumbria", "awaiting_comments").await;
    let draft = json!({ "policing_body_comments": "An early zqdraftx." });
    case.approver.patch(&case.response, "*", draft).await.expect(200);
    let undone =
        case.approver.post("/v1/disposals", proposal("retention", "response", &case.response)).await.expect(422);
    assert_eq!(undone.faults(), [("/resource_id".to_owned(), "not_due".to_owned())]);
    let asked = json!({ "action": "submit_comments", "text": "The force accepts the report." });
    case.chief.act(&case.response, asked).await.expect(200);
    case.app.write_whole(&case.response, "cumbria").await;
    case.app.person(Role::Opcc, "cumbria").act(&case.response, json!({ "action": "submit" })).await.expect(200);
    for action in ["approve", "publish"] {
        case.approver.act(&case.response, json!({ "action": action })).await.expect(200);
    }
    let published = case.app.public().get(&case.response).await.expect(200);
    case.app.set_day("2023-03-23");
    case.confirmed("retention", "response", &case.response).await;
    assert_eq!(case.carry_out().await, 1);
    assert_eq!(case.tables_with("zqdraftx").await, Vec::<String>::new());
    assert_eq!(case.app.public().get(&case.response).await.expect(200).body, published.body);
    let own = case.auditor.get(&case.response).await.expect(200);
    assert_eq!((&own.body["policing_body_comments"], &own.body["state"]), (&Value::Null, &json!("published")));
    let listed = case.auditor.get("/v1/retention?resource=response").await.expect(200);
    assert_eq!(listed.body["items"], json!([]), "it is not reviewed again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_takes_two_people_and_one_of_them_of_the_side_whose_words_they_are() {
    let case = Case::new().await;
    let (item, _) = case.accepted("Minutes", b"Agreed.").await;
    let confirm = json!({ "action": "confirm" });
    let second = |role: Role| case.app.somebody("second", &[&role.to_string()], &["cumbria"]);
    let codes = |reply: &crate::support::Reply| reply.faults().into_iter().map(|(_, code)| code).collect::<Vec<_>>();
    for (resource, path, other) in
        [("response", &case.response, Role::ChiefOfficer), ("evidence", &item, Role::OpccApprover)]
    {
        let proposer = case.app.person(other, "cumbria");
        let made = proposer.post("/v1/disposals", proposal("erasure", resource, path)).await.expect(201);
        let alone = proposer.act(&made.href(), confirm.clone()).await.expect(422);
        assert_eq!(codes(&alone), ["another_person", "own_side"], "{resource}");
        let likewise = second(other).act(&made.href(), confirm.clone()).await.expect(422);
        assert_eq!(codes(&likewise), ["own_side"], "{resource}");
        let twice = proposer.post("/v1/disposals", proposal("erasure", resource, path)).await.expect(409);
        assert_eq!(twice.body["code"], "already_exists");
        let owner = if other == Role::ChiefOfficer { Role::OpccApprover } else { Role::ChiefOfficer };
        second(owner).act(&made.href(), confirm.clone()).await.expect(200);
        // Given up before it was carried out, it may be proposed anew.
        let given_up = json!({ "action": "refuse", "reason": "A claim came." });
        proposer.act(&made.href(), given_up.clone()).await.expect(200);
        assert_eq!(case.carry_out().await, 0);
        let anew = proposer.post("/v1/disposals", proposal("erasure", resource, path)).await.expect(201);
        second(owner).act(&anew.href(), confirm.clone()).await.expect(200);
        assert_eq!(case.carry_out().await, 1);
        let late = proposer.act(&anew.href(), given_up).await.expect(422);
        assert_eq!(codes(&late), ["not_disposed"]);
    }
    for role in [Role::Opcc, Role::Constabulary, Role::Auditor, Role::Registrar] {
        let asked = proposal("erasure", "response", &case.response);
        case.app.person(role, "cumbria").post("/v1/disposals", asked).await.expect(403);
    }
}

//! Nobody but the side and its auditors reads a remark, and a disposal of the response removes it.

use section55::auth::Role;
use section55::retention::disposals::job::perform_confirmed;
use serde_json::{Value, json};

use super::Case;

const SECRET: &str = "zqremarkx";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_the_other_side_nor_the_public_reads_a_remark_anywhere() {
    let case = Case::new().await;
    let body = json!({ "text": format!("{SECRET} one"), "member": "/policing_body_comments" });
    let remark = case.remark(&case.opcc, body).await.expect(201);
    for action in ["resolve", "reopen"] {
        case.opcc.act(&remark.href(), json!({ "action": action })).await.expect(200);
    }
    case.approver.act(&case.response, json!({ "action": "submit" })).await.expect(200);
    let second = case.app.person_with_roles("second", &["opcc_approver"], &["cumbria"]);
    for action in ["approve", "publish"] {
        second.act(&case.response, json!({ "action": action })).await.expect(200);
    }
    case.app.sequence().await;
    let id = remark.body["id"].as_str().expect("an id");
    let strangers = [
        case.force.clone(),
        case.app.person(Role::ChiefOfficer, "cumbria"),
        case.app.person(Role::OpccApprover, "kent"),
        case.app.person(Role::Registrar, ""),
        case.app.public(),
    ];
    let paths = [
        case.response.clone(),
        format!("{}/document", case.response),
        format!("{}/versions/1", case.response),
        format!("{}/history", case.response),
        format!("{}/transitions", case.response),
        case.remarks(),
        remark.href(),
        format!("{}/transitions", remark.href()),
        "/v1/exports/responses?format=jsonl".to_owned(),
        "/v1/changes?limit=200".to_owned(),
        "/v1/audit-events?limit=200".to_owned(),
        format!("/v1/audit-events?resource_id={id}"),
        format!("/v1/search?q={SECRET}"),
    ];
    for (n, person) in strangers.iter().enumerate() {
        for path in &paths {
            let reply = person.get(path).await;
            assert!(!reply.text.contains(&format!("{SECRET} one")), "{n} {path}: {}", reply.text);
        }
        if n < 3 {
            person.get(&remark.href()).await.expect(404);
        }
    }
    assert_eq!(case.texts(&case.force, "").await, Vec::<String>::new());
    for change in case.opcc.get("/v1/changes?limit=200").await.expect(200).body["items"].as_array().expect("a list") {
        assert_ne!(change["resource"], "remark", "{change}");
    }
    // An auditor reads the remarks of both sides.
    case.remark(&case.force, json!({ "text": "Ours." })).await.expect(201);
    let auditor = case.app.person(Role::Auditor, "cumbria");
    assert_eq!(case.texts(&auditor, "").await, [&format!("{SECRET} one"), "Ours."]);
    case.remark(&auditor, json!({ "text": "No." })).await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_of_the_response_removes_the_earlier_texts_of_its_remarks() {
    let case = Case::new().await;
    let remark = case.remark(&case.opcc, json!({ "text": SECRET })).await.expect(201);
    let answer = json!({ "text": "Leave out the name.", "answers": remark.body["id"] });
    case.remark(&case.approver, answer).await.expect(201);
    case.opcc.patch(&remark.href(), "*", json!({ "text": "The victim." })).await.expect(200);
    let administrator = case.app.database.administrator().await;
    let count = async || {
        let sql = format!("select count(*) from record.event_payloads where payload like '%{SECRET}%'");
        administrator.query_one(&sql, &[]).await.expect("a count").get::<_, i64>(0)
    };
    assert_eq!(count().await, 2);
    let id = case.response.rsplit('/').next().expect("an id");
    let erase = json!({ "ground": "erasure", "resource": "response", "resource_id": id, "reason": "Asked for." });
    let disposal = case.approver.post("/v1/disposals", erase).await.expect(201).href();
    case.app.person(Role::ChiefOfficer, "cumbria").act(&disposal, json!({ "action": "confirm" })).await.expect(200);
    assert_eq!(perform_confirmed(&case.app.database.db, &case.app.clock).await.expect("a disposal"), 1);
    assert_eq!(count().await, 0);
    // The remarks are as they were, and their next change follows a known state.
    assert_eq!(case.texts(&case.opcc, "").await, ["The victim.", "Leave out the name."]);
    case.opcc.patch(&remark.href(), "*", json!({ "text": "A victim." })).await.expect(200);
    case.app.sequence().await;
    let bundle = case.app.person(Role::Auditor, "cumbria").get("/v1/audit/bundle").await.expect(200).text;
    let mut verifier = section55::ledger::Verifier::new(None);
    bundle.lines().try_for_each(|line| verifier.verify_line(line)).expect("every line is valid");
    let found = verifier.finish().expect("the bundle is valid");
    assert_eq!((found.not_shown, found.changed_outside_log), (Vec::new(), Vec::new()));
    let present = bundle.lines().filter(|line| line.contains("Leave out the name.")).count();
    assert!(present > 0 && !bundle.contains(SECRET), "{present}");
    assert_eq!(case.opcc.get(&remark.href()).await.expect(200).body["resolved_by"], Value::Null);
}

//! Items of evidence: adding, amending, listing, withdrawing and counting them.

use futures_util::future::join_all;
use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, fault, review_request};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_force_adds_an_item_which_begins_as_an_official_draft() {
    let case = Case::new().await;
    let path = format!("{}/evidence", case.assignment);
    let sent = json!({
        "title": "Dip sample of 40 cases", "kind": "dip_sample", "description": "Invented.",
        "effective_from": "2022-01-01", "effective_to": "2022-02-28", "expires_on": "2023-01-01",
    });
    let made = case.force.post(&path, sent.clone()).await.expect(201);
    for (name, value) in sent.as_object().expect("members") {
        assert_eq!(&made.body[name], value, "{name}");
    }
    let initial = (&made.body["state"], &made.body["marking"], &made.body["expired"], &made.body["area"]);
    assert_eq!(initial, (&json!("draft"), &json!("official"), &json!(false), &json!("cumbria")));
    assert_eq!((&made.body["files"], &made.body["reviews"]), (&json!([]), &json!([])));
    assert_eq!(made.headers["location"], made.href());
    assert_eq!(case.force.get(&made.href()).await.expect(200).etag(), made.etag());
    for role in [Role::Opcc, Role::OpccApprover, Role::Auditor, Role::Registrar] {
        case.app.person(role, "cumbria").post(&path, sent.clone()).await.expect(403);
    }
    assert_eq!(case.get_assignment().await["evidence_count"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_expires_on_its_expiry_date() {
    let case = Case::new().await;
    let item = case.add_draft(json!({ "expires_on": "2022-03-23" })).await;
    assert_eq!(case.auditor.get(&item).await.body["expired"], false);
    case.app.set_day("2022-03-23");
    assert_eq!(case.auditor.get(&item).await.body["expired"], true);
    let path = format!("{}/evidence", case.assignment);
    for (query, count) in
        [("expired=true", 1), ("expired=false", 0), ("kind=minute", 1), ("kind=data", 0), ("state=draft", 1)]
    {
        let list = case.auditor.get(&format!("{path}?{query}")).await.expect(200);
        assert_eq!(list.body["items"].as_array().map(Vec::len), Some(count), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_cannot_end_or_expire_before_it_is_effective() {
    let case = Case::new().await;
    let path = format!("{}/evidence", case.assignment);
    let sent = json!({
        "title": "A", "kind": "data", "effective_from": "2022-02-01", "effective_to": "2022-01-31",
        "expires_on": "2022-01-31",
    });
    let refused = case.force.post(&path, sent).await.expect(422);
    let both = [fault("/effective_to", "out_of_range"), fault("/expires_on", "out_of_range")].concat();
    assert_eq!(refused.faults(), both);
    let item = case.add_draft(json!({ "effective_from": "2022-02-01" })).await;
    let refused = case.force.patch(&item, "*", json!({ "effective_to": "2022-01-31" })).await.expect(422);
    assert_eq!(refused.faults(), fault("/effective_to", "out_of_range"));
    let none = case.force.patch(&item, "*", json!({ "effective_from": null, "effective_to": "2022-01-31" })).await;
    assert_eq!(none.expect(200).body["effective_from"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_cannot_be_amended_during_a_review_or_after_acceptance() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let patch = async |title: &str| case.force.patch(&item, "*", json!({ "title": title })).await;
    patch("Draft").await.expect(200);
    case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    case.force.act(&item, json!({ "action": "submit" })).await.expect(200);
    assert_eq!(patch("Submitted").await.expect(409).body["state"], "submitted");
    case.opcc.act(&item, review_request("request_changes")).await.expect(200);
    patch("Changed").await.expect(200);
    case.force.act(&item, json!({ "action": "submit" })).await.expect(200);
    case.opcc.act(&item, review_request("accept")).await.expect(200);
    patch("Accepted").await.expect(409);
    assert_eq!(case.auditor.get(&item).await.body["title"], "Changed");
    case.opcc.patch(&item, "*", json!({ "title": "Ours" })).await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_item_keeps_its_reason_and_its_files() {
    let case = Case::new().await;
    let item = case.add_submitted(json!({})).await;
    case.opcc.act(&item, review_request("accept")).await.expect(200);
    let withdraw = json!({ "action": "withdraw", "reason": "It was of another board." });
    case.force.act(&item, withdraw.clone()).await.expect(403);
    case.force.act(&item, json!({ "action": "withdraw" })).await.expect(422);
    let withdrawn = case.chief.act(&item, withdraw).await.expect(200);
    assert_eq!(
        (&withdrawn.body["state"], &withdrawn.body["withdrawn_reason"]),
        (&json!("withdrawn"), &json!("It was of another board."))
    );
    assert_eq!((&withdrawn.body["allowed_actions"], &withdrawn.body["marking_actions"]), (&json!([]), &json!([])));
    let file = withdrawn.body["files"][0]["id"].as_str().expect("a file").to_owned();
    assert_eq!(case.auditor.get(&format!("/v1/files/{file}")).await.expect(200).text, "Agreed: it is done.");
    let assignment = case.get_assignment().await;
    let counts = (&assignment["evidence_count"], &assignment["accepted_evidence_count"]);
    assert_eq!(counts, (&json!(0), &json!(0)));
    case.upload(&item, "b.txt", b"Again.").await.expect(409);
    case.force.patch(&item, "*", json!({ "title": "Again" })).await.expect(409);
    case.force.delete(&item, "*").await.expect(405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_writes_leave_correct_counts() {
    let case = Case::new().await;
    let add = async |n: usize| {
        let item = case.add_draft(json!({ "title": format!("Item {n}") })).await;
        case.upload(&item, "a.txt", format!("Agreed {n}.").as_bytes()).await.expect(201);
        if n.is_multiple_of(2) {
            case.force.act(&item, json!({ "action": "submit" })).await.expect(200);
        }
        match n % 6 {
            0 => drop(case.opcc.act(&item, review_request("accept")).await.expect(200)),
            2 => drop(case.opcc.act(&item, review_request("reject")).await.expect(200)),
            5 => drop(case.force.act(&item, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200)),
            _ => {}
        }
    };
    join_all((0..18).map(add)).await;
    let assignment = case.get_assignment().await;
    let counts = (&assignment["evidence_count"], &assignment["accepted_evidence_count"]);
    assert_eq!(counts, (&json!(15), &json!(3)));
    let rows = case.count_rows("select count(*) from evidence where state <> 'withdrawn'").await;
    let rejected = case
        .count_rows(
            "select count(*) - max(a.rejected_evidence_count) from evidence e, assignments a
                               where e.state = 'rejected' and a.id = e.assignment_id",
        )
        .await;
    assert_eq!((rows, rejected), (15, 0));
}

//! Review dates: the area's years after a record came to its end, or the day that a review named.

use serde_json::{Value, json};

use super::{Case, id};

async fn scheduled(case: &Case, query: &str) -> Vec<(String, String, bool)> {
    let list = case.auditor.get(&format!("/v1/retention?limit=200&{query}")).await.expect(200);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let items = list.body["items"].as_array().expect("a list").iter();
    items.map(|it| (text(&it["id"]), text(&it["review_on"]), it["held"] == true)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_reviewed_the_areas_years_after_its_end_or_when_a_review_says() {
    let case = Case::new().await;
    assert_eq!(scheduled(&case, "").await, [], "nothing has come to its end");
    let (item, _) = case.accepted("Minutes", b"Agreed.").await;
    case.app.bring_to(&case.response, "cumbria", "complete").await;
    let (item, response) = (id(&item).to_owned(), id(&case.response).to_owned());
    let on = |id: &String, day: &str, held| (id.clone(), day.to_owned(), held);
    let mut all = scheduled(&case, "").await;
    all.sort();
    let mut wanted = vec![on(&item, "2029-03-22", false), on(&response, "2029-03-22", false)];
    wanted.sort();
    assert_eq!(all, wanted);
    let settings = json!({ "settings": { "retention_years": 2 } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    assert_eq!(scheduled(&case, "resource=evidence").await, [on(&item, "2024-03-22", false)]);
    let review = |day: &str| json!({ "resource": "evidence", "resource_id": item, "review_on": day, "reason": "A claim may come." });
    let refused = case.approver.post("/v1/retention-reviews", review("2022-03-21")).await.expect(422);
    assert_eq!(refused.faults(), [("/review_on".to_owned(), "out_of_range".to_owned())]);
    let made = case.approver.post("/v1/retention-reviews", review("2026-01-01")).await.expect(201);
    assert_eq!(case.auditor.get(&made.href()).await.expect(200).body["reason"], "A claim may come.");
    assert_eq!(scheduled(&case, "resource=evidence").await, [on(&item, "2026-01-01", false)]);
    assert_eq!(scheduled(&case, "due_before=2025-01-01").await, [on(&response, "2024-03-22", false)]);
    let hold = json!({ "resource": "response", "resource_id": response, "reason": "An inquiry." });
    case.chief.post("/v1/legal-holds", hold).await.expect(201);
    assert_eq!(scheduled(&case, "held=false").await, [], "the hold is on what lies below it too");
    assert_eq!(scheduled(&case, "held=true").await.len(), 2);
    let reviews = case.auditor.get(&format!("/v1/retention-reviews?resource_id={item}&count=true")).await.expect(200);
    assert_eq!(reviews.body["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schedule_knows_marked_evidence_and_tells_nothing_of_it() {
    let case = Case::new().await;
    let marked = json!({ "marking": "official_sensitive", "title": "zqmarkedx" });
    let item = case.app.evidence(&case.line, "cumbria", marked).await.href();
    case.chief.act(&item, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    let list = case.auditor.get("/v1/retention").await.expect(200);
    assert_eq!(list.body["items"][0]["id"], id(&item));
    assert!(!list.text.contains("zqmarkedx"));
    let kent = case.app.person(section55::auth::Role::Auditor, "kent");
    assert_eq!(kent.get("/v1/retention").await.expect(200).body["items"], json!([]));
}

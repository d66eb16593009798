//! Review dates: the day that a review set, or the area's number of years after the record was last changed.

use serde_json::{Value, json};

use super::{Case, id_in};

/// Returns the id, the review date and the hold of each entry.
async fn entries(case: &Case, query: &str) -> Vec<(String, String, bool)> {
    let list = case.auditor.get(&format!("/v1/retention?limit=200&{query}")).await.expect(200);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let items = list.body["items"].as_array().expect("a list").iter();
    items.map(|it| (text(&it["id"]), text(&it["review_on"]), it["held"] == true)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_review_date_follows_the_last_review_or_the_areas_retention_years() {
    let case = Case::new().await;
    assert_eq!(entries(&case, "").await, [], "no record is finished");
    let (item, _) = case.add_accepted_evidence("Minutes", b"Agreed.").await;
    case.app.advance_response_to(&case.response, "cumbria", "complete").await;
    let (item, response) = (id_in(&item).to_owned(), id_in(&case.response).to_owned());
    let on = |id: &String, day: &str, held| (id.clone(), day.to_owned(), held);
    let mut all = entries(&case, "").await;
    all.sort();
    let mut expected = vec![on(&item, "2029-03-22", false), on(&response, "2029-03-22", false)];
    expected.sort();
    assert_eq!(all, expected);
    let settings = json!({ "settings": { "retention_years": 2 } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    assert_eq!(entries(&case, "resource=evidence").await, [on(&item, "2024-03-22", false)]);
    let review = |day: &str| {
        let reason = "A claim may come.";
        json!({ "resource": "evidence", "resource_id": item, "review_on": day, "reason": reason })
    };
    let refused = case.approver.post("/v1/retention-reviews", review("2022-03-21")).await.expect(422);
    assert_eq!(refused.faults(), [("/review_on".to_owned(), "out_of_range".to_owned())]);
    let made = case.approver.post("/v1/retention-reviews", review("2026-01-01")).await.expect(201);
    assert_eq!(case.auditor.get(&made.href()).await.expect(200).body["reason"], "A claim may come.");
    assert_eq!(entries(&case, "resource=evidence").await, [on(&item, "2026-01-01", false)]);
    assert_eq!(entries(&case, "due_before=2025-01-01").await, [on(&response, "2024-03-22", false)]);
    let hold = json!({ "resource": "response", "resource_id": response, "reason": "An inquiry." });
    case.chief.post("/v1/legal-holds", hold).await.expect(201);
    assert_eq!(entries(&case, "held=false").await, [], "the hold also covers the evidence below the response");
    assert_eq!(entries(&case, "held=true").await.len(), 2);
    let reviews = case.auditor.get(&format!("/v1/retention-reviews?resource_id={item}&count=true")).await.expect(200);
    assert_eq!(reviews.body["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_shows_official_sensitive_evidence_without_its_content() {
    let case = Case::new().await;
    let marked = json!({ "marking": "official_sensitive", "title": "zqmarkedx" });
    let item = case.app.add_evidence(&case.assignment, "cumbria", marked).await.href();
    case.chief.act(&item, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    let list = case.auditor.get("/v1/retention").await.expect(200);
    assert_eq!(list.body["items"][0]["id"], id_in(&item));
    assert!(!list.text.contains("zqmarkedx"));
    let kent = case.app.person(section55::auth::Role::Auditor, "kent");
    assert_eq!(kent.get("/v1/retention").await.expect(200).body["items"], json!([]));
}

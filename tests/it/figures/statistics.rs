//! `/v1/statistics`: full counts of the caller's own areas, and counts of what other areas published.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::App;

/// Returns the entries of a list that have the given members.
fn entries<'a>(list: &'a Value, members: &[(&str, &Value)]) -> Vec<&'a Value> {
    let all = list.as_array().expect("a list");
    all.iter().filter(|it| members.iter().all(|(name, value)| it[*name] == **value)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn responses_are_counted_by_timeliness_as_far_as_the_caller_may_see_them() {
    let app = App::start().await;
    let (first, second) =
        (app.create_published_inspection("81001").await, app.create_published_inspection("81002").await);
    app.create_published_inspection("81003").await;
    let response = app.response_path(&first, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "published").await;
    let not_required = app.response_path(&second, "cumbria").await;
    app.advance_response_to(&not_required, "cumbria", "not_required").await;
    let kent = app.response_path(&first, "kent").await;
    app.set_day("2022-05-01");
    app.advance_response_to(&kent, "kent", "published").await;

    let (cumbria, year) = (json!("cumbria"), json!(2022));
    let own = app.person(Role::Opcc, "cumbria").get("/v1/statistics").await.expect(200).body;
    assert_eq!(own["on"], "2022-05-01");
    let timeliness =
        |body: &Value, area: &Value| entries(&body["timeliness"], &[("area", area), ("year", &year)])[0].clone();
    let expected = json!({
        "area": "cumbria", "year": 2022, "on_time": 1, "late": 0, "overdue": 1, "not_yet_recorded": 0, "pending": 0, "not_required": 1,
    });
    assert_eq!(timeliness(&own, &cumbria), expected);
    let kent_counts = json!({
        "area": "kent", "year": 2022, "on_time": 0, "late": 1, "overdue": null, "not_yet_recorded": null, "pending": null, "not_required": null,
    });
    assert_eq!(timeliness(&own, &json!("kent")), kent_counts);
    let public = app.public().get("/v1/statistics").await.expect(200).body;
    assert_eq!(
        public["timeliness"].as_array().map(Vec::len),
        Some(2),
        "areas without a published response are left out"
    );
    assert_eq!(timeliness(&public, &json!("kent")), kent_counts);
    assert_eq!(timeliness(&public, &cumbria)["overdue"], Value::Null);
    let path = format!("/v1/statistics?inspection_id={}", second.body["id"].as_str().expect("an id"));
    let one = app.person(Role::Auditor, "cumbria").get(&path).await.expect(200).body;
    let alone = json!([{
        "area": "cumbria", "year": 2022, "on_time": 0, "late": 0, "overdue": 0, "not_yet_recorded": 0, "pending": 0, "not_required": 1,
    }]);
    assert_eq!(one["timeliness"], alone);
    let none = app.public().get("/v1/statistics?area=kent&published_after=2022-02-25").await.expect(200).body;
    assert_eq!((none["timeliness"].clone(), none["lines"].clone()), (json!([]), json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assignments_are_counted_by_kind_and_headline_and_the_counts_match_the_list() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("81011").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    app.advance_assignment_to(&assignment, "cumbria", "in_progress").await;
    app.advance_response_to(&app.response_path(&inspection, "cumbria").await, "cumbria", "published").await;
    for (who, person) in [("public", app.public()), ("force", app.person(Role::Constabulary, "cumbria"))] {
        let counts = person.get("/v1/statistics?area=cumbria").await.expect(200).body["lines"].clone();
        let mut sum = 0;
        for it in counts.as_array().expect("a list") {
            let (kind, headline) = (it["kind"].as_str().expect("a kind"), it["headline"].as_str().expect("a headline"));
            let list = format!("/v1/assignments?area=cumbria&kind={kind}&headline={headline}&count=true&limit=1");
            assert_eq!(it["count"], person.get(&list).await.expect(200).body["total"], "{who}: {it}");
            assert_eq!(
                it["open"],
                json!(!["closed", "superseded", "not_applicable", "will_not_implement"].contains(&headline))
            );
            sum += it["count"].as_i64().expect("a number");
        }
        assert_eq!(sum, 3, "{who}");
        let improvements = [("kind", &json!("area_for_improvement"))];
        assert_eq!(entries(&counts, &improvements).len(), 1, "{who}");
    }
}

//! `/v1/statistics`: each area's own counts, and of others what they published.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::App;

/// The entry of an area, kind and headline, or of an area and year.
fn entry<'a>(of: &'a Value, members: &[(&str, &Value)]) -> Vec<&'a Value> {
    let all = of.as_array().expect("a list");
    all.iter().filter(|it| members.iter().all(|(name, value)| it[*name] == **value)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn responses_are_counted_by_timeliness_as_each_caller_may_know() {
    let app = App::start().await;
    let (first, second) = (app.published_inspection("81001").await, app.published_inspection("81002").await);
    app.published_inspection("81003").await;
    let response = app.response(&first, "cumbria").await;
    app.bring_to(&response, "cumbria", "published").await;
    let refused = app.response(&second, "cumbria").await;
    app.bring_to(&refused, "cumbria", "not_required").await;
    let kent = app.response(&first, "kent").await;
    app.set_day("2022-05-01");
    app.bring_to(&kent, "kent", "published").await;

    let (cumbria, year) = (json!("cumbria"), json!(2022));
    let own = app.person(Role::Opcc, "cumbria").get("/v1/statistics").await.expect(200).body;
    assert_eq!(own["on"], "2022-05-01");
    let of = |body: &Value, area: &Value| entry(&body["timeliness"], &[("area", area), ("year", &year)])[0].clone();
    let expected = json!({
        "area": "cumbria", "year": 2022, "on_time": 1, "late": 0, "overdue": 1, "pending": 0, "not_required": 1,
    });
    assert_eq!(of(&own, &cumbria), expected);
    let theirs = json!({
        "area": "kent", "year": 2022, "on_time": 0, "late": 1, "overdue": null, "pending": null, "not_required": null,
    });
    assert_eq!(of(&own, &json!("kent")), theirs);
    let public = app.public().get("/v1/statistics").await.expect(200).body;
    assert_eq!(public["timeliness"].as_array().map(Vec::len), Some(2), "who published nothing is not there");
    assert_eq!(of(&public, &json!("kent")), theirs);
    assert_eq!(of(&public, &cumbria)["overdue"], Value::Null);
    let path = format!("/v1/statistics?inspection_id={}", second.body["id"].as_str().expect("an id"));
    let one = app.person(Role::Auditor, "cumbria").get(&path).await.expect(200).body;
    let alone = json!([{
        "area": "cumbria", "year": 2022, "on_time": 0, "late": 0, "overdue": 0, "pending": 0, "not_required": 1,
    }]);
    assert_eq!(one["timeliness"], alone);
    let none = app.public().get("/v1/statistics?area=kent&published_after=2022-02-25").await.expect(200).body;
    assert_eq!((none["timeliness"].clone(), none["lines"].clone()), (json!([]), json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_are_counted_by_kind_and_headline_and_add_up_to_the_list() {
    let app = App::start().await;
    let inspection = app.published_inspection("81011").await;
    let line = app.assignment(&inspection, "cumbria").await;
    app.bring_line_to(&line, "cumbria", "in_progress").await;
    app.bring_to(&app.response(&inspection, "cumbria").await, "cumbria", "published").await;
    for (who, person) in [("public", app.public()), ("force", app.person(Role::Constabulary, "cumbria"))] {
        let counted = person.get("/v1/statistics?area=cumbria").await.expect(200).body["lines"].clone();
        let mut sum = 0;
        for it in counted.as_array().expect("a list") {
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
        assert_eq!(entry(&counted, &improvements).len(), 1, "{who}");
    }
}

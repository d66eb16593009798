//! `/v1/statistics` for dashboards: counts by state, by headline state and by due week. A figure that the caller may not
//! know is null, never zero.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use section55::assignments::Headline;
use section55::auth::Role;
use section55::responses::State;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use crate::support::{App, Person};

/// Builds three inspections: the first published by Cumbria and Kent, the second published by Cumbria and in correction, the
/// third as it was opened.
async fn build(app: &App) {
    let [first, second] =
        [app.create_published_inspection("81201").await, app.create_published_inspection("81202").await];
    let third = app.create_published_inspection("81203").await;
    for area in ["cumbria", "kent"] {
        app.advance_response_to(&app.response_path(&first, area).await, area, "complete").await;
    }
    let corrected = app.response_path(&second, "cumbria").await;
    app.advance_response_to(&corrected, "cumbria", "published").await;
    let correct = json!({ "action": "correct", "reason": "A slip." });
    app.person(Role::OpccApprover, "cumbria").act(&corrected, correct).await.expect(200);
    let assignment = app.assignment_path(&third, "cumbria").await;
    app.advance_assignment_to(&assignment, "cumbria", "in_progress").await;
    let local = json!({ "local_target_on": "2022-09-30", "reason": "The system comes in autumn." });
    app.person(Role::Constabulary, "cumbria").patch(&assignment, "*", local).await.expect(200);
}

async fn statistics(person: &Person, query: &str) -> Value {
    person.get(&format!("/v1/statistics{query}")).await.expect(200).body
}

/// Returns the counts of an area in a list, by the member that names them.
fn counts(list: &Value, area: &str, member: &str) -> BTreeMap<String, Option<i64>> {
    let own = list.as_array().expect("a list").iter().filter(|it| it["area"] == area);
    own.map(|it| (it[member].as_str().expect("a name").to_owned(), it["count"].as_i64())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_state_and_headline_has_a_count_that_matches_the_list_or_is_null() {
    let app = App::start().await;
    build(&app).await;
    let own = app.person(Role::Opcc, "cumbria");
    let body = statistics(&own, "").await;
    for (list, member, path, names) in [
        ("by_state", "state", "/v1/responses", State::NAMES),
        ("by_headline", "headline", "/v1/assignments", Headline::NAMES),
    ] {
        let found = counts(&body[list], "cumbria", member);
        assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), sorted(names), "{list}");
        for (name, count) in &found {
            let total = own.get(&format!("{path}?area=cumbria&{member}={name}&count=true&limit=1")).await.expect(200);
            assert_eq!(count.map(|it| json!(it)), Some(total.body["total"].clone()), "{list}: {name}");
        }
    }
    // Kent's drafts are Kent's alone. What it published is known, also that nothing else is.
    let kent = BTreeMap::from([("complete", Some(1)), ("published", Some(0))]);
    for person in [own, app.public(), app.person(Role::Auditor, "surrey")] {
        let body = statistics(&person, "?area=kent").await;
        for (state, count) in counts(&body["by_state"], "kent", "state") {
            assert_eq!(count, kent.get(state.as_str()).copied().flatten(), "{state}");
        }
        let headlines = counts(&body["by_headline"], "kent", "headline");
        assert_eq!(headlines.len(), Headline::ALL.len());
        assert!(headlines.values().all(|count| *count != Some(0)), "{headlines:?}");
        assert_eq!(headlines.values().flatten().sum::<i64>(), 3);
        assert_eq!((&body["lines"][0]["area"], &body["by_headline"][0]["area"]), (&json!("kent"), &json!("kent")));
    }
    // The public sees the edition that is published, and not that it is being corrected.
    let public = counts(&statistics(&app.public(), "").await["by_state"], "cumbria", "state");
    assert_eq!((public["published"], public["complete"], public["drafting"]), (Some(1), Some(1), None));
}

fn sorted(names: &[&'static str]) -> Vec<&'static str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn due_weeks_begin_on_monday_and_match_the_deadlines() {
    let app = App::start().await;
    build(&app).await;
    let own = app.person(Role::Opcc, "cumbria");
    let weeks = statistics(&own, "?area=cumbria").await["by_due_week"].clone();
    // The last day of the responses is Thursday, 21 April 2022; that of the local target is Friday, 30 September.
    let april = json!({
        "area": "cumbria", "week": "2022-04-18", "published_responses": 2, "unpublished_responses": 1, "open_assignments": 5,
    });
    assert_eq!(weeks[0], april);
    let days: Vec<&str> = weeks.as_array().expect("weeks").iter().filter_map(|it| it["week"].as_str()).collect();
    assert_eq!(days, ["2022-04-18", "2022-09-26"]);
    for week in weeks.as_array().expect("weeks") {
        let monday: NaiveDate = week["week"].as_str().expect("a day").parse().expect("a day");
        assert_eq!(monday.weekday(), chrono::Weekday::Mon);
        let (before, after) = (monday + TimeDelta::days(7), monday - TimeDelta::days(1));
        for (kind, member) in [("response_due", "unpublished_responses"), ("line_due", "open_assignments")] {
            let path = format!("/v1/deadlines?kind={kind}&before={before}&after={after}&count=true");
            assert_eq!(week[member], own.get(&path).await.expect(200).body["total"], "{kind}: {week}");
        }
    }
    // Others know the last days of published responses. The local target is the area's own.
    for person in [app.public(), app.person(Role::Auditor, "kent")] {
        let published = json!([{
            "area": "cumbria", "week": "2022-04-18", "published_responses": 2, "unpublished_responses": null,
            "open_assignments": null,
        }]);
        assert_eq!(statistics(&person, "?area=cumbria").await["by_due_week"], published);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_filters_apply_to_every_count_and_an_earlier_time_counts_own_areas() {
    let app = App::start().await;
    build(&app).await;
    let own = app.person(Role::Auditor, "cumbria");
    let none = statistics(&own, "?published_after=2022-02-25").await;
    for list in ["timeliness", "lines", "by_state", "by_headline", "by_due_week"] {
        assert_eq!(none[list], json!([]), "{list}");
    }
    app.set_day("2022-03-23");
    let earlier = statistics(&own, "?as_of=2022-03-22").await;
    let now = statistics(&own, "?area=cumbria").await;
    for list in ["by_state", "by_headline", "by_due_week"] {
        assert_eq!(earlier[list], now[list], "{list}");
        assert!(earlier[list].as_array().is_some_and(|all| all.iter().all(|it| it["area"] == "cumbria")), "{list}");
    }
}

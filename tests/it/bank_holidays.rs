//! `/v1/bank-holidays`, and what records say about last days that are no working days.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::App;
use crate::support::world::registration;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// Returns Easter Sunday, by the rule of Oudin (1940), which the migration did not use.
fn easter(year: i32) -> NaiveDate {
    let golden = year % 19;
    let century = year / 100;
    let h = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    let i = h - (h / 28) * (1 - (29 / (h + 1)) * ((21 - golden) / 11));
    let weekday = (year + year / 4 + i + 2 - century + century / 4) % 7;
    let l = i - weekday;
    let month = 3 + (l + 40) / 44;
    let day = l + 28 - 31 * (month / 4);
    date(year, u32::try_from(month).expect("a month"), u32::try_from(day).expect("a day"))
}

fn monday_on_or_after(day: NaiveDate) -> NaiveDate {
    day.iter_days().find(|day| day.weekday() == Weekday::Mon).expect("a Monday")
}

fn monday_on_or_before(day: NaiveDate) -> NaiveDate {
    (0..7).map(|n| day - Days::new(n)).find(|day| day.weekday() == Weekday::Mon).expect("a Monday")
}

/// Returns the bank holidays of a year by the rule, without what proclamations moved or added.
fn by_rule(year: i32) -> Vec<NaiveDate> {
    let sunday = easter(year);
    let mut days = vec![
        sunday - Days::new(2),
        sunday + Days::new(1),
        monday_on_or_after(date(year, 5, 1)),
        monday_on_or_before(date(year, 5, 31)),
        monday_on_or_before(date(year, 8, 31)),
    ];
    // A holiday on a weekend has the next weekday that is free in its place.
    for fixed in [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)] {
        let is_weekend = |day: NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let boxing = date(year, 12, 26);
        let free = |day: &NaiveDate| !is_weekend(*day) && !days.contains(day) && (*day == fixed || *day != boxing);
        let observed = fixed.iter_days().find(free).expect("a weekday");
        days.push(observed);
    }
    days.sort();
    days
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bank_holidays_from_2017_to_2030_follow_the_rule_and_the_proclamations() {
    let app = App::start().await;
    let listed = app.public().get("/v1/bank-holidays?limit=200").await.expect(200);
    let listed: Vec<NaiveDate> = listed.body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["day"].as_str().expect("a day").parse().expect("a day"))
        .collect();
    let mut expected: Vec<NaiveDate> = (2017..=2030).flat_map(by_rule).collect();
    let moved = [date(2020, 5, 4), date(2022, 5, 30)];
    expected.retain(|day| !moved.contains(day));
    expected.extend([date(2020, 5, 8), date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)]);
    expected.sort();
    assert_eq!(listed, expected);
    // Days that were announced, by which the rule itself is tested.
    for (year, month, day) in [
        (2017, 1, 2),
        (2019, 4, 19),
        (2020, 12, 28),
        (2021, 12, 27),
        (2021, 12, 28),
        (2022, 1, 3),
        (2022, 12, 27),
        (2027, 12, 28),
    ] {
        assert!(listed.contains(&date(year, month, day)), "{year}-{month}-{day}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_keeps_the_bank_holidays_and_the_log_names_each_change() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "cumbria");
    let path = "/v1/bank-holidays/2031-01-01";
    app.public().get(path).await.expect(404);
    for other in ["2031-1-1", "2031-02-30", "new-year"] {
        registrar.get(&format!("/v1/bank-holidays/{other}")).await.expect(404);
    }
    let create = async |name: &str| {
        let body = json!({ "name": name }).to_string().into_bytes();
        let headers = [("if-none-match", "*"), ("content-type", "application/json")];
        registrar.send(Method::PUT, path, &headers, Some(body)).await
    };
    create("  ").await.expect(422);
    let created = create("New Year's Day").await.expect(201);
    create("New Year's Day").await.expect(412);
    app.person(Role::OpccApprover, "cumbria").put(path, "*", json!({ "name": "A day off" })).await.expect(403);
    app.public().get(path).await.expect(200);
    let renamed = registrar.put(path, &created.etag(), json!({ "name": "New Year" })).await.expect(200);
    assert_eq!((&renamed.body["name"], &renamed.body["version"]), (&json!("New Year"), &json!(2)));
    registrar.delete(path, &created.etag()).await.expect(412);
    registrar.delete(path, &renamed.etag()).await.expect(204);
    app.public().get(path).await.expect(404);
    let auditor = app.person(Role::Auditor, "kent");
    let events = auditor.get("/v1/audit-events?resource=bank_holiday").await.expect(200);
    let mut actions: Vec<&str> =
        events.body["items"].as_array().expect("a list").iter().map(|it| it["action"].as_str().expect("one")).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["amend", "create", "remove"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_last_day_on_a_bank_holiday_is_said_to_be_one_and_never_moves() {
    let app = App::start().await;
    app.set_day("2022-11-10");
    let mut body = registration("78101");
    body["published_on"] = json!("2022-11-02");
    let opcc = app.person(Role::Opcc, "cumbria");
    let inspection = opcc.post("/v1/inspections", body).await.expect(201);
    let target = json!({
        "reference": "78101-1", "text": "By Christmas Eve, forces should stop.", "addressees": ["chief_constables"],
        "target": { "kind": "by_date", "text": "By 24 December 2022", "on": "2022-12-24" },
    });
    opcc.post(&format!("{}/recommendations", inspection.href()), target).await.expect(201);
    let inspection = opcc.act(&inspection.href(), json!({ "action": "publish" })).await.expect(200);
    let (response, assignment) =
        (app.response_path(&inspection, "cumbria").await, app.assignment_path(&inspection, "cumbria").await);
    let stated = async || {
        let days = |it: &Value, day: &str| (it[day].clone(), it["working_day"].clone(), it["last_working_day"].clone());
        let deadline = opcc.get("/v1/deadlines?kind=response_due").await.expect(200).body["items"][0].clone();
        let task = opcc.get("/v1/tasks?kind=invite_comments").await.expect(200).body["items"][0].clone();
        let response = opcc.get(&response).await.expect(200).body;
        let all = [days(&deadline, "on"), days(&task, "due_on"), days(&response, "due_on")];
        assert!(all.iter().all(|it| *it == all[0]), "{all:?}");
        all[0].clone()
    };
    assert_eq!(stated().await, (json!("2022-12-27"), json!(false), json!("2022-12-23")));
    let line = opcc.get(&assignment).await.expect(200).body;
    assert_eq!((&line["target_on"], &line["working_day"]), (&json!("2022-12-24"), &json!(false)), "a Saturday");
    assert_eq!(line["last_working_day"], "2022-12-23");
    let force = app.person(Role::Constabulary, "cumbria");
    let earlier = json!({ "local_target_on": "2022-12-22", "reason": "The shift ends." });
    let line = force.patch(&assignment, "*", earlier).await.expect(200).body;
    assert_eq!((&line["working_day"], &line["last_working_day"]), (&json!(true), &json!("2022-12-22")));
    let calendar = opcc.get("/v1/deadlines.ics?kind=response_due").await.expect(200).text.replace("\r\n ", "");
    assert!(calendar.contains("DTSTART;VALUE=DATE:20221227"), "{calendar}");
    assert!(
        calendar.contains("\\nNot a working day. The last working day before it is 23 December 2022."),
        "{calendar}"
    );
    let registrar = app.person(Role::Registrar, "cumbria");
    registrar.delete("/v1/bank-holidays/2022-12-27", "*").await.expect(204);
    assert_eq!(stated().await, (json!("2022-12-27"), json!(true), json!("2022-12-27")), "the last day stays");
    let elsewhere = app.public().get("/v1/bank-holidays?after=2022-12-24&before=2022-12-31").await.expect(200);
    assert_eq!(elsewhere.body["items"].as_array().map(Vec::len), Some(1), "Boxing Day remains");
}

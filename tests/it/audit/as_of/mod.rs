//! Reads as of an earlier time: random histories, in which each person's reads are stored at each step and compared
//! with the same reads by `as_of` at the end.

mod lists;
mod random_history;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person};
use random_history::RandomHistory;

/// Reads a path, and removes `allowed_actions`, which reads by `as_of` leave out. Returns `None` for 404.
async fn read(person: &Person, path: &str) -> Option<Value> {
    let reply = person.get(path).await;
    if reply.status == 404 {
        return None;
    }
    let mut body = reply.expect(200).body;
    for item in body["items"].as_array_mut().into_iter().flatten() {
        item.as_object_mut().expect("a record").remove("allowed_actions");
    }
    body.as_object_mut().expect("an object").remove("allowed_actions");
    Some(body)
}

/// Reads a path as of an instant.
async fn read_as_of(person: &Person, path: &str, at: DateTime<Utc>) -> Option<Value> {
    let join = if path.contains('?') { '&' } else { '?' };
    read(person, &format!("{path}{join}as_of={}", at.to_rfc3339_opts(SecondsFormat::Micros, true))).await
}

/// Returns the paths of lists of an area's own records and of shared records.
fn lists(area: &str, inspection: &str) -> Vec<String> {
    vec![
        format!("/v1/responses?area={area}&sort=due_on&count=true"),
        format!("/v1/responses?area={area}&on_time=true"),
        format!("/v1/responses?area={area}&not_yet_recorded=false&overdue=false"),
        format!("/v1/responses?area={area}&state=published,complete,drafting"),
        format!("/v1/assignments?area={area}&sort=-updated_at,number&count=true"),
        format!("/v1/assignments?area={area}&overdue=true"),
        format!("/v1/assignments?area={area}&headline=in_progress,overdue&body_view=none"),
        "/v1/inspections?count=true".to_owned(),
        "/v1/recommendations?sort=reference&count=true".to_owned(),
        format!("{inspection}/recommendations"),
        format!("/v1/statistics?area={area}"),
    ]
}

/// Runs a random history, and compares every read with the same read by `as_of` at the end.
async fn check_random_history(seed: u64) {
    let app = App::start().await;
    let mut history = RandomHistory::begin(&app, seed).await;
    let readers: Vec<(&str, &str, Person)> = vec![
        ("opcc", "cumbria", app.person(Role::Opcc, "cumbria")),
        ("force", "cumbria", app.person(Role::Constabulary, "cumbria")),
        ("auditor", "cumbria", app.person(Role::Auditor, "cumbria")),
        ("elsewhere", "kent", app.person(Role::Auditor, "kent")),
    ];
    let mut reads: Vec<(DateTime<Utc>, usize, String, Option<Value>)> = Vec::new();
    let mut changes = 0;
    for n in 0..80 {
        let at = app.clock.now() + TimeDelta::hours(7);
        app.clock.set(at);
        let auditor = &readers[2].2;
        let before = [auditor.get(&history.response).await.etag(), auditor.get(&history.assignment).await.etag()];
        history.step(&app, n).await;
        let after = [auditor.get(&history.response).await.etag(), auditor.get(&history.assignment).await.etag()];
        changes += usize::from(before[0] != after[0]) + usize::from(before[1] != after[1]);
        for (reader, (_, area, person)) in readers.iter().enumerate() {
            let mut paths = vec![history.inspection.clone(), history.recommendation.clone()];
            // Reads by `as_of` leave other areas' records out, because their history is in those areas' logs.
            if *area == "cumbria" {
                paths.extend([history.response.clone(), history.assignment.clone()]);
            }
            if n % 4 == 3 {
                paths.extend(lists(area, &history.inspection));
            }
            for path in paths {
                let then = read(person, &path).await;
                reads.push((at, reader, path, then));
            }
        }
    }
    assert!(changes > 16, "only {changes} changes with seed {seed}");
    app.clock.set(app.clock.now() + TimeDelta::days(30));
    for (at, reader, path, then) in &reads {
        let (name, _, person) = &readers[*reader];
        assert_eq!(read_as_of(person, path, *at).await, *then, "seed {seed}, {name}, {path} as of {at}");
    }
    // As of now, the result is that of the present.
    for (name, area, person) in &readers {
        let own =
            if *area == "cumbria" { vec![history.response.clone(), history.assignment.clone()] } else { Vec::new() };
        for path in lists(area, &history.inspection).into_iter().chain(own) {
            let now = read_as_of(person, &path, app.clock.now()).await;
            assert_eq!(now, read(person, &path).await, "seed {seed}, {name}, {path} now");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_as_of_an_earlier_time_returns_what_a_read_returned_then() {
    for seed in [1, 55, 2022] {
        check_random_history(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_date_means_the_end_of_its_day_in_london_and_the_future_is_refused() {
    let app = App::start().await;
    let published = app.create_published_inspection("99002").await;
    let response = app.response_path(&published, "cumbria").await;
    app.set_day("2022-03-23");
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    app.set_day("2022-03-25");
    for (as_of, state) in [
        ("2022-03-22", "received"),
        ("2022-03-23", "awaiting_comments"),
        ("2022-03-25", "awaiting_comments"),
        ("2022-03-23T11:59:59Z", "received"),
        ("2022-03-23T12:00:00Z", "awaiting_comments"),
    ] {
        let then = opcc.get(&format!("{response}?as_of={as_of}")).await.expect(200);
        assert_eq!(then.body["state"], state, "{as_of}");
        let list = opcc.get(&format!("/v1/responses?as_of={as_of}&state={state}")).await.expect(200);
        assert_eq!(list.body["items"][0]["links"]["self"], response.as_str(), "{as_of}");
    }
    let assignment = app.assignment_path(&published, "cumbria").await;
    for path in [&response, &assignment] {
        opcc.get(&format!("{path}?as_of=2022-03-21")).await.expect(404);
        for wrong in ["2022-03-26", "2030-01-01T00:00:00Z", "yesterday", "2022-3-1", ""] {
            opcc.get(&format!("{path}?as_of={wrong}")).await.expect(400);
        }
        app.public().get(&format!("{path}?as_of=2022-03-23")).await.expect(401);
        app.person(Role::Auditor, "kent").get(&format!("{path}?as_of=2022-03-23")).await.expect(404);
    }
}

//! What the service knew then: random histories lived through, what each person saw at each moment kept, and asked for again
//! at the end.

mod life;
mod lists;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person};
use life::Life;

/// What a person saw, without what could be done then.
async fn seen(person: &Person, path: &str) -> Option<Value> {
    let reply = person.get(path).await;
    if reply.status == 404 {
        return None;
    }
    let mut body = reply.expect(200).body;
    for it in body["items"].as_array_mut().into_iter().flatten() {
        it.as_object_mut().expect("a record").remove("allowed_actions");
    }
    body.as_object_mut().expect("an object").remove("allowed_actions");
    Some(body)
}

/// The same as of an instant.
async fn told(person: &Person, path: &str, at: DateTime<Utc>) -> Option<Value> {
    let join = if path.contains('?') { '&' } else { '?' };
    seen(person, &format!("{path}{join}as_of={}", at.to_rfc3339_opts(SecondsFormat::Micros, true))).await
}

/// The lists, as far as they hold an area's own records and what is shared.
fn lists(area: &str, inspection: &str) -> Vec<String> {
    vec![
        format!("/v1/responses?area={area}&sort=due_on&count=true"),
        format!("/v1/responses?area={area}&on_time=true"),
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

async fn live_through(seed: u64) {
    let app = App::start().await;
    let mut life = Life::begin(&app, seed).await;
    let readers: Vec<(&str, &str, Person)> = vec![
        ("opcc", "cumbria", app.person(Role::Opcc, "cumbria")),
        ("force", "cumbria", app.person(Role::Constabulary, "cumbria")),
        ("auditor", "cumbria", app.person(Role::Auditor, "cumbria")),
        ("elsewhere", "kent", app.person(Role::Auditor, "kent")),
    ];
    let mut kept: Vec<(DateTime<Utc>, usize, String, Option<Value>)> = Vec::new();
    let mut moves = 0;
    for n in 0..80 {
        let at = app.clock.now() + TimeDelta::hours(7);
        app.clock.set(at);
        let auditor = &readers[2].2;
        let before = [auditor.get(&life.response).await.tag(), auditor.get(&life.line).await.tag()];
        life.step(&app, n).await;
        let after = [auditor.get(&life.response).await.tag(), auditor.get(&life.line).await.tag()];
        moves += usize::from(before[0] != after[0]) + usize::from(before[1] != after[1]);
        for (who, (_, area, person)) in readers.iter().enumerate() {
            let mut paths = vec![life.inspection.clone(), life.recommendation.clone()];
            // Another area's records are seen as the public sees them, of which the log of the area is no part.
            if *area == "cumbria" {
                paths.extend([life.response.clone(), life.line.clone()]);
            }
            if n % 4 == 3 {
                paths.extend(lists(area, &life.inspection));
            }
            for path in paths {
                let then = seen(person, &path).await;
                kept.push((at, who, path, then));
            }
        }
    }
    assert!(moves > 16, "{moves}: little happened with seed {seed}");
    app.clock.set(app.clock.now() + TimeDelta::days(30));
    for (at, who, path, then) in &kept {
        let (name, _, person) = &readers[*who];
        assert_eq!(told(person, path, *at).await, *then, "seed {seed}, {name}, {path} as of {at}");
    }
    // And for now it is the present.
    for (name, area, person) in &readers {
        let own = if *area == "cumbria" { vec![life.response.clone(), life.line.clone()] } else { Vec::new() };
        for path in lists(area, &life.inspection).into_iter().chain(own) {
            let now = told(person, &path, app.clock.now()).await;
            assert_eq!(now, seen(person, &path).await, "seed {seed}, {name}, {path} now");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_known_then_is_what_was_seen_then() {
    for seed in [1, 55, 2022] {
        live_through(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_its_end_in_london_and_what_is_to_come_is_not_known() {
    let app = App::start().await;
    let published = app.published_inspection("99002").await;
    let response = app.response(&published, "cumbria").await;
    app.set_day("2022-03-23");
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    app.set_day("2022-03-25");
    for (asked, state) in [
        ("2022-03-22", "received"),
        ("2022-03-23", "awaiting_comments"),
        ("2022-03-25", "awaiting_comments"),
        ("2022-03-23T11:59:59Z", "received"),
        ("2022-03-23T12:00:00Z", "awaiting_comments"),
    ] {
        let then = opcc.get(&format!("{response}?as_of={asked}")).await.expect(200);
        assert_eq!(then.body["state"], state, "{asked}");
        let list = opcc.get(&format!("/v1/responses?as_of={asked}&state={state}")).await.expect(200);
        assert_eq!(list.body["items"][0]["links"]["self"], response.as_str(), "{asked}");
    }
    let line = app.assignment(&published, "cumbria").await;
    for path in [&response, &line] {
        opcc.get(&format!("{path}?as_of=2022-03-21")).await.expect(404);
        for wrong in ["2022-03-26", "2030-01-01T00:00:00Z", "yesterday", "2022-3-1", ""] {
            opcc.get(&format!("{path}?as_of={wrong}")).await.expect(400);
        }
        app.public().get(&format!("{path}?as_of=2022-03-23")).await.expect(401);
        app.person(Role::Auditor, "kent").get(&format!("{path}?as_of=2022-03-23")).await.expect(404);
    }
}

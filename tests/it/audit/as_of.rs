//! What the service knew then: random histories lived through, what each person saw at each moment kept, and asked for again
//! at the end.

use chrono::{DateTime, TimeDelta, Utc};
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person};

/// What a person saw, without what could be done then.
async fn seen(person: &Person, path: &str) -> Option<Value> {
    let reply = person.get(path).await;
    if reply.status == 404 {
        return None;
    }
    let mut body = reply.expect(200).body;
    body.as_object_mut().expect("a record").remove("allowed_actions");
    Some(body)
}

/// A reproducible sequence of choices.
struct Choices(u64);

impl Choices {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// One thing that somebody tries; whether it is possible is the service's to say.
async fn step(app: &App, choices: &mut Choices, response: &str, inspection: &str, n: u64) {
    let person = |role| app.person(role, "cumbria");
    let (opcc, approver) = (person(Role::Opcc), person(Role::OpccApprover));
    let (liaison, chief) = (person(Role::Constabulary), person(Role::ChiefOfficer));
    match choices.below(16) {
        0 => drop(opcc.act(response, json!({ "action": "invite" })).await),
        1 | 2 => drop(opcc.patch(response, "*", json!({ "policing_body_comments": format!("Comments {n}.") })).await),
        3 => drop(opcc.patch(response, "*", json!({ "reply_to_chief_officer": format!("Reply {n}.") })).await),
        4 | 5 => drop(liaison.patch(response, "*", json!({ "chief_officer_comments": format!("Draft {n}.") })).await),
        6 => drop(chief.act(response, json!({ "action": "submit_comments" })).await),
        7 => app.write_whole_if_it_may_be(response).await,
        8 => drop(opcc.act(response, json!({ "action": "submit" })).await),
        9 => drop(approver.act(response, json!({ "action": "approve" })).await),
        10 => drop(approver.act(response, json!({ "action": "publish" })).await),
        11 => drop(approver.act(response, json!({ "action": "correct", "reason": format!("Slip {n}.") })).await),
        12 => {
            let copy = json!({ "action": "record_copy", "recipient": "inspectors", "sent_on": "2022-03-22", "channel": "post" });
            drop(opcc.act(response, copy).await);
        }
        13 => {
            let correct = json!({ "action": "correct", "reason": "A slip.", "title": format!("Title {n}"), "published_on": "2022-02-20" });
            drop(approver.act(inspection, correct).await);
        }
        14 => {
            let required = choices.below(2) == 0;
            let settings = json!({ "settings": { "afi_explanation_required": required } });
            drop(approver.patch("/v1/areas/cumbria", "*", settings).await);
        }
        _ => drop(approver.act(response, json!({ "action": "reopen", "reason": "Again." })).await),
    }
}

async fn live_through(seed: u64) {
    let app = App::start().await;
    let mut choices = Choices(seed);
    let published = app.published_inspection("99001").await;
    let (inspection, response) = (published.href(), app.response(&published, "cumbria").await);
    let readers: Vec<(&str, Person)> = vec![
        ("opcc", app.person(Role::Opcc, "cumbria")),
        ("force", app.person(Role::Constabulary, "cumbria")),
        ("auditor", app.person(Role::Auditor, "cumbria")),
        ("elsewhere", app.person(Role::Auditor, "kent")),
    ];
    let mut kept: Vec<(DateTime<Utc>, usize, &str, Option<Value>)> = Vec::new();
    let mut moves = 0;
    for n in 0..40 {
        let at = app.clock.now() + TimeDelta::hours(7);
        app.clock.set(at);
        let before = app.person(Role::Auditor, "cumbria").get(&response).await.expect(200).tag();
        step(&app, &mut choices, &response, &inspection, n).await;
        moves += usize::from(app.person(Role::Auditor, "cumbria").get(&response).await.expect(200).tag() != before);
        for (who, (_, person)) in readers.iter().enumerate() {
            for path in [response.as_str(), inspection.as_str()] {
                // Another area's response is seen as the public sees it, of which the log of the area is no part.
                if who < 3 || path == inspection {
                    kept.push((at, who, path, seen(person, path).await));
                }
            }
        }
    }
    assert!(moves > 8, "{moves}: little happened with seed {seed}");
    app.clock.set(app.clock.now() + TimeDelta::days(30));
    for (at, who, path, then) in &kept {
        let (name, person) = &readers[*who];
        let asked = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let told = seen(person, &format!("{path}?as_of={asked}")).await;
        assert_eq!(told, *then, "seed {seed}, {name}, {path} as of {asked}");
    }
    // And for now it is the present.
    for (name, person) in &readers[..3] {
        let now = app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let told = seen(person, &format!("{response}?as_of={now}")).await;
        assert_eq!(told, seen(person, &response).await, "seed {seed}, {name}, now");
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
    }
    opcc.get(&format!("{response}?as_of=2022-03-21")).await.expect(404);
    for wrong in ["2022-03-26", "2030-01-01T00:00:00Z", "yesterday", "2022-3-1", ""] {
        opcc.get(&format!("{response}?as_of={wrong}")).await.expect(400);
    }
    app.public().get(&format!("{response}?as_of=2022-03-23")).await.expect(401);
    app.person(Role::Auditor, "kent").get(&format!("{response}?as_of=2022-03-23")).await.expect(404);
}

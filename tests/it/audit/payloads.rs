//! What an event commits to: its record before and after, under salts, side by side with what can be erased.

use section55::auth::Role;
use section55::ledger::{canonical, salted};
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::support::{App, Person, Reply};

/// One part of one event: its commitments, its salt and its payload.
struct Part {
    action: String,
    name: String,
    side: Option<String>,
    committed: Value,
    salt: Vec<u8>,
    payload: String,
}

async fn parts(client: &Client, record: &str) -> Vec<Part> {
    let rows = client
        .query(
            "select e.action, p.part, p.side, c.value, p.salt, p.payload
             from events e cross join jsonb_array_elements(e.parts) c
             join event_payloads p on p.event_id = e.id and p.part = c.value ->> 'part'
             where e.resource_id::text = $1 order by e.seq, p.part",
            &[&record],
        )
        .await
        .expect("the parts");
    let part = |row: &tokio_postgres::Row| Part {
        action: row.get(0),
        name: row.get(1),
        side: row.get(2),
        committed: row.get(3),
        salt: row.get(4),
        payload: row.get(5),
    };
    rows.iter().map(part).collect()
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_commits_to_its_record_and_takes_up_where_the_one_before_it_ended() {
    let app = App::start().await;
    let inspection = app.published_inspection("93001").await;
    let response = app.response(&inspection, "cumbria").await;
    app.person(Role::Constabulary, "cumbria");
    app.bring_to(&response, "cumbria", "complete").await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.act(&response, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    let administrator = app.database.administrator().await;
    let all = parts(&administrator, id(&response)).await;
    let names: Vec<(&str, &str)> = all.iter().map(|part| (part.action.as_str(), part.name.as_str())).collect();
    assert_eq!(
        names[..4],
        [("open", "record"), ("invite", "policing_body"), ("invite", "record"), ("submit_comments", "force")]
    );
    let mut last = std::collections::HashMap::new();
    for part in &all {
        let payload: Value = serde_json::from_str(&part.payload).expect("JSON");
        assert_eq!(canonical(&payload), part.payload, "the payload is kept in its canonical form");
        assert_eq!(part.committed["commitment"], salted(&part.salt, part.payload.as_bytes()));
        let after = canonical(&payload["after"]);
        assert_eq!(part.committed["after"], salted(&part.salt, after.as_bytes()));
        assert_eq!(part.committed["side"], json!(part.side));
        let before = last.insert(part.name.clone(), part.committed["after"].clone()).unwrap_or_default();
        assert_eq!(part.committed["before"], before, "{} {}", part.action, part.name);
    }
    for record in [inspection.body["id"].as_str().expect("an id")] {
        let mut own = parts(&administrator, record).await;
        let published = own.iter().find(|part| part.name == "recommendations").expect("what was published with it");
        assert_eq!((published.action.as_str(), published.payload.matches("\"ordinal\":").count()), ("publish", 3));
        own.retain(|part| part.name == "record");
        let last = own.last().expect("one");
        assert_eq!((own.len(), last.action.as_str()), (2, "publish"));
        assert_eq!(last.committed["before"], own[0].committed["after"], "what lies below it leaves it as it was");
        let payload: Value = serde_json::from_str(&last.payload).expect("JSON");
        assert_eq!(payload["was"]["state"], "draft");
        assert_eq!(payload["after"]["state"], "published");
    }
}

/// What an answer to a change of an item tells, and what its event commits to, is known before it is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_of_evidence_is_as_it_is_read_afterwards_and_as_its_next_event_finds_it() {
    let app = App::start().await;
    let inspection = app.published_inspection("93004").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let (force, opcc) = (app.person(Role::Constabulary, "cumbria"), app.person(Role::Opcc, "cumbria"));
    let (approver, chief) = (app.person(Role::OpccApprover, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    let made = app.evidence(&line, "cumbria", json!({ "effective_from": "2021-05-01" })).await;
    let item = made.href();
    let same = async |person: &Person, answer: Reply| {
        let read = person.get(&item).await.expect(200);
        assert_eq!(answer.body, read.body);
        assert_eq!(answer.tag(), read.tag());
    };
    let (marking, files) = (format!("{item}/marking"), format!("{item}/files"));
    let act = async |person: &Person, of: &str, body: Value| {
        same(person, person.act(of, body.clone()).await.expect(200)).await;
        app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(1));
    };
    let review = |action: &str| json!({ "action": action, "note": "Looked into." });
    let why = |action: &str| json!({ "action": action, "reason": "Looked into." });
    same(&force, made).await;
    let amended = json!({ "title": "Minutes of both boards", "description": "All.", "expires_on": "2030-01-01" });
    same(&force, force.patch(&item, "*", amended).await.expect(200)).await;
    act(&force, &marking, json!({ "action": "raise" })).await;
    act(&opcc, &marking, why("request_lowering")).await;
    act(&force, &marking, why("refuse_lowering")).await;
    act(&opcc, &marking, why("request_lowering")).await;
    act(&approver, &marking, json!({ "action": "confirm_lowering" })).await;
    force.upload(&files, "minutes.txt", b"Agreed.").await.expect(201);
    act(&force, &item, json!({ "action": "submit" })).await;
    act(&opcc, &item, review("request_changes")).await;
    force.upload(&files, "minutes.txt", b"Agreed again.").await.expect(201);
    act(&opcc, &item, review("reject")).await;
    force.upload(&files, "minutes.txt", b"Agreed at last.").await.expect(201);
    act(&opcc, &item, review("accept")).await;
    act(&chief, &item, why("withdraw")).await;
    let all = parts(&app.database.administrator().await, id(&item)).await;
    assert_eq!(all.len(), 15);
    for pair in all.windows(2) {
        assert_eq!(pair[1].committed["before"], pair[0].committed["after"], "{}", pair[1].action);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_outside_the_log_shows_at_the_next_event() {
    let app = App::start().await;
    let inspection = app.published_inspection("93002").await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "awaiting_comments").await;
    let administrator = app.database.administrator().await;
    let sql = "update responses set comments_due_on = comments_due_on + 1 where id::text = $1";
    assert_eq!(administrator.execute(sql, &[&id(&response)]).await.expect("a change"), 1);
    let drafted = json!({ "policing_body_comments": "Drafted." });
    app.person(Role::Opcc, "cumbria").patch(&response, "*", drafted).await.expect(200);
    let all = parts(&administrator, id(&response)).await;
    let of_record: Vec<&Part> = all.iter().filter(|part| part.name == "record").collect();
    let (amend, invite) = (of_record[2], of_record[1]);
    assert!(amend.committed["before"].is_string());
    assert_ne!(amend.committed["before"], invite.committed["after"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payload_is_read_by_whom_it_is_for_and_erased_only_with_an_event_that_says_so() {
    let app = App::start().await;
    let inspection = app.published_inspection("93003").await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "awaiting_comments").await;
    app.person(Role::Opcc, "cumbria")
        .patch(&response, "*", json!({ "policing_body_comments": "Drafted." }))
        .await
        .expect(200);
    let service = app.database.connect("section55_app").await;
    for (area, side, own) in [
        ("cumbria", "policing_body", 2),
        ("cumbria", "force", 0),
        ("cumbria", "audit", 2),
        ("kent", "policing_body", 0),
        ("", "", 0),
    ] {
        let sql = format!(
            "begin; select set_config('section55.areas', '{area}', true), set_config('section55.sides', '{side}', true)"
        );
        service.batch_execute(&sql).await.expect("a scope");
        let sql = "select count(*) from event_payloads where part = 'policing_body' and resource_id::text = $1";
        let count: i64 = service.query_one(sql, &[&id(&response)]).await.expect("a count").get(0);
        assert_eq!(count, own, "{area} {side}");
        service.batch_execute("rollback").await.expect("an end");
    }
    let administrator = app.database.administrator().await;
    for sql in [
        "delete from event_payloads",
        "truncate event_payloads",
        "update event_payloads set payload = '{}'",
        "update event_payloads set salt = null, payload = null, side = 'audit'",
        "update event_payloads set salt = null, payload = null",
        "insert into audit_heads select from audit_heads where false; truncate audit_queue, audit_heads",
    ] {
        let error = administrator.batch_execute(sql).await.expect_err(sql);
        assert_eq!(error.code().map(|code| code.code()), Some("42501"), "{sql}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_appended_without_waiting_for_its_place() {
    let app = App::start().await;
    app.published_inspection("93004").await;
    let administrator = app.database.administrator().await;
    let sql = "select count(*), count(q.seq), count(*) filter (where rules like '0.%+%') from events e left join audit_queue q on q.event_id = e.id";
    let row = administrator.query_one(sql, &[]).await.expect("a count");
    let (events, waiting, ruled): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert!(events > 40, "{events}");
    assert_eq!((waiting, ruled), (events, events));
}

//! The commitments of events: salted digests of the record before and after, and the payloads that can be erased.

use section55::auth::Role;
use section55::ledger::{canonical_json, salted_digest};
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::support::{App, Person, Reply};

/// One part of one event, with its commitments, salt and payload.
struct Part {
    action: String,
    name: String,
    side: Option<String>,
    committed: Value,
    salt: Vec<u8>,
    payload: String,
}

/// Returns the parts of all events of a record, in order.
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

/// Returns the id at the end of a path.
fn id(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_commits_to_the_state_that_the_previous_event_left() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("93001").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.person(Role::Constabulary, "cumbria");
    app.advance_response_to(&response, "cumbria", "complete").await;
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
        assert_eq!(canonical_json(&payload), part.payload, "the payload is stored as canonical JSON");
        assert_eq!(part.committed["commitment"], salted_digest(&part.salt, part.payload.as_bytes()));
        let after = canonical_json(&payload["after"]);
        assert_eq!(part.committed["after"], salted_digest(&part.salt, after.as_bytes()));
        assert_eq!(part.committed["side"], json!(part.side));
        let before = last.insert(part.name.clone(), part.committed["after"].clone()).unwrap_or_default();
        assert_eq!(part.committed["before"], before, "{} {}", part.action, part.name);
    }
    for record in [inspection.body["id"].as_str().expect("an id")] {
        let mut inspection_parts = parts(&administrator, record).await;
        let published = inspection_parts
            .iter()
            .find(|part| part.name == "recommendations")
            .expect("the recommendations in the event of the publication");
        assert_eq!((published.action.as_str(), published.payload.matches("\"ordinal\":").count()), ("publish", 3));
        inspection_parts.retain(|part| part.name == "record");
        let last = inspection_parts.last().expect("one");
        assert_eq!((inspection_parts.len(), last.action.as_str()), (2, "publish"));
        assert_eq!(
            last.committed["before"], inspection_parts[0].committed["after"],
            "events of its recommendations do not change the inspection"
        );
        let payload: Value = serde_json::from_str(&last.payload).expect("JSON");
        assert_eq!(payload["was"]["state"], "draft");
        assert_eq!(payload["after"]["state"], "published");
    }
}

/// The response to a write and its event are computed before the write, so they must equal what a later read returns.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_response_to_each_write_of_evidence_equals_the_next_read_and_the_next_events_before_state() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("93004").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let (force, opcc) = (app.person(Role::Constabulary, "cumbria"), app.person(Role::Opcc, "cumbria"));
    let (approver, chief) = (app.person(Role::OpccApprover, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    let created = app.add_evidence(&assignment, "cumbria", json!({ "effective_from": "2021-05-01" })).await;
    let evidence = created.href();
    let assert_same_as_read = async |person: &Person, reply: Reply| {
        let read = person.get(&evidence).await.expect(200);
        assert_eq!(reply.body, read.body);
        assert_eq!(reply.etag(), read.etag());
    };
    let (marking, files) = (format!("{evidence}/marking"), format!("{evidence}/files"));
    let act = async |person: &Person, of: &str, body: Value| {
        assert_same_as_read(person, person.act(of, body.clone()).await.expect(200)).await;
        app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(1));
    };
    let review = |action: &str| json!({ "action": action, "note": "Examined." });
    let with_reason = |action: &str| json!({ "action": action, "reason": "Examined." });
    assert_same_as_read(&force, created).await;
    let amended = json!({ "title": "Minutes of both boards", "description": "All.", "expires_on": "2030-01-01" });
    assert_same_as_read(&force, force.patch(&evidence, "*", amended).await.expect(200)).await;
    act(&force, &marking, json!({ "action": "raise" })).await;
    act(&opcc, &marking, with_reason("request_lowering")).await;
    act(&force, &marking, with_reason("refuse_lowering")).await;
    act(&opcc, &marking, with_reason("request_lowering")).await;
    act(&approver, &marking, json!({ "action": "confirm_lowering" })).await;
    force.upload(&files, "minutes.txt", b"Agreed.").await.expect(201);
    act(&force, &evidence, json!({ "action": "submit" })).await;
    act(&opcc, &evidence, review("request_changes")).await;
    force.upload(&files, "minutes.txt", b"Agreed again.").await.expect(201);
    act(&opcc, &evidence, review("reject")).await;
    force.upload(&files, "minutes.txt", b"Agreed at last.").await.expect(201);
    act(&opcc, &evidence, review("accept")).await;
    act(&chief, &evidence, with_reason("withdraw")).await;
    let all = parts(&app.database.administrator().await, id(&evidence)).await;
    assert_eq!(all.len(), 15);
    for pair in all.windows(2) {
        assert_eq!(pair[1].committed["before"], pair[0].committed["after"], "{}", pair[1].action);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_made_around_the_service_is_found_at_the_next_event() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("93002").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "awaiting_comments").await;
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
async fn a_payload_is_readable_for_its_side_only_and_erased_only_with_an_event_that_records_it() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("93003").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "awaiting_comments").await;
    app.person(Role::Opcc, "cumbria")
        .patch(&response, "*", json!({ "policing_body_comments": "Drafted." }))
        .await
        .expect(200);
    let service = app.database.connect("section55_app").await;
    for (area, side, inspection_parts) in [
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
        assert_eq!(count, inspection_parts, "{area} {side}");
        service.batch_execute("rollback").await.expect("a rollback");
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
async fn each_appended_event_waits_in_the_queue_for_its_position() {
    let app = App::start().await;
    app.create_published_inspection("93004").await;
    let administrator = app.database.administrator().await;
    let sql = "select count(*), count(q.seq), count(*) filter (where rules like '0.%+%') from events e left join audit_queue q on q.event_id = e.id";
    let row = administrator.query_one(sql, &[]).await.expect("a count");
    let (events, waiting, ruled): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert!(events > 40, "{events}");
    assert_eq!((waiting, ruled), (events, events));
}

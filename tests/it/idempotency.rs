//! `Idempotency-Key`: a repeated POST is performed once, and gets the stored response of the first request.

use reqwest::Method;
use section55::auth::Role;
use section55::jobs;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::support::world::registration;
use super::support::{App, Person, Reply};

async fn post(person: &Person, path: &str, key: &str, body: &Value) -> Reply {
    let headers = [("content-type", "application/json"), ("idempotency-key", key), ("if-match", "*")];
    person.send(Method::POST, path, &headers, Some(body.to_string().into_bytes())).await
}

async fn count(app: &App, sql: &str) -> i64 {
    app.database.administrator().await.query_one(sql, &[]).await.expect("a count").get(0)
}

fn is_replayed(reply: &Reply) -> bool {
    reply.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_request_is_performed_once_and_gets_the_same_response() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = post(&opcc, "/v1/inspections", "k-1", &registration("77001")).await.expect(201);
    let again = post(&opcc, "/v1/inspections", "k-1", &registration("77001")).await.expect(201);
    assert!(is_replayed(&again) && !is_replayed(&first));
    assert_eq!(again.text, first.text);
    for name in ["etag", "location", "content-type"] {
        assert_eq!(again.headers[name], first.headers[name], "{name}");
    }
    assert_ne!(again.headers["x-request-id"], first.headers["x-request-id"]);
    assert_eq!(count(&app, "select count(*) from record.inspections").await, 1);
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=register,replay").await.expect(200);
    let mut actions: Vec<&str> =
        events.body["items"].as_array().expect("events").iter().filter_map(|e| e["action"].as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["register", "replay"], "the audit log records the replay");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_transition_succeeds_although_version_and_state_have_changed() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("77002").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let tag = opcc.get(&response).await.expect(200).etag();
    let path = format!("{response}/transitions");
    let headers = [("content-type", "application/json"), ("idempotency-key", "transition"), ("if-match", tag.as_str())];
    let body = Some(br#"{"action":"invite"}"#.to_vec());
    let first = opcc.send(Method::POST, &path, &headers, body.clone()).await.expect(200);
    let again = opcc.send(Method::POST, &path, &headers, body).await.expect(200);
    assert_eq!((again.text.as_str(), is_replayed(&again)), (first.text.as_str(), true));
    assert_eq!(opcc.get(&response).await.expect(200).body["version"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_belongs_to_one_request_of_one_caller() {
    let app = App::start().await;
    let (opcc, kent) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Opcc, "kent"));
    post(&opcc, "/v1/inspections", "k", &registration("77003")).await.expect(201);
    let other = post(&opcc, "/v1/inspections", "k", &registration("77004")).await.expect(422);
    assert_eq!(other.body["code"], "idempotency_key_reused");
    let elsewhere = post(&opcc, "/v1/inspections?validate_only=false", "k", &registration("77003")).await.expect(422);
    assert_eq!(elsewhere.body["code"], "idempotency_key_reused");
    let theirs = post(&kent, "/v1/inspections", "k", &registration("77005")).await.expect(201);
    assert!(!is_replayed(&theirs), "the same key of another caller is independent");
    for bad in ["", "two words", &"k".repeat(256)] {
        let refused = post(&opcc, "/v1/inspections", bad, &registration("77006")).await.expect(400);
        assert_eq!(refused.faults()[0].0, "/Idempotency-Key", "{bad:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_or_validate_only_request_does_not_use_up_the_key() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    post(&opcc, "/v1/inspections", "k", &json!({ "title": "No reference" })).await.expect(422);
    post(&opcc, "/v1/inspections?validate_only=true", "k", &registration("77007")).await.expect(200);
    assert_eq!(count(&app, "select count(*) from record.idempotency_keys").await, 0);
    let made = post(&opcc, "/v1/inspections", "k", &registration("77007")).await.expect(201);
    assert!(!is_replayed(&made));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_one_of_many_concurrent_requests_with_one_key_is_performed() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for round in 0..20 {
        let body = registration(&format!("7710{round}"));
        let key = format!("round-{round}");
        let all = futures_util::future::join_all((0..20).map(|_| post(&opcc, "/v1/inspections", &key, &body))).await;
        let made: Vec<&Reply> = all.iter().filter(|reply| reply.status == 201).collect();
        let fresh = made.iter().filter(|reply| !is_replayed(reply)).count();
        assert_eq!(fresh, 1, "round {round}");
        assert!(made.iter().all(|reply| reply.text == made[0].text));
        for other in all.iter().filter(|reply| reply.status != 201) {
            assert!([409, 503].contains(&other.status.as_u16()), "{}", other.text);
            assert!(other.headers.contains_key("retry-after"), "{}", other.text);
        }
    }
    assert_eq!(count(&app, "select count(*) from record.inspections").await, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_request_gets_409_and_retry_after_while_the_first_is_running() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    post(&opcc, "/v1/inspections", "k", &registration("77008")).await.expect(201);
    // This lock is the one that an unfinished request holds.
    let first = app.database.administrator().await;
    let lock = "begin; select pg_advisory_xact_lock(hashtextextended(caller || ' ' || key, 24)) from idempotency_keys where key = 'k'";
    first.batch_execute(lock).await.expect("the lock");
    let second = post(&opcc, "/v1/inspections", "k", &registration("77008")).await.expect(409);
    assert_eq!(
        (&second.body["code"], &second.headers["retry-after"]),
        (&json!("still_running"), &"1".parse().unwrap())
    );
    first.batch_execute("rollback").await.expect("the end of the lock");
    assert!(is_replayed(&post(&opcc, "/v1/inspections", "k", &registration("77008")).await.expect(201)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_disconnects_before_the_response_gets_it_by_repeating_the_request() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let body = registration("77009").to_string();
    let request = format!(
        "POST /v1/inspections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Idempotency-Key: disconnected\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = app.open_connection().await;
    stream.write_all(request.as_bytes()).await.expect("a request");
    drop(stream);
    let mut replayed = false;
    for _ in 0..100 {
        let made = post(&opcc, "/v1/inspections", "disconnected", &registration("77009")).await;
        assert!([201, 409].contains(&made.status.as_u16()), "{}", made.text);
        replayed = is_replayed(&made);
        if made.status == 201 {
            break;
        }
    }
    assert_eq!(count(&app, "select count(*) from record.inspections").await, 1);
    // The first request was either performed or never arrived in full. The record exists once in both cases.
    let events = count(&app, "select count(*) from record.events where action = 'register'").await;
    assert_eq!(events, 1, "replayed: {replayed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_upload_adds_one_version() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("77010").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let path = format!("{}/files", app.add_evidence(&assignment, "cumbria", json!({})).await.href());
    let force = app.person(Role::Constabulary, "cumbria");
    let send = async |text: &str| {
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{text}\r\n--edge--\r\n"
        );
        let headers = [("content-type", "multipart/form-data; boundary=edge"), ("idempotency-key", "up")];
        force.send(Method::POST, &path, &headers, Some(body.into_bytes())).await
    };
    let first = send("The same.").await.expect(201);
    let again = send("The same.").await.expect(201);
    assert_eq!((again.text.as_str(), is_replayed(&again)), (first.text.as_str(), true));
    assert_eq!(send("Another.").await.expect(422).body["code"], "idempotency_key_reused");
    assert_eq!(count(&app, "select count(*) from record.evidence_files").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_import_writes_nothing_again() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let send = async |query: &str, kind: &str, key: &str, body: &str| {
        let headers = [("content-type", kind), ("idempotency-key", key)];
        opcc.send(Method::POST, &format!("/v1/imports?area=cumbria{query}"), &headers, Some(body.as_bytes().to_vec()))
            .await
    };
    let document = include_str!("../../examples/response-document.txt");
    let first = send("", "text/plain", "document", document).await.expect(201);
    let again = send("", "text/plain", "document", document).await.expect(201);
    assert_eq!((again.text.as_str(), is_replayed(&again)), (first.text.as_str(), true));
    assert_eq!(count(&app, "select count(*) from record.import_proposals").await, 1);
    let draft = post(&opcc, "/v1/inspections", "draft", &registration("77014")).await.expect(201);
    let query = format!("&inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let table = "reference,text\nT-1,Do it.\n";
    let made = send(&query, "text/csv", "table", table).await.expect(201);
    let again = send(&query, "text/csv", "table", table).await.expect(201);
    assert_eq!((again.text.as_str(), is_replayed(&again)), (made.text.as_str(), true));
    for header in ["location", "etag", "content-type"] {
        assert_eq!(again.headers[header], made.headers[header], "{header}");
    }
    assert_eq!(
        send(&query, "text/csv", "table", &table.replace("T-1", "T-2")).await.expect(422).body["code"],
        "idempotency_key_reused"
    );
    assert_eq!(count(&app, "select count(*) from record.imports").await, 1);
    assert_eq!(count(&app, "select count(*) from record.recommendations").await, 1);
    // A refusal is not stored: the same request is refused again, and a corrected one is performed.
    let refused = send(&query, "text/csv", "refused", table).await.expect(422);
    let again = send(&query, "text/csv", "refused", table).await.expect(422);
    assert_eq!((again.faults(), is_replayed(&again)), (refused.faults(), false));
    send(&query, "text/csv", "refused", &table.replace("T-1", "T-3")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_can_be_reused_after_a_day_and_its_response_is_deleted() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    post(&opcc, "/v1/inspections", "k", &registration("77011")).await.expect(201);
    app.clock.set("2022-03-23T11:59:00Z".parse().unwrap());
    jobs::delete_expired_responses(&app.database.db, &app.clock).await.expect("a deletion");
    assert!(is_replayed(&post(&opcc, "/v1/inspections", "k", &registration("77011")).await.expect(201)));
    app.clock.set("2022-03-23T12:01:00Z".parse().unwrap());
    let fresh = post(&opcc, "/v1/inspections", "k", &registration("77012")).await.expect(201);
    assert!(!is_replayed(&fresh), "after a day the key can be reused, whether or not the record was deleted");
    app.clock.set("2022-03-24T12:02:00Z".parse().unwrap());
    assert_eq!(jobs::delete_expired_responses(&app.database.db, &app.clock).await.expect("a deletion"), 1);
    assert_eq!(count(&app, "select count(*) from record.idempotency_keys").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_security_hides_stored_responses_from_other_callers() {
    let app = App::start().await;
    post(&app.person(Role::Opcc, "cumbria"), "/v1/inspections", "k", &registration("77013")).await.expect(201);
    let service = app.database.connect("section55_app").await;
    let visible: i64 = service.query_one("select count(*) from idempotency_keys", &[]).await.expect("a count").get(0);
    assert_eq!(visible, 0);
    service.batch_execute("delete from idempotency_keys").await.expect_err("no such privilege");
}

/// PostgreSQL may plan a statement while the table is empty. The plan must use the index even then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_found_by_index_even_if_the_table_was_empty() {
    let app = App::start().await;
    app.database.administrator().await.batch_execute("vacuum analyze record.idempotency_keys").await.expect("a vacuum");
    let opcc = app.person(Role::Opcc, "cumbria");
    for number in 0..30 {
        let body = registration(&format!("78{number:03}"));
        post(&opcc, "/v1/inspections", &format!("k-{number}"), &body).await.expect(201);
    }
    // A connection reports its statistics when it closes.
    app.database.db.close();
    let statistics = async |column: &str| {
        let sql = format!("select {column} from pg_stat_user_tables where relname = 'idempotency_keys'");
        count(&app, &sql).await
    };
    for _ in 0..500 {
        if statistics("coalesce(idx_scan, 0)").await >= 30 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(statistics("coalesce(idx_scan, 0)").await >= 30, "the index was not used for each key");
    let full_scans = statistics("seq_scan").await;
    assert!(full_scans < 10, "{full_scans} full table scans for 30 keys");
}

#[test]
fn every_post_accepts_an_idempotency_key() {
    let contract = super::support::contract::Contract::shared();
    let paths = contract.document["paths"].as_object().expect("paths");
    let posts = paths.iter().filter_map(|(path, methods)| Some((path, methods.get("post")?)));
    for (path, operation) in posts {
        let is_key = |p: &Value| p["name"] == "Idempotency-Key";
        assert!(operation["parameters"].as_array().is_some_and(|all| all.iter().any(is_key)), "POST {path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_belongs_to_the_roles_and_areas_of_the_token() {
    let app = App::start().await;
    let with = |roles: &[&str], areas: &[&str]| app.person_with_roles("one.person", roles, areas);
    let first = post(&with(&["opcc"], &["cumbria"]), "/v1/inspections", "k", &registration("77050")).await.expect(201);
    let same = post(&with(&["opcc"], &["cumbria"]), "/v1/inspections", "k", &registration("77050")).await.expect(201);
    assert_eq!((is_replayed(&same), &same.text), (true, &first.text));
    // The draft of one area does not stand in another's way. In the same area it does.
    let elsewhere = post(&with(&["opcc"], &["kent"]), "/v1/inspections", "k", &registration("77050")).await.expect(201);
    assert!(!is_replayed(&elsewhere) && elsewhere.body["id"] != first.body["id"], "{}", elsewhere.text);
    let approver = with(&["opcc_approver"], &["cumbria"]);
    let other = post(&approver, "/v1/inspections", "k", &registration("77050")).await.expect(409);
    assert_eq!(other.body["code"], "already_exists", "the request is performed, not replayed");
}

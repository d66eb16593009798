//! The files of imports: raw or in a form, limits, download, and how long the bytes are kept.

use chrono::TimeDelta;
use reqwest::Method;
use section55::auth::Role;
use section55::clock::Clock;
use section55::evidence::file_maintenance::delete_unreferenced_files;
use serde_json::{Value, json};

use super::{propose, table};
use crate::support::{App, Person, Reply};

/// Sends files in one form.
async fn send_form(person: &Person, query: &str, files: &[(&str, &[u8])]) -> Reply {
    let mut body = Vec::new();
    for (name, bytes) in files {
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=edge")];
    person.send(Method::POST, &format!("/v1/imports?{query}"), &headers, Some(body)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_makes_one_proposal_of_each_file_or_none() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let (one, two) = (table("F-1").to_string(), table("F-2").to_string());
    let before = app.database.fingerprint().await;
    let wrong = b"{\"rows\": []}".as_slice();
    let files = [("one.json", one.as_bytes()), ("wrong.json", wrong), ("empty.txt", b"".as_slice())];
    let refused = send_form(&opcc, "", &files).await.expect(422);
    let faults = [("/files/1/rows".to_owned(), "too_few".to_owned()), ("/files/2".to_owned(), "empty".to_owned())];
    assert_eq!(refused.faults(), faults);
    assert_eq!(app.database.fingerprint().await, before);
    send_form(&opcc, "validate_only=true", &files[..1]).await.expect(200);
    send_form(&opcc, "filename=x.json", &files[..1]).await.expect(400);
    send_form(&opcc, "", &[]).await.expect(422);
    assert_eq!(app.database.fingerprint().await, before);
    let made = send_form(&opcc, "", &[("one.json", one.as_bytes()), ("two.json", two.as_bytes())]).await.expect(201);
    let items = made.body["items"].as_array().expect("a list");
    let names: Vec<&Value> = items.iter().map(|item| &item["file"]["filename"]).collect();
    assert_eq!(names, ["one.json", "two.json"]);
    assert_eq!(items[1]["inspection"]["reference"]["value"], "F-2");
    let single = send_form(&opcc, "", &[("one.json", one.as_bytes())]).await.expect(201);
    assert_eq!((&single.body["state"], &single.body["file"]["filename"]), (&json!("proposed"), &json!("one.json")));
    assert_eq!(single.headers["location"], single.href().as_str());
    let many: Vec<(&str, &[u8])> = vec![("one.json", one.as_bytes()); 21];
    let refused = send_form(&opcc, "validate_only=true", &many).await.expect(422);
    assert_eq!(refused.faults(), [("/file".to_owned(), "too_many".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_25_mib_is_the_largest() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let before = app.database.fingerprint().await;
    let large = vec![b' '; 25 * 1024 * 1024 + 1];
    for media_type in ["text/plain", "application/octet-stream", "application/json"] {
        let headers = [("content-type", media_type)];
        opcc.send(Method::POST, "/v1/imports", &headers, Some(large.clone())).await.expect(413);
    }
    send_form(&opcc, "", &[("large.txt", &large)]).await.expect(413);
    let rows: Vec<Value> = (0..2_001).map(|n| json!({ "reference": format!("M-{n}"), "text": "Fine." })).collect();
    let refused = propose(&opcc, "", &json!({ "rows": rows })).await.expect(422);
    assert_eq!(refused.faults(), [("/rows".to_owned(), "too_many".to_owned())]);
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_document_is_refused() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let before = app.database.fingerprint().await;
    let send = async |media_type: &str, body: &[u8]| {
        let headers = [("content-type", media_type)];
        opcc.send(Method::POST, "/v1/imports", &headers, Some(body.to_vec())).await
    };
    send("application/xml", b"<a/>").await.expect(415);
    send("image/png", b"\x89PNG").await.expect(415);
    opcc.send(Method::POST, "/v1/imports", &[], Some(b"text".to_vec())).await.expect(415);
    assert_eq!(send("text/plain", b"").await.expect(422).faults(), [(String::new(), "empty".to_owned())]);
    send("application/json", b"{\"rows\": [{\"reference\": \"A\"}").await.expect(400);
    for (body, pointer) in [
        ("[]", ""),
        ("{}", "/rows"),
        ("{\"rows\": [], \"colour\": 1}", "/colour"),
        (
            "{\"rows\": [{\"reference\": \"A\", \"text\": \"B\", \"cause_of_concern\": \"C\"}]}",
            "/rows/0/cause_of_concern",
        ),
    ] {
        assert_eq!(send("application/json", body.as_bytes()).await.expect(422).faults()[0].0, pointer, "{body}");
        assert_eq!(send("text/plain", body.as_bytes()).await.expect(422).faults()[0].0, pointer, "by content: {body}");
    }
    let long = format!("/v1/imports?filename={}", "n".repeat(256));
    opcc.send(Method::POST, &long, &[("content-type", "application/json")], Some(b"{}".to_vec())).await.expect(400);
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_can_be_downloaded_while_the_import_exists() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let sent = table("F-3").to_string();
    let query = "filename=calls%20%E2%82%AC.json";
    let made = propose(&opcc, query, &table("F-3")).await.expect(201);
    let registrar = app.person(Role::Registrar, "");
    let of_nobody = propose(&registrar, "", &table("F-4")).await.expect(201);
    assert_eq!(made.body["file"]["size"], sent.len());
    // Bytes that no record names are deleted after an hour.
    let later = Clock::fixed_at(chrono::DateTime::from(std::time::SystemTime::now()) + TimeDelta::hours(2));
    delete_unreferenced_files(&app.database.db, &app.files, &later).await.expect("a deletion");
    let file = opcc.get(&format!("{}/file", made.href())).await.expect(200);
    assert_eq!(file.text, sent);
    let header = |name: &str| file.headers[name].to_str().expect("a text").to_owned();
    assert!(header("content-disposition").starts_with("attachment;"), "{}", header("content-disposition"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("etag"), format!("\"{}\"", made.body["file"]["sha256"].as_str().expect("a digest")));
    registrar.get(&format!("{}/file", of_nobody.href())).await.expect(200);
    app.sequence().await;
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=download").await.expect(200);
    assert_eq!(events.body["items"][0]["resource"], "import");
    let draft = app.create_draft_inspection("82092").await;
    let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let rows = propose(&opcc, &query, &json!({ "rows": [{ "reference": "R-1", "text": "One." }] })).await.expect(201);
    opcc.get(&format!("{}/file", rows.href())).await.expect(404);
}

//! Many writers with the same ETag: exactly one writes, the others get 412, and the record has the text of the one
//! that wrote.

use futures_util::future::join_all;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person, Reply};

const WRITERS: usize = 20;

/// Sends all requests at once and returns the reply of the one that succeeded. The others must be 412.
async fn only_success(requests: impl Iterator<Item = impl Future<Output = Reply>>) -> Reply {
    let (successful, others): (Vec<_>, Vec<_>) =
        join_all(requests).await.into_iter().partition(|reply| reply.status == 200);
    for other in &others {
        assert_eq!(other.status, 412, "{}", other.text);
    }
    assert_eq!((successful.len(), others.len()), (1, WRITERS - 1));
    successful.into_iter().next().expect("a successful request")
}

/// Returns one PATCH for each writer, each with another text in `member`.
fn patches<'a>(
    person: &'a Person,
    path: &'a str,
    etag: &'a str,
    member: &'a str,
    round: usize,
) -> impl Iterator<Item = impl Future<Output = Reply> + 'a> {
    (0..WRITERS)
        .map(move |writer| person.patch(path, etag, json!({ member: format!("round {round} writer {writer}") })))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_of_many_writers_with_the_same_etag_succeeds() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let inspection = app.create_published_inspection("80600").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "drafting").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let records = [
        (sample_records.draft.as_str(), "title"),
        (sample_records.recommendation.as_str(), "text"),
        (response.as_str(), "policing_body_comments"),
    ];
    for (path, member) in records {
        let mut record = opcc.get(path).await.expect(200);
        for round in 0..20 {
            let (etag, version) = (record.etag(), record.body["version"].as_i64().expect("a version"));
            let written = only_success(patches(&opcc, path, &etag, member, round)).await;
            record = opcc.get(path).await.expect(200);
            assert_eq!(record.body["version"], version + 1, "{path}");
            assert_eq!(record.body[member], written.body[member], "{path}: the record has the text of another writer");
            assert_eq!(record.etag(), written.etag(), "{path}");
        }
        let version = record.body["version"].as_i64().expect("a version");
        let id: uuid::Uuid = record.body["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let row = app.database.administrator().await;
        let row = row
            .query_one(
                "select count(*), count(distinct version), max(version) from events where resource_id = $1",
                &[&id],
            )
            .await
            .expect("the events");
        let counted: (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        assert_eq!(counted, (version, version, version), "{path}: each version has one event");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_of_many_concurrent_transitions_is_performed() {
    let app = App::start().await;
    let (opcc, approver) = (app.person(Role::Opcc, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    for round in 0..3 {
        let draft = app.create_draft_inspection(&format!("8070{round}")).await;
        let (path, etag) = (format!("{}/transitions", draft.href()), draft.etag());
        let publish: Value = json!({ "action": "publish" });
        let send = || opcc.send_json(reqwest::Method::POST, &path, Some(&etag), &publish);
        only_success((0..WRITERS).map(|_| send())).await;
        let opened = app
            .person(Role::Auditor, "kent")
            .get(&format!(
                "/v1/responses?inspection_id={}&area=kent&count=true",
                draft.body["id"].as_str().expect("an id")
            ))
            .await;
        assert_eq!(opened.body["total"], 1);
        let response = app.response_path(&draft, "cumbria").await;
        let approved = app.advance_response_to(&response, "cumbria", "approved").await;
        let (path, etag) = (format!("{response}/transitions"), approved.etag());
        let publish = |writer: usize| json!({ "action": "publish", "url": format!("https://example.org/{writer}") });
        let bodies: Vec<Value> = (0..WRITERS).map(publish).collect();
        let requests = bodies.iter().map(|body| approver.send_json(reqwest::Method::POST, &path, Some(&etag), body));
        let winner = only_success(requests).await;
        let public = app.public().get(&response).await.expect(200);
        assert_eq!(public.body["publication"]["url"], winner.body["publication"]["url"]);
        let versions = app.public().get(&format!("{response}/versions")).await.expect(200);
        assert_eq!(versions.body["items"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_of_many_registrations_of_one_reference_succeeds() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for round in 0..10 {
        let reference = format!("8080{round}");
        let requests =
            (0..WRITERS).map(|_| opcc.post("/v1/inspections", crate::support::world::registration(&reference)));
        let replies = join_all(requests).await;
        let created = replies.iter().filter(|reply| reply.status == 201).count();
        assert_eq!(created, 1, "round {round}");
        for other in replies.iter().filter(|reply| reply.status != 201) {
            assert_eq!(other.status, 409, "{}", other.text);
            assert_eq!(other.body["code"], "already_exists");
        }
    }
}

//! Many writers with one tag: one writes, the others are told, and what was written is what is there.

use futures_util::future::join_all;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person, Reply};

const WRITERS: usize = 20;

/// Sends all at once; gives the one that was carried out. The others must be stale.
async fn race(sent: impl Iterator<Item = impl Future<Output = Reply>>) -> Reply {
    let (done, others): (Vec<_>, Vec<_>) = join_all(sent).await.into_iter().partition(|reply| reply.status == 200);
    for other in &others {
        assert_eq!(other.status, 412, "{}", other.text);
    }
    assert_eq!((done.len(), others.len()), (1, WRITERS - 1));
    done.into_iter().next().expect("one")
}

/// As many patches as there are writers, each of its own text in `member`.
fn patches<'a>(
    who: &'a Person,
    path: &'a str,
    tag: &'a str,
    member: &'a str,
    round: usize,
) -> impl Iterator<Item = impl Future<Output = Reply> + 'a> {
    (0..WRITERS).map(move |writer| who.patch(path, tag, json!({ member: format!("round {round} writer {writer}") })))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_writers_with_one_tag_exactly_one_writes() {
    let app = App::start().await;
    let places = app.places().await;
    let inspection = app.published_inspection("80600").await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "drafting").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let records = [
        (places.draft.as_str(), "title"),
        (places.recommendation.as_str(), "text"),
        (response.as_str(), "policing_body_comments"),
    ];
    for (path, member) in records {
        let mut now = opcc.get(path).await.expect(200);
        for round in 0..20 {
            let (tag, version) = (now.tag(), now.body["version"].as_i64().expect("a version"));
            let written = race(patches(&opcc, path, &tag, member, round)).await;
            now = opcc.get(path).await.expect(200);
            assert_eq!(now.body["version"], version + 1, "{path}");
            assert_eq!(now.body[member], written.body[member], "{path}: another's text is there");
            assert_eq!(now.tag(), written.tag(), "{path}");
        }
        let version = now.body["version"].as_i64().expect("a version");
        let id: uuid::Uuid = now.body["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let row = app.database.administrator().await;
        let row = row
            .query_one(
                "select count(*), count(distinct version), max(version) from events where resource_id = $1",
                &[&id],
            )
            .await
            .expect("the events");
        let counted: (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        assert_eq!(counted, (version, version, version), "{path}: one event for each version");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_moves_at_once_exactly_one_is_made() {
    let app = App::start().await;
    let (opcc, approver) = (app.person(Role::Opcc, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    for round in 0..3 {
        let draft = app.draft_inspection(&format!("8070{round}")).await;
        let (path, tag) = (format!("{}/transitions", draft.href()), draft.tag());
        let publish: Value = json!({ "action": "publish" });
        let send = || opcc.send_json(reqwest::Method::POST, &path, Some(&tag), &publish);
        race((0..WRITERS).map(|_| send())).await;
        let opened = app
            .person(Role::Auditor, "kent")
            .get(&format!(
                "/v1/responses?inspection_id={}&area=kent&count=true",
                draft.body["id"].as_str().expect("an id")
            ))
            .await;
        assert_eq!(opened.body["total"], 1);
        let response = app.response(&draft, "cumbria").await;
        let approved = app.bring_to(&response, "cumbria", "approved").await;
        let (path, tag) = (format!("{response}/transitions"), approved.tag());
        let publish = |writer: usize| json!({ "action": "publish", "url": format!("https://example.org/{writer}") });
        let bodies: Vec<Value> = (0..WRITERS).map(publish).collect();
        let sent = bodies.iter().map(|body| approver.send_json(reqwest::Method::POST, &path, Some(&tag), body));
        let won = race(sent).await;
        let shown = app.public().get(&response).await.expect(200);
        assert_eq!(shown.body["publication"]["url"], won.body["publication"]["url"]);
        let versions = app.public().get(&format!("{response}/versions")).await.expect(200);
        assert_eq!(versions.body["items"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_registrations_of_one_reference_exactly_one_is_kept() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for round in 0..10 {
        let reference = format!("8080{round}");
        let sent = (0..WRITERS).map(|_| opcc.post("/v1/inspections", crate::support::world::registration(&reference)));
        let replies = join_all(sent).await;
        let made = replies.iter().filter(|reply| reply.status == 201).count();
        assert_eq!(made, 1, "round {round}");
        for other in replies.iter().filter(|reply| reply.status != 201) {
            assert_eq!(other.status, 409, "{}", other.text);
            assert_eq!(other.body["code"], "already_exists");
        }
    }
}

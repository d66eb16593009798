//! The content of a page, the cursor of the next page, and cursors that cannot be forged.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{items, member_of_each, next_cursor, read_all};
use crate::support::App;
use crate::support::world::registration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_states_its_type_and_the_path_of_its_record() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("88101").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "published").await;
    app.sequence().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let changes = read_all(&opcc).await;
    let published =
        changes.iter().find(|item| item["type"] == "response.published").expect("the publication in the feed");
    let record = opcc.get(&response).await.expect(200);
    let event = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=publish&resource=response").await;
    assert_eq!(
        *published,
        json!({
            "id": event.body["items"][0]["id"], "at": "2022-03-22T12:00:00Z", "type": "response.published",
            "resource": "response", "resource_id": record.body["id"], "area": "cumbria", "action": "publish",
            "version": record.body["version"], "title": "Thematic inspection 88101", "reference": "88101",
            "actor": event.body["items"][0]["actor"], "links": { "self": response },
        })
    );
    assert_eq!(published["actor"]["subject"], "opcc_approver@cumbria");
    let public_changes = read_all(&app.public()).await;
    assert_eq!(member_of_each(&public_changes, "type"), ["inspection.published", "response.published"]);
    // The public learns no actor.
    let mut as_published = published.clone();
    as_published["actor"] = Value::Null;
    assert_eq!(public_changes[1], as_published);
    for item in &changes {
        let path = item["links"]["self"].as_str().expect("an address");
        opcc.get(path).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_continues_where_it_stopped_or_begins_with_the_next_change() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for n in 0..5 {
        opcc.post("/v1/inspections", registration(&format!("8820{n}"))).await.expect(201);
    }
    app.sequence().await;
    let latest = opcc.get("/v1/changes?after=latest").await.expect(200);
    assert!(items(&latest).is_empty());
    let first = opcc.get("/v1/changes?limit=3").await.expect(200);
    let link = first.headers["link"].to_str().expect("text").to_owned();
    assert_eq!(link, format!("</v1/changes?limit=3&after={}>; rel=\"next\"", next_cursor(&first)));
    let second = opcc.get(&format!("/v1/changes?limit=3&after={}", next_cursor(&first))).await.expect(200);
    assert_eq!((items(&first).len(), items(&second).len()), (3, 2));
    assert_eq!(next_cursor(&second), next_cursor(&latest), "the end of the feed has one cursor");
    let end = format!("/v1/changes?after={}", next_cursor(&second));
    let nothing = opcc.get(&end).await.expect(200);
    assert_eq!((items(&nothing).len(), next_cursor(&nothing)), (0, next_cursor(&second)));
    opcc.post("/v1/inspections", registration("88209")).await.expect(201);
    assert!(items(&opcc.get(&end).await.expect(200)).is_empty(), "the event has no position yet");
    app.sequence().await;
    assert_eq!(items(&opcc.get(&end).await.expect(200)).len(), 1);
    let headers = opcc.get(&end).await.expect(200).headers;
    assert_eq!(headers["cache-control"], "private, no-store");
    assert_eq!(app.public().get("/v1/changes").await.expect(200).headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_altered_or_forged_cursor_is_refused_with_400() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.post("/v1/inspections", registration("88301")).await.expect(201);
    app.sequence().await;
    let cursor = next_cursor(&opcc.get("/v1/changes").await.expect(200));
    let refused = async |cursor: &str| {
        let faults = opcc.get(&format!("/v1/changes?after={cursor}")).await.expect(400).faults();
        assert_eq!(faults, [("/after".to_owned(), "bad_cursor".to_owned())], "{cursor}");
    };
    for at in 0..cursor.len() {
        let mut altered = cursor.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        refused(&String::from_utf8(altered).expect("ascii")).await;
    }
    for forged in ["", "0", "1", "AAAAAAAAAAE", "Latest", &cursor[1..], &format!("{cursor}A")] {
        refused(forged).await;
    }
    let wrong = opcc.get("/v1/changes?after=x&wait=31&limit=201").await.expect(400).faults();
    let pointers: Vec<&str> = wrong.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/after", "/wait", "/limit"]);
}

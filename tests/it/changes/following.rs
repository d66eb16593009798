//! What a page says, where the next begins, and places that cannot be made up.

use section55::auth::Role;
use serde_json::json;

use super::{all, each, items, next};
use crate::support::App;
use crate::support::world::registration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_says_what_happened_to_which_record_and_where_that_is() {
    let app = App::start().await;
    let inspection = app.published_inspection("88101").await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "published").await;
    app.sequence().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let told = all(&opcc).await;
    let published = told.iter().find(|item| item["type"] == "response.published").expect("it was told");
    let record = opcc.get(&response).await.expect(200);
    let event = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=publish&resource=response").await;
    assert_eq!(
        *published,
        json!({
            "id": event.body["items"][0]["id"], "at": "2022-03-22T12:00:00Z", "type": "response.published",
            "resource": "response", "resource_id": record.body["id"], "area": "cumbria", "action": "publish",
            "version": record.body["version"], "links": { "self": response },
        })
    );
    let of_public = all(&app.public()).await;
    assert_eq!(each(&of_public, "type"), ["inspection.published", "response.published"]);
    assert_eq!(of_public[1], *published);
    for item in &told {
        let place = item["links"]["self"].as_str().expect("an address");
        opcc.get(place).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_goes_on_where_it_stopped_or_begins_with_what_comes_next() {
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
    assert_eq!(link, format!("</v1/changes?limit=3&after={}>; rel=\"next\"", next(&first)));
    let second = opcc.get(&format!("/v1/changes?limit=3&after={}", next(&first))).await.expect(200);
    assert_eq!((items(&first).len(), items(&second).len()), (3, 2));
    assert_eq!(next(&second), next(&latest), "the end is one place");
    let end = format!("/v1/changes?after={}", next(&second));
    let nothing = opcc.get(&end).await.expect(200);
    assert_eq!((items(&nothing).len(), next(&nothing)), (0, next(&second)));
    opcc.post("/v1/inspections", registration("88209")).await.expect(201);
    assert!(items(&opcc.get(&end).await.expect(200)).is_empty(), "it has no place yet");
    app.sequence().await;
    assert_eq!(items(&opcc.get(&end).await.expect(200)).len(), 1);
    let headers = opcc.get(&end).await.expect(200).headers;
    assert_eq!(headers["cache-control"], "private, no-store");
    assert_eq!(app.public().get("/v1/changes").await.expect(200).headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_was_altered_or_made_up_is_400_and_tells_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.post("/v1/inspections", registration("88301")).await.expect(201);
    app.sequence().await;
    let place = next(&opcc.get("/v1/changes").await.expect(200));
    let refused = async |place: &str| {
        let told = opcc.get(&format!("/v1/changes?after={place}")).await.expect(400).faults();
        assert_eq!(told, [("/after".to_owned(), "bad_cursor".to_owned())], "{place}");
    };
    for at in 0..place.len() {
        let mut bent = place.clone().into_bytes();
        bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
        refused(&String::from_utf8(bent).expect("ascii")).await;
    }
    for made in ["", "0", "1", "AAAAAAAAAAE", "Latest", &place[1..], &format!("{place}A")] {
        refused(made).await;
    }
    let wrong = opcc.get("/v1/changes?after=x&wait=31&limit=201").await.expect(400).faults();
    let pointers: Vec<&str> = wrong.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/after", "/wait", "/limit"]);
}

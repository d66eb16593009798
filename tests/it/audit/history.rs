//! A record's history: each change with its actor, member, old value and new value, limited to what the caller may
//! read.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person};

/// Returns the events in a record's history.
async fn history(person: &Person, record: &str) -> Vec<Value> {
    let reply = person.get(&format!("{record}/history")).await.expect(200);
    reply.body["items"].as_array().expect("a list").clone()
}

/// Returns the old and new value of one member that an event changed.
fn change<'e>(event: &'e Value, field: &str) -> Option<(&'e Value, &'e Value)> {
    let found = event["changes"].as_array().expect("a list").iter().find(|change| change["field"] == field)?;
    Some((&found["from"], &found["to"]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_responses_history_shows_each_change_to_callers_who_may_read_it() {
    let app = App::start().await;
    let response = app.response_path(&app.create_published_inspection("97001").await, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    app.advance_response_to(&response, "cumbria", "drafting").await;
    let draft = async |text: &str| {
        opcc.patch(&response, "*", json!({ "policing_body_comments": text })).await.expect(200);
    };
    draft("First.").await;
    draft("Second.").await;
    let events = history(&opcc, &response).await;
    assert_eq!(opcc.get(&response).await.expect(200).body["links"]["history"], format!("{response}/history"));
    let actions: Vec<&str> = events.iter().filter_map(|event| event["action"].as_str()).collect();
    assert_eq!(actions, ["amend", "amend", "submit_comments", "invite", "open"]);
    assert_eq!(change(&events[0], "/policing_body_comments"), Some((&json!("First."), &json!("Second."))));
    assert_eq!(change(&events[1], "/policing_body_comments"), Some((&json!(null), &json!("First."))));
    assert_eq!(events[0]["changes"].as_array().map(Vec::len), Some(1), "{}", events[0]["changes"]);
    assert_eq!(events[0]["by"]["subject"], "opcc@cumbria");
    assert_eq!(change(&events[3], "/state"), Some((&json!("received"), &json!("awaiting_comments"))));
    let (_, comments) = change(&events[2], "/chief_officer_comments").expect("the comments");
    assert_eq!(comments, "The force accepts the report.");
    // The force sees that the drafts changed, but not the text.
    for role in [Role::Constabulary, Role::ChiefOfficer] {
        let events = history(&app.person(role, "cumbria"), &response).await;
        assert_eq!((events.len(), &events[0]["changes"]), (5, &json!([])));
        assert_eq!(change(&events[3], "/state"), Some((&json!("received"), &json!("awaiting_comments"))));
    }
    app.person(Role::Auditor, "kent").get(&format!("{response}/history")).await.expect(404);
    app.public().get(&format!("{response}/history")).await.expect(401);
    let older = opcc.get(&format!("{response}/history?before=3")).await.expect(200);
    assert_eq!(older.body["items"].as_array().map(Vec::len), Some(2));
    opcc.get(&format!("{response}/history?before=x")).await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_histories_of_inspections_recommendations_and_areas_show_their_changes() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = app.create_draft_inspection("97002").await.href();
    opcc.patch(&draft, "*", json!({ "title": "Another title" })).await.expect(200);
    let list = opcc.get(&format!("{draft}/recommendations")).await.expect(200);
    let recommendation = list.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    opcc.patch(&recommendation, "*", json!({ "target": { "kind": "within", "text": "Soon" } })).await.expect(200);
    opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    let events = history(&opcc, &draft).await;
    let (from, to) = (json!("Thematic inspection 97002"), json!("Another title"));
    assert_eq!(change(&events[1], "/title"), Some((&from, &to)));
    assert_eq!(change(&events[2], "/title"), Some((&json!(null), &from)), "the first event shows the first title");
    let kent = app.person(Role::Opcc, "kent");
    let shared = history(&kent, &draft).await;
    assert_eq!(shared.len(), 1, "another area sees only the publication, not the history of the draft");
    let events = history(&opcc, &recommendation).await;
    assert_eq!(change(&events[0], "/target/text"), Some((&json!("Immediately"), &json!("Soon"))));
    assert_eq!(change(&events[0], "/target/kind"), Some((&json!("immediate"), &json!("within"))));
    let settings = json!({ "settings": { "comments_days": 20 } });
    app.person(Role::OpccApprover, "cumbria").patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    let events = history(&opcc, "/v1/areas/cumbria").await;
    assert_eq!(change(&events[0], "/settings/comments_days"), Some((&json!(28), &json!(20))));
    assert_eq!(history(&kent, "/v1/areas/cumbria").await.len(), 0);
}

//! `fields`: each item of a list has only the members that the parameter names.

use section55::auth::Role;
use serde_json::json;

use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_returns_only_the_members_that_fields_names() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("80901").await;
    let public = app.public();
    let chosen = public.get("/v1/inspections?fields=id,title&count=true").await.expect(200);
    let item = json!({ "id": inspection.body["id"], "title": inspection.body["title"] });
    assert_eq!(chosen.body, json!({ "items": [item], "next_cursor": null, "total": 1 }));
    let next = public.get("/v1/recommendations?fields=reference&limit=1").await.expect(200);
    assert!(
        next.headers["link"].to_str().expect("text").contains("fields=reference"),
        "the link to the next page keeps the parameter"
    );
    let own =
        app.person(Role::Auditor, "cumbria").get("/v1/assignments?fields=headline,area&limit=1").await.expect(200);
    assert_eq!(own.body["items"], json!([{ "headline": "not_started", "area": "cumbria" }]));
    let refused = public.get("/v1/inspections?fields=id,colour,size").await.expect(400);
    assert_eq!(refused.faults(), vec![("/fields".to_owned(), "unknown_value".to_owned()); 2]);
}

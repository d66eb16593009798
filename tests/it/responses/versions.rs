//! The list of published editions before there is one: empty for the response's own area, and 404 for everyone else.

use section55::auth::Role;
use serde_json::json;

use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_unpublished_response_has_an_empty_list_of_versions() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("92100").await;
    let versions = format!("{}/versions", app.response_path(&inspection, "cumbria").await);
    for role in [Role::Opcc, Role::Constabulary, Role::Auditor] {
        assert_eq!(app.person(role, "cumbria").get(&versions).await.expect(200).body["items"], json!([]), "{role}");
        app.person(role, "kent").get(&versions).await.expect(404);
    }
    app.person(Role::Opcc, "cumbria").get(&format!("{versions}/1")).await.expect(404);
    app.person(Role::Registrar, "").get(&versions).await.expect(404);
    app.public().get(&versions).await.expect(404);
}

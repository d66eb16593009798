//! The cache of responses to requests without a token: equal to uncached responses, and never out of date.

mod admission;
mod invalidation;
mod same_as_uncached;
mod size_and_version;

use section55::api::{CacheCounts, ResponseCache};
use serde_json::json;

use crate::support::App;

fn cache(app: &App) -> &ResponseCache {
    app.running.cache.as_ref().expect("a response cache")
}

fn counts(app: &App) -> CacheCounts {
    cache(app).counts()
}

/// Creates a published assignment of Cumbria, and returns its path and that of its response.
async fn create_published_assignment(app: &App, reference: &str) -> (String, String) {
    let inspection = app.create_published_inspection(reference).await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "published").await;
    (app.assignment_path(&inspection, "cumbria").await, response)
}

/// Sets the body view of an assignment to one of two values in turn. Each call changes the published copy.
async fn set_body_view(app: &App, assignment: &str, round: usize) -> &'static str {
    let view = if round.is_multiple_of(2) { "partially_assured" } else { "not_assured" };
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    let body = json!({ "value": view, "note": "Reviewed." });
    opcc.put(&format!("{assignment}/positions/body_view"), "*", body).await.expect(200);
    view
}

//! The answers that are kept for the public: the same as made afresh, never of a state that has passed.

mod coherence;
mod sameness;
mod shelf;

use serde_json::json;

use crate::support::App;

/// The address of a published line of Cumbria's, with its response.
async fn published_line(app: &App, reference: &str) -> (String, String) {
    let inspection = app.published_inspection(reference).await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "published").await;
    (app.assignment(&inspection, "cumbria").await, response)
}

/// Takes one of two views of a line, by turns: each changes what the public is shown.
async fn take_view(app: &App, line: &str, round: usize) -> &'static str {
    let view = if round.is_multiple_of(2) { "partially_assured" } else { "not_assured" };
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    let taken = json!({ "value": view, "note": "Seen." });
    opcc.put(&format!("{line}/positions/body_view"), "*", taken).await.expect(200);
    view
}

//! Examples: the people of Cumbria, and one who joins and leaves.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Recorder;

/// Records the examples and returns the path of the new person.
pub async fn record(recorder: &Recorder) -> String {
    let (opcc, auditor) = (recorder.cumbria(Role::Opcc), recorder.cumbria(Role::Auditor));
    recorder.app.record_sightings().await;
    let entry = json!({ "subject": "nia.new@cumbria.example", "name": "Nia New" });
    let made = opcc.example("new", "Add an officer who starts next week").post("/v1/people", entry).await;
    let list = "/v1/people?side=policing_body&active=true&sort=name";
    auditor.example("officers", "The officers of Cumbria's policing body").get(list).await;
    opcc.example("new", "A person who has not called the service yet").get(&made.href()).await;
    let left = json!({ "active": false });
    opcc.example("left", "State that a person has left").write(Method::PATCH, &made.href(), left).await;
    auditor.example("left", "The changes of an entry").get(&format!("{}/history", made.href())).await;
    let choices = json!({ "language": "cy", "kinds": { "waits_for_approval": "at_once", "day_ahead": "daily" } });
    let me = "/v1/me/notifications";
    opcc.example("choices", "Choose to be notified in Welsh").write(Method::PATCH, me, choices).await;
    opcc.example("choices", "What an officer is notified of").get(me).await;
    made.href()
}

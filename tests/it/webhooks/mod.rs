//! Webhooks, tested with a receiver on a local port: which messages are sent, to whom, in which order and how often,
//! and which addresses are never reached.

mod address_policy;
mod crash;
mod delivery;
mod management;
pub mod receiver;
mod restored;
mod retries;
mod tls;

use std::time::Duration;

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person, Reply};
use receiver::Receiver;

/// The error of every attempt without a response, whatever its cause.
const NO_RESPONSE: &str = "The receiver did not respond within 10 seconds, or a connection to it could not be made. Check \
                           that it is reachable from the internet and that its certificate is valid. The operator's log \
                           states the cause.";

/// Creates a webhook for the side of a role, with these members in addition to its address.
async fn create_webhook(app: &App, role: Role, area: &str, receiver: &Receiver, members: Value) -> Reply {
    let mut body = json!({ "url": receiver.url() });
    for (name, value) in members.as_object().expect("members") {
        body[name] = value.clone();
    }
    app.person(role, area).post("/v1/webhooks", body).await.expect(201)
}

/// Repeats a question until it has an answer, for at most 30 seconds.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within 30 seconds: {what}");
}

/// Returns the deliveries of a webhook, oldest first.
async fn deliveries(person: &Person, webhook: &str) -> Vec<Value> {
    let page = person.get(&format!("{webhook}/deliveries?sort=created_at&limit=200")).await.expect(200);
    page.body["items"].as_array().expect("items").clone()
}

/// Registers a report as an area, and sequences the event.
async fn register(app: &App, area: &str, reference: &str) -> Reply {
    let report = crate::support::world::registration(reference);
    let created = app.person(Role::Opcc, area).post("/v1/inspections", report).await.expect(201);
    app.sequence().await;
    created
}

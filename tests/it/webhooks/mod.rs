//! Webhooks, against a receiver that listens for real: what is sent, to whom, in which order, how often, and never where.

mod crash;
mod delivering;
mod failing;
mod guarded;
mod keeping;
pub mod receiver;
mod tls;

use std::time::Duration;

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person, Reply};
use receiver::Receiver;

/// Makes a webhook of a role's side of an area, with these members beside its address.
async fn hook(app: &App, role: Role, area: &str, receiver: &Receiver, members: Value) -> Reply {
    let mut sent = json!({ "url": receiver.url() });
    for (name, value) in members.as_object().expect("members") {
        sent[name] = value.clone();
    }
    app.person(role, area).post("/v1/webhooks", sent).await.expect(201)
}

/// Asks again until it is so, for a while.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within its time: {what}");
}

/// The deliveries of a webhook, oldest first.
async fn deliveries(person: &Person, hook: &str) -> Vec<Value> {
    let page = person.get(&format!("{hook}/deliveries?sort=created_at&limit=200")).await.expect(200);
    page.body["items"].as_array().expect("items").clone()
}

/// Registers a report of an area, and gives it its place.
async fn register(app: &App, area: &str, reference: &str) -> Reply {
    let report = crate::support::world::registration(reference);
    let made = app.person(Role::Opcc, area).post("/v1/inspections", report).await.expect(201);
    app.sequence().await;
    made
}

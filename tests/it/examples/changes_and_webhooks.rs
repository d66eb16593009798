//! Examples: the change feed, and webhooks.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::recorder::Recorder;
use crate::webhooks::receiver::Receiver;

pub async fn record(recorder: &Recorder) {
    let (anyone, auditor) = (recorder.anyone(), recorder.cumbria(Role::Auditor));
    recorder.app.sequence().await;
    let first = anyone.example("public", "Changes of published records").get("/v1/changes?limit=3").await;
    let next = first.body["next_cursor"].as_str().expect("a cursor").to_owned();
    let next = format!("/v1/changes?after={next}&limit=1&wait=30");
    anyone.example("next", "The next change; the request waits until there is one").get(&next).await;
    auditor.example("own", "Changes of Cumbria's records").get("/v1/changes?limit=3").await;
    auditor.example("newest", "The newest changes of Cumbria's records").get("/v1/changes?order=desc&limit=2").await;
    auditor.example("latest", "The present end of the feed").get("/v1/changes?after=latest").await;
    webhooks(recorder).await;
}

async fn webhooks(recorder: &Recorder) {
    let (approver, receiver) = (recorder.cumbria(Role::OpccApprover), Receiver::start().await);
    let webhook = json!({
        "url": "https://hooks.example/section55", "description": "The office's case system",
        "types": ["inspection.published", "response.comments_submitted"],
    });
    let path = approver
        .example("case_system", "Create a webhook for reports and comments")
        .post("/v1/webhooks", webhook)
        .await
        .href();
    approver.example("all", "The webhooks of the policing body").get("/v1/webhooks").await;
    approver.example("case_system", "A webhook").get(&path).await;
    let amended = json!({ "types": null });
    approver.example("every_type", "Send every type of change").write(Method::PATCH, &path, amended).await;
    approver.person().patch(&path, "*", json!({ "url": receiver.url() })).await.expect(200);
    let ping = approver.example("ping", "Send a test message").post_without_body(&format!("{path}/ping")).await;
    approver.example("all", "The deliveries of a webhook").get(&format!("{path}/deliveries")).await;
    let redeliver = ping.body["links"]["redeliver"].as_str().expect("an address");
    approver.example("ping", "Send a message again").post_without_body(redeliver).await;
    approver.person().patch(&path, "*", json!({ "url": "https://hooks.example/section55" })).await.expect(200);
    approver.example("new", "Rotate the secret of a webhook").post_without_body(&format!("{path}/rotate-secret")).await;
    approver.example("case_system", "Delete a webhook").delete(&path).await;
    assert_eq!(receiver.received().len(), 2);
    assert_ne!(receiver.received()[0].event(), Value::Null);
}

//! Following what changed, and being told of it.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::recorder::Story;
use crate::webhooks::receiver::Receiver;

pub async fn tell(story: &Story) {
    let (anyone, auditor) = (story.anyone(), story.cumbria(Role::Auditor));
    story.app.sequence().await;
    let first = anyone.tells("public", "What changed of what anyone may read").get("/v1/changes?limit=3").await;
    let next = first.body["next_cursor"].as_str().expect("a cursor").to_owned();
    let next = format!("/v1/changes?after={next}&limit=1&wait=30");
    anyone.tells("next", "What comes next, waiting for it where there is nothing yet").get(&next).await;
    auditor.tells("own", "What changed of Cumbria's records").get("/v1/changes?limit=3").await;
    auditor.tells("latest", "Where the feed ends now").get("/v1/changes?after=latest").await;
    webhooks(story).await;
}

async fn webhooks(story: &Story) {
    let (approver, receiver) = (story.cumbria(Role::OpccApprover), Receiver::start().await);
    let sent = json!({
        "url": "https://hooks.example/section55", "description": "The office's case system",
        "types": ["inspection.published", "response.comments_submitted"],
    });
    let made = approver.tells("case_system", "Be told of reports and comments").post("/v1/webhooks", sent).await.href();
    approver.tells("all", "The webhooks of the policing body").get("/v1/webhooks").await;
    approver.tells("case_system", "A webhook").get(&made).await;
    let amended = json!({ "types": null });
    approver.tells("every_type", "Be told of every change").write(Method::PATCH, &made, amended).await;
    approver.person().patch(&made, "*", json!({ "url": receiver.url() })).await.expect(200);
    let pinged = approver.tells("ping", "See whether a message arrives").post_nothing(&format!("{made}/ping")).await;
    approver.tells("all", "What became of the messages").get(&format!("{made}/deliveries")).await;
    let again = pinged.body["links"]["redeliver"].as_str().expect("an address");
    approver.tells("ping", "Send it again").post_nothing(again).await;
    approver.person().patch(&made, "*", json!({ "url": "https://hooks.example/section55" })).await.expect(200);
    approver.tells("new", "Give it a new secret").post_nothing(&format!("{made}/rotate-secret")).await;
    approver.tells("case_system", "Take it away").delete(&made).await;
    assert_eq!(receiver.received().len(), 2);
    assert_ne!(receiver.received()[0].event(), Value::Null);
}

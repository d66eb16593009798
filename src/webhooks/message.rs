//! What is sent: CloudEvents 1.0 in JSON's structured mode.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::changes::ChangeItem;

/// The media type of a message.
pub const MEDIA: &str = "application/cloudevents+json";

/// What a ping's message says it is.
pub const PING: &str = "ping";

/// The message that tells of a change.
pub fn of_change(item: &ChangeItem) -> String {
    json!({
        "specversion": "1.0", "id": item.id, "source": "/v1/changes", "type": item.kind, "subject": item.links["self"],
        "time": item.at, "datacontenttype": "application/json", "data": item,
    })
    .to_string()
}

/// The message that asks whether it arrives.
pub fn ping(webhook: Uuid, id: Uuid, at: DateTime<Utc>) -> String {
    let place = format!("/v1/webhooks/{webhook}");
    json!({
        "specversion": "1.0", "id": id, "source": place, "type": PING, "time": at,
        "datacontenttype": "application/json", "data": { "webhook_id": webhook },
    })
    .to_string()
}

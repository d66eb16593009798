//! The messages: CloudEvents 1.0 in the structured JSON format.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::changes::ChangeItem;

/// The media type of a message.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";

/// The type of a ping.
pub const PING: &str = "ping";

/// The members of a change that a message leaves out. A message is stored, and can be sent again for days: meanwhile the
/// record can have another title, or be disposed of.
const READ_ANEW: [&str; 3] = ["title", "reference", "actor"];

/// Returns the message about a change.
pub fn change_message(item: &ChangeItem) -> String {
    let mut data = json!(item);
    if let Some(members) = data.as_object_mut() {
        members.retain(|name, _| !READ_ANEW.contains(&name.as_str()));
    }
    json!({
        "specversion": "1.0", "id": item.id, "source": "/v1/changes", "type": item.kind, "subject": item.links["self"],
        "time": item.at, "datacontenttype": "application/json", "data": data,
    })
    .to_string()
}

/// Returns a ping: a message that tests whether the receiver accepts messages.
pub fn ping_message(webhook: Uuid, id: Uuid, at: DateTime<Utc>) -> String {
    let source = format!("/v1/webhooks/{webhook}");
    json!({
        "specversion": "1.0", "id": id, "source": source, "type": PING, "time": at,
        "datacontenttype": "application/json", "data": { "webhook_id": webhook },
    })
    .to_string()
}

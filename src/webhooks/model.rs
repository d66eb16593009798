//! Webhooks and deliveries as callers see them, and the webhook as the database stores it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;
use crate::auth::Side;
use crate::changes::{ChangeType, FeedPosition};

crate::vocabulary! {
    /// The state of a webhook.
    pub enum WebhookState {
        /// The service sends messages.
        Active = "active",
        /// The service sends no messages. When the webhook is active again, it continues where it stopped.
        Disabled = "disabled",
    }
}

crate::vocabulary! {
    /// The sides of an area that can have webhooks.
    pub enum WebhookSide {
        /// The local policing body.
        PolicingBody = "policing_body",
        /// The force.
        Force = "force",
    }
}

crate::vocabulary! {
    /// The state of a delivery.
    pub enum DeliveryState {
        /// The service will send the message, or send it again.
        Pending = "pending",
        /// The receiver accepted the message.
        Delivered = "delivered",
        /// The receiver did not accept the message, and the service does not try again by itself.
        Failed = "failed",
    }
}

impl WebhookSide {
    /// Returns the corresponding side of a record.
    pub fn side(self) -> Side {
        match self {
            Self::PolicingBody => Side::PolicingBody,
            Self::Force => Side::Force,
        }
    }
}

/// A webhook: an address that receives the changes which one side of an area may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// The webhook's id.
    pub id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// The side that owns the webhook. The webhook receives what this side may see.
    pub side: WebhookSide,
    /// The address that receives the messages.
    pub url: String,
    /// The purpose of the webhook.
    pub description: Option<String>,
    /// The types of changes that the webhook receives; null for all types.
    pub types: Option<Vec<ChangeType>>,
    /// The state of the webhook.
    pub state: WebhookState,
    /// The reason why the webhook is disabled; null while it is active.
    pub disabled_reason: Option<String>,
    /// The instant at which the webhook was disabled; null while it is active.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The instant until which the previous secret also signs messages; null if only the present secret signs.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// The secret that signs messages. Only the responses that create a webhook or rotate its secret have this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^whsec_[A-Za-z0-9+/]{43}=$")]
    pub secret: Option<String>,
    /// The version of the webhook, which rises with each change.
    pub version: i64,
    /// The instant at which the webhook was created.
    pub created_at: DateTime<Utc>,
    /// The instant of the last change.
    pub updated_at: DateTime<Utc>,
    /// Related resources.
    pub links: BTreeMap<&'static str, String>,
}

impl Webhook {
    /// Returns the links of a webhook.
    pub fn links(id: Uuid) -> BTreeMap<&'static str, String> {
        let below = |name: &str| format!("/v1/webhooks/{id}{name}");
        [("self", below("")), ("deliveries", below("/deliveries")), ("ping", below("/ping"))].into()
    }
}

impl Versioned for Webhook {
    fn version(&self) -> i64 {
        self.version
    }
}

/// One attempt to send a message.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct DeliveryAttempt {
    /// The number of the attempt, from 1.
    pub attempt: i32,
    /// The instant of the attempt.
    pub at: DateTime<Utc>,
    /// The HTTP status of the receiver's response; null if there was no response.
    pub status: Option<i32>,
    /// The reason why the attempt failed; null if the receiver accepted the message.
    pub error: Option<String>,
    /// The duration of the attempt in milliseconds.
    pub duration_ms: i32,
}

/// A delivery: one message to one webhook, with all attempts to send it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// The delivery's id.
    pub id: Uuid,
    /// The webhook's id.
    pub webhook_id: Uuid,
    /// The id of the message, which the receiver gets as `webhook-id`. It is the same in every attempt. For a change,
    /// it is the id of the audit event.
    pub message_id: Uuid,
    /// The type of the message: a type of change, or `ping`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The state of the delivery.
    pub state: DeliveryState,
    /// All attempts, oldest first.
    pub attempts: Vec<DeliveryAttempt>,
    /// The instant of the next attempt; null if none is planned.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The instant at which the delivery was created.
    pub created_at: DateTime<Utc>,
    /// The instant of the last change.
    pub updated_at: DateTime<Utc>,
    /// Related resources.
    pub links: BTreeMap<&'static str, String>,
}

impl WebhookDelivery {
    /// Returns the links of a delivery.
    pub fn links(id: Uuid, webhook: Uuid) -> BTreeMap<&'static str, String> {
        let webhook = format!("/v1/webhooks/{webhook}");
        [("redeliver", format!("{webhook}/deliveries/{id}/redeliver")), ("webhook", webhook)].into()
    }
}

/// A webhook as the database stores it, with its encrypted secrets, its position in the change feed and its lease.
#[derive(Clone, Debug)]
pub struct WebhookRecord {
    pub id: Uuid,
    pub area: String,
    pub side: WebhookSide,
    pub url: String,
    pub description: Option<String>,
    pub types: Option<Vec<ChangeType>>,
    pub state: WebhookState,
    pub disabled_reason: Option<String>,
    pub disabled_at: Option<DateTime<Utc>>,
    /// The encrypted secret.
    pub secret: Vec<u8>,
    /// The encrypted previous secret, if the secret was ever rotated.
    pub previous_secret: Option<Vec<u8>>,
    pub previous_until: Option<DateTime<Utc>>,
    /// The position in the change feed up to which the webhook has received all changes.
    pub position: i64,
    /// The id of the event of the change at that position, if there is one.
    pub position_event: Option<Uuid>,
    /// The epoch of the audit log that was open when the webhook reached the position.
    pub position_epoch: i32,
    /// The instant of the next attempt to send a message.
    pub due_at: Option<DateTime<Utc>>,
    /// The instant until which the webhook is leased to one instance.
    pub leased_until: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl WebhookRecord {
    /// Returns what the webhook has reached of the change feed.
    pub fn reached(&self) -> FeedPosition {
        FeedPosition { position: self.position, epoch: self.position_epoch, event: self.position_event }
    }

    /// Returns the encrypted secrets that sign messages at an instant. The present secret is the first.
    pub fn secrets(&self, at: DateTime<Utc>) -> impl Iterator<Item = &[u8]> {
        let previous = self.previous_secret.as_deref().filter(|_| self.previous_until.is_some_and(|until| until > at));
        [self.secret.as_slice()].into_iter().chain(previous)
    }
}

//! A webhook and what became of its messages, as their keepers see them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;
use crate::api::text::{Line, amendment};
use crate::auth::Side;
use crate::changes::ChangeType;

crate::vocabulary! {
    /// Whether a webhook is told of changes.
    pub enum WebhookState {
        /// It is told.
        Active = "active",
        /// It is not, until it is made active again; then it is told from where it stopped.
        Disabled = "disabled",
    }
}

crate::vocabulary! {
    /// The sides of an area that are told by webhooks.
    pub enum WebhookSide {
        /// The local policing body.
        PolicingBody = "policing_body",
        /// The force.
        Force = "force",
    }
}

crate::vocabulary! {
    /// What became of a message.
    pub enum DeliveryState {
        /// It is still to be taken.
        Pending = "pending",
        /// It was taken.
        Delivered = "delivered",
        /// It was not, and is not tried again by itself.
        Failed = "failed",
    }
}

impl WebhookSide {
    /// The side of the record that it is.
    pub fn side(self) -> Side {
        match self {
            Self::PolicingBody => Side::PolicingBody,
            Self::Force => Side::Force,
        }
    }
}

/// A webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// The police area that it is told of.
    pub area: String,
    /// The side whose it is: it is told what that side may know.
    pub side: WebhookSide,
    /// Where messages are sent.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// The types it is told of; null where of all.
    pub types: Option<Vec<ChangeType>>,
    /// Whether it is told of changes.
    pub state: WebhookState,
    /// Why it is not.
    pub disabled_reason: Option<String>,
    /// Since when it is not.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Until when the secret before the present one signs too.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// The secret that messages are signed with: shown when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^whsec_[A-Za-z0-9+/]{43}=$")]
    pub secret: Option<String>,
    /// Counts its changes.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Webhook {
    /// Where to go from a webhook.
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

/// A webhook as it is made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookAdded {
    /// Where messages are sent: an https address that resolves outside this network, unless the operator allows more.
    #[schema(value_type = String, format = "uri", min_length = 1, max_length = 2000)]
    pub url: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<Line>,
    /// The types it is told of; all of them where it is left out or null.
    #[serde(default)]
    #[schema(min_items = 1)]
    pub types: Option<Vec<ChangeType>>,
    /// The area; needed where the token names several.
    #[serde(default)]
    #[schema(nullable = false)]
    pub area: Option<Line>,
    /// The side; needed where the token's roles are of both.
    #[serde(default)]
    #[schema(nullable = false)]
    pub side: Option<WebhookSide>,
}

/// What can be amended of a webhook (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookAmended {
    /// Where messages are sent.
    #[schema(value_type = Option<String>, nullable = false, format = "uri", min_length = 1, max_length = 2000)]
    pub url: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Line>)]
    pub description: Option<Option<Line>>,
    /// The types it is told of; null for all.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Vec<ChangeType>>, min_items = 1)]
    pub types: Option<Option<Vec<ChangeType>>>,
    /// `disabled` stops it; `active` lets it go on from where it stopped.
    #[schema(nullable = false)]
    pub state: Option<WebhookState>,
}

/// One try to send a message.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct DeliveryAttempt {
    /// Which it was, from 1.
    pub attempt: i32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The status that was answered; null where nothing was.
    pub status: Option<i32>,
    /// Why it did not succeed; null where it did.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: i32,
}

/// A message to a webhook, and what became of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// Its id.
    pub id: Uuid,
    /// The webhook.
    pub webhook_id: Uuid,
    /// What the receiver knows it by however often it comes: `webhook-id`, and the id of the event.
    pub message_id: Uuid,
    /// What it tells of: a type of change, or `ping`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What became of it.
    pub state: DeliveryState,
    /// Every try, oldest first.
    pub attempts: Vec<DeliveryAttempt>,
    /// When it is tried next; null where it is not.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was first to be sent.
    pub created_at: DateTime<Utc>,
    /// When something last became of it.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl WebhookDelivery {
    /// Where to go from a delivery.
    pub fn links(id: Uuid, webhook: Uuid) -> BTreeMap<&'static str, String> {
        let webhook = format!("/v1/webhooks/{webhook}");
        [("redeliver", format!("{webhook}/deliveries/{id}/redeliver")), ("webhook", webhook)].into()
    }
}

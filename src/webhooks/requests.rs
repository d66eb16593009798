//! The bodies of requests that create and update webhooks.

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{WebhookSide, WebhookState};
use crate::api::amendment::given;
use crate::api::text::SingleLineText;
use crate::changes::ChangeType;

/// A new webhook.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookCreation {
    /// The address that receives the messages. It must be an https URL whose host resolves to addresses on the open
    /// internet, unless the operator allows others.
    #[schema(value_type = String, format = "uri", min_length = 1, max_length = 2000)]
    pub url: String,
    /// The purpose of the webhook.
    #[serde(default)]
    pub description: Option<SingleLineText>,
    /// The types of changes that the webhook receives. Without this member, or with null, it receives all types.
    #[serde(default)]
    #[schema(min_items = 1)]
    pub types: Option<Vec<ChangeType>>,
    /// The code of the area. Required if the token names several areas.
    #[serde(default)]
    #[schema(nullable = false)]
    pub area: Option<SingleLineText>,
    /// The side that owns the webhook. Required if the token has roles of both sides.
    #[serde(default)]
    #[schema(nullable = false)]
    pub side: Option<WebhookSide>,
}

/// The changes to a webhook, as a merge patch (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookAmendment {
    /// The address that receives the messages. The same rules apply as for a new webhook.
    #[schema(value_type = Option<String>, nullable = false, format = "uri", min_length = 1, max_length = 2000)]
    pub url: Option<String>,
    /// The purpose of the webhook.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<SingleLineText>)]
    pub description: Option<Option<SingleLineText>>,
    /// The types of changes that the webhook receives; null for all types.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<ChangeType>>, min_items = 1)]
    pub types: Option<Option<Vec<ChangeType>>>,
    /// `disabled` stops the webhook. `active` lets it continue where it stopped.
    #[schema(nullable = false)]
    pub state: Option<WebhookState>,
}

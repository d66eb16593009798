//! A webhook as it is kept, with how far it was told and its sealed secrets.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::model::{Webhook, WebhookSide, WebhookState};
use crate::auth::{Actor, Call, RequestId, Role};
use crate::changes::ChangeType;

/// A webhook as it is kept.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: Uuid,
    pub area: String,
    pub side: WebhookSide,
    pub url: String,
    pub description: Option<String>,
    pub types: Option<Vec<ChangeType>>,
    pub state: WebhookState,
    pub disabled_reason: Option<String>,
    pub disabled_at: Option<DateTime<Utc>>,
    /// Sealed.
    pub secret: Vec<u8>,
    /// Sealed.
    pub previous_secret: Option<Vec<u8>>,
    pub previous_until: Option<DateTime<Utc>>,
    pub position: i64,
    pub due_at: Option<DateTime<Utc>>,
    pub leased_until: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Record {
    /// As its keepers see it; with its secret once.
    pub fn view(&self, secret: Option<String>, at: DateTime<Utc>) -> Webhook {
        Webhook {
            id: self.id,
            area: self.area.clone(),
            side: self.side,
            url: self.url.clone(),
            description: self.description.clone(),
            types: self.types.clone(),
            state: self.state,
            disabled_reason: self.disabled_reason.clone(),
            disabled_at: self.disabled_at,
            previous_secret_until: self.previous_until.filter(|until| *until > at),
            secret,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            links: Webhook::links(self.id),
        }
    }

    /// The sealed secrets that sign at an instant, the present one first.
    pub fn secrets(&self, at: DateTime<Utc>) -> impl Iterator<Item = &[u8]> {
        let previous = self.previous_secret.as_deref().filter(|_| self.previous_until.is_some_and(|until| until > at));
        [self.secret.as_slice()].into_iter().chain(previous)
    }
}

/// The service at work for one webhook: as a person of its side and area would be, so that it reads what they may.
pub fn at_work(area: &str, side: WebhookSide, at: DateTime<Utc>) -> Call {
    let role = match side {
        WebhookSide::PolicingBody => Role::OpccApprover,
        WebhookSide::Force => Role::ChiefOfficer,
    };
    let actor = Actor::new("section55", "webhooks", Some("Section 55"), &[role], &[area]);
    Call { actor, at, request_id: RequestId("webhooks".into()) }
}

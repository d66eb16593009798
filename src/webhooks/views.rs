//! The two views of a webhook: for callers of its side, and for the audit log.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::model::{Webhook, WebhookRecord, WebhookSide, WebhookState};
use crate::api::Problem;
use crate::changes::ChangeType;
use crate::db::{Event, Snapshot};

/// Returns a webhook as callers see it at an instant. `secret` is set only in responses to creation and rotation.
pub fn view(record: &WebhookRecord, secret: Option<String>, at: DateTime<Utc>) -> Webhook {
    Webhook {
        id: record.id,
        area: record.area.clone(),
        side: record.side,
        url: record.url.clone(),
        description: record.description.clone(),
        types: record.types.clone(),
        state: record.state,
        disabled_reason: record.disabled_reason.clone(),
        disabled_at: record.disabled_at,
        previous_secret_until: record.previous_until.filter(|until| *until > at),
        secret,
        version: record.version,
        created_at: record.created_at,
        updated_at: record.updated_at,
        links: Webhook::links(record.id),
    }
}

/// The members of a webhook in the audit log. The secrets are left out.
#[derive(Serialize)]
struct AuditView<'a> {
    id: Uuid,
    area: &'a str,
    side: WebhookSide,
    url: &'a str,
    description: Option<&'a str>,
    types: Option<&'a [ChangeType]>,
    state: WebhookState,
    disabled_reason: Option<&'a str>,
    version: i64,
}

/// Returns a webhook as the audit log stores it. Only its own side may read it.
pub fn snapshot(record: &WebhookRecord) -> Result<Snapshot, Problem> {
    Snapshot::default().side(
        record.side.side(),
        &AuditView {
            id: record.id,
            area: &record.area,
            side: record.side,
            url: &record.url,
            description: record.description.as_deref(),
            types: record.types.as_deref(),
            state: record.state,
            disabled_reason: record.disabled_reason.as_deref(),
            version: record.version,
        },
    )
}

/// Returns an audit event of a webhook.
pub fn event(record: &WebhookRecord, action: &'static str) -> Event {
    Event::new("webhook", record.id, record.version, action).area(&record.area)
}

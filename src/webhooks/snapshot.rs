//! A webhook as the log keeps it: its side's alone, and without its secrets.

use serde::Serialize;
use uuid::Uuid;

use super::model::{WebhookSide, WebhookState};
use super::record::Record;
use crate::api::Problem;
use crate::changes::ChangeType;
use crate::db::{Event, Snapshot};

#[derive(Serialize)]
struct Stored<'a> {
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

/// A webhook as the log keeps it.
pub fn snapshot(it: &Record) -> Result<Snapshot, Problem> {
    Snapshot::default().side(
        it.side.side(),
        &Stored {
            id: it.id,
            area: &it.area,
            side: it.side,
            url: &it.url,
            description: it.description.as_deref(),
            types: it.types.as_deref(),
            state: it.state,
            disabled_reason: it.disabled_reason.as_deref(),
            version: it.version,
        },
    )
}

/// An event of a webhook.
pub fn event(it: &Record, action: &'static str) -> Event {
    Event::new("webhook", it.id, it.version, action).area(&it.area)
}

//! What the work of a transaction returns. A [`Write`] always contains an event, so that no row is written without
//! one; the events are the last statement before the commit.

use chrono::{DateTime, Utc};
use tokio_postgres::types::{Json, ToSql};
use uuid::Uuid;

use super::event::Event;
use super::statement::WriteStatement;
use crate::api::Amended;

/// The result of work that writes: a value and at least one event. Only a request that changes nothing has none.
#[derive(Debug)]
pub struct Write<T> {
    pub(super) value: T,
    pub(super) events: Vec<Event>,
    pub(super) statements: Vec<WriteStatement>,
    /// The record that a response without an event shows. A stored response names it.
    pub(super) shown: Option<Event>,
}

impl<T> Write<T> {
    /// Creates a result with its first event.
    pub fn new(value: T, event: Event) -> Self {
        Self { value, events: vec![event], statements: Vec::new(), shown: None }
    }

    /// Creates the result of a request that changes nothing: the record keeps its version, and there is no event.
    pub fn unchanged(value: T) -> Self {
        Self { value, events: Vec::new(), statements: Vec::new(), shown: None }
    }

    /// Creates the result of a POST that changes nothing. A response that is stored under an idempotency key names the
    /// record that `shown` describes; no event is appended.
    pub fn unchanged_record(value: T, shown: Event) -> Self {
        Self { value, events: Vec::new(), statements: Vec::new(), shown: Some(shown) }
    }

    /// Returns true if there are events and none of them changes its record.
    pub(super) fn changes_nothing(&self) -> bool {
        !self.events.is_empty() && self.events.iter().all(Event::changes_nothing)
    }

    /// Converts the value.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Write<U> {
        let Self { value, events, statements, shown } = self;
        Write { value: convert(value), events, statements, shown }
    }

    /// Returns the events alone, for a transaction that writes several records.
    pub fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// Adds statements that are sent together with the events and the commit.
    #[must_use]
    pub fn with_statements(mut self, statements: impl IntoIterator<Item = WriteStatement>) -> Self {
        self.statements.extend(statements);
        self
    }

    /// Adds events.
    #[must_use]
    pub fn with_events(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }

    /// Returns the value and the statements without the events. A benchmark uses this to measure the cost of auditing.
    pub fn without_events(self) -> (T, Vec<WriteStatement>) {
        (self.value, self.statements)
    }
}

/// The result of an audited read: a value, and an event for each read that must be recorded.
#[derive(Debug)]
pub struct AuditedRead<T> {
    value: T,
    events: Vec<Event>,
}

impl<T> AuditedRead<T> {
    /// Creates a result. `events` is empty when nothing that was read must be recorded.
    pub fn new(value: T, events: Vec<Event>) -> Self {
        Self { value, events }
    }
}

/// The result of any work that commits.
pub(super) struct CompletedWork<T> {
    pub(super) value: T,
    pub(super) events: Vec<Event>,
    pub(super) statements: Vec<WriteStatement>,
    /// The response to store under the request's idempotency key.
    pub(super) response_to_store: Option<ResponseToStore>,
    /// True when the transaction must be rolled back, because it changes no record.
    pub(super) is_rolled_back: bool,
}

impl<T> CompletedWork<T> {
    pub(super) fn new(value: T, events: Vec<Event>) -> Self {
        Self { value, events, statements: Vec::new(), response_to_store: None, is_rolled_back: false }
    }
}

impl<T> From<Write<T>> for CompletedWork<T> {
    fn from(Write { value, events, statements, .. }: Write<T>) -> Self {
        Self { statements, ..Self::new(value, events) }
    }
}

/// The work of a PATCH or PUT.
pub(super) struct Amendment<T>(pub(super) Write<T>);

impl<T> From<Amendment<T>> for CompletedWork<Option<Amended<T>>> {
    /// Returns no value if the work changes nothing. Its transaction is then rolled back.
    fn from(Amendment(write): Amendment<T>) -> Self {
        if write.changes_nothing() {
            return Self { is_rolled_back: true, ..Self::new(None, Vec::new()) };
        }
        let is_changed = !write.events.is_empty();
        write.map(|value| Some(if is_changed { Amended::changed(value) } else { Amended::unchanged(value) })).into()
    }
}

impl<T> From<AuditedRead<T>> for CompletedWork<T> {
    fn from(AuditedRead { value, events }: AuditedRead<T>) -> Self {
        Self::new(value, events)
    }
}

/// A response to store under an idempotency key, and the record that it shows.
pub(super) struct ResponseToStore {
    pub(super) key: String,
    pub(super) fingerprint: String,
    pub(super) at: DateTime<Utc>,
    pub(super) status: i32,
    pub(super) headers: Json<Vec<(String, String)>>,
    pub(super) body: Vec<u8>,
    pub(super) area: Option<String>,
    pub(super) resource: String,
    pub(super) resource_id: Uuid,
    pub(super) version: i64,
}

/// Stores a response. An expired response under the same key is replaced.
pub(super) const STORE_RESPONSE: &str = "
    insert into idempotency_keys (caller, key, fingerprint, at, status, headers, body, area, resource, resource_id, version)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (caller, key) do update
    set fingerprint = excluded.fingerprint, at = excluded.at, status = excluded.status, headers = excluded.headers,
        body = excluded.body, area = excluded.area, resource = excluded.resource, resource_id = excluded.resource_id,
        version = excluded.version";

impl ResponseToStore {
    /// Returns the parameters of [`STORE_RESPONSE`].
    pub(super) fn parameters<'a>(&'a self, caller: &'a &'a str) -> [&'a (dyn ToSql + Sync); 11] {
        let Self { key, fingerprint, at, status, headers, body, area, resource, resource_id, version } = self;
        [caller, key, fingerprint, at, status, headers, body, area, resource, resource_id, version]
    }
}

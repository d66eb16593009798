//! A write and its event are one act: a [`Change`] always holds an event, and the events go in as the last statement
//! before the commit.

use std::borrow::Cow;

use uuid::Uuid;

use super::idempotency::ResponseToStore;
use super::snapshot::Snapshot;
use super::write::WriteStatement;
use crate::auth::Side;

/// What happened to one record, for the log that history and audit are read from.
#[derive(Clone, Debug)]
pub struct Event {
    /// The police area whose record it is; none for what belongs to all areas.
    pub area: Option<String>,
    /// Whether every area may read it, as of a published inspection.
    pub shared: bool,
    /// The kind of record, such as `response`.
    pub resource: Cow<'static, str>,
    /// The record.
    pub resource_id: Uuid,
    /// The record's version after it.
    pub version: i64,
    /// What was done, such as `submit`.
    pub action: &'static str,
    /// The states it led between; from none, where the record begins.
    pub moved: Option<(Option<&'static str>, &'static str)>,
    /// The members it changed; never their contents.
    pub fields: Vec<&'static str>,
    /// What the actor said of it.
    pub note: Option<EventNote>,
    /// The Government Security Classification of what it is about.
    pub marking: &'static str,
    /// The record this one belongs to, such as a recommendation's inspection.
    pub parent: Option<Uuid>,
    /// The record before it; none where the event begins it.
    pub before: Option<Snapshot>,
    /// The record after it; none where the event ends it.
    pub after: Option<Snapshot>,
}

/// The marking of what is not said to be more.
pub const OFFICIAL: &str = "OFFICIAL";

/// A note of an event: what was said, and which side keeps it to itself.
#[derive(Clone, Debug)]
pub struct EventNote {
    /// The words.
    pub text: String,
    /// The side whose internal note it is; none where both sides read it.
    pub side: Option<Side>,
}

impl Event {
    /// An event on one record.
    pub fn new(resource: impl Into<Cow<'static, str>>, resource_id: Uuid, version: i64, action: &'static str) -> Self {
        Self {
            area: None,
            shared: false,
            resource: resource.into(),
            resource_id,
            version,
            action,
            moved: None,
            fields: Vec::new(),
            note: None,
            marking: OFFICIAL,
            parent: None,
            before: None,
            after: None,
        }
    }

    /// Names the area.
    #[must_use]
    pub fn area(mut self, area: impl Into<String>) -> Self {
        self.area = Some(area.into());
        self
    }

    /// Lets every area read it.
    #[must_use]
    pub fn shared(mut self, shared: bool) -> Self {
        self.shared = shared;
        self
    }

    /// Names the states it led between.
    #[must_use]
    pub fn moved(mut self, from: impl Into<Option<&'static str>>, to: &'static str) -> Self {
        self.moved = Some((from.into(), to));
        self
    }

    /// Names the members it changed.
    #[must_use]
    pub fn fields(mut self, fields: Vec<&'static str>) -> Self {
        self.fields = fields;
        self
    }

    /// Adds what the actor said.
    #[must_use]
    pub fn note(mut self, note: Option<EventNote>) -> Self {
        self.note = note;
        self
    }

    /// Marks what it is about: `OFFICIAL` or `OFFICIAL-SENSITIVE`.
    #[must_use]
    pub fn marking(mut self, marking: &'static str) -> Self {
        self.marking = marking;
        self
    }

    /// Names the record that this one belongs to.
    #[must_use]
    pub fn under(mut self, parent: Uuid) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Adds the record as it was before.
    #[must_use]
    pub fn before(mut self, before: Snapshot) -> Self {
        self.before = Some(before);
        self
    }

    /// Adds the record as it is after it.
    #[must_use]
    pub fn after(mut self, after: Snapshot) -> Self {
        self.after = Some(after);
        self
    }
}

/// A finished piece of work: its value, and at least one event.
#[derive(Debug)]
pub struct Write<T> {
    pub(super) value: T,
    pub(super) events: Vec<Event>,
    pub(super) writes: Vec<WriteStatement>,
}

impl<T> Write<T> {
    /// A value and what happened.
    pub fn new(value: T, event: Event) -> Self {
        Self { value, events: vec![event], writes: Vec::new() }
    }

    /// The same with its value made into something else.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Write<U> {
        Write { value: make(self.value), events: self.events, writes: self.writes }
    }

    /// What is still to be written, sent together with the events and the commit.
    #[must_use]
    pub fn writing(mut self, writes: impl IntoIterator<Item = WriteStatement>) -> Self {
        self.writes.extend(writes);
        self
    }

    /// Its value, and what is still to be written, without what happened: for measuring what that costs.
    pub fn unrecorded(self) -> (T, Vec<WriteStatement>) {
        (self.value, self.writes)
    }

    /// Adds what else happened.
    #[must_use]
    pub fn and(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }
}

/// What was read, and an event for each reading that has to be recorded.
#[derive(Debug)]
pub struct AuditedRead<T> {
    value: T,
    events: Vec<Event>,
}

impl<T> AuditedRead<T> {
    /// A value, and what has to be recorded of its reading.
    pub fn new(value: T, events: Vec<Event>) -> Self {
        Self { value, events }
    }
}

/// Work that has come to its end: what it gives, and what is recorded of it.
pub(super) struct CompletedWork<T> {
    pub(super) value: T,
    pub(super) events: Vec<Event>,
    pub(super) writes: Vec<WriteStatement>,
    /// The answer to be kept under the request's key.
    pub(super) keep: Option<ResponseToStore>,
}

impl<T> From<Write<T>> for CompletedWork<T> {
    fn from(Write { value, events, writes }: Write<T>) -> Self {
        Self { value, events, writes, keep: None }
    }
}

impl<T> From<AuditedRead<T>> for CompletedWork<T> {
    fn from(AuditedRead { value, events }: AuditedRead<T>) -> Self {
        Self { value, events, writes: Vec::new(), keep: None }
    }
}

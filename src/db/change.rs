//! A write and its event are one act: a [`Change`] always holds an event, and the events go in as the last statement
//! before the commit.

use std::borrow::Cow;

use uuid::Uuid;

use super::session::Tx;
use crate::api::Problem;
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
    pub note: Option<Noted>,
}

/// A note of an event: what was said, and which side keeps it to itself.
#[derive(Clone, Debug)]
pub struct Noted {
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
    pub fn note(mut self, note: Option<Noted>) -> Self {
        self.note = note;
        self
    }
}

/// A finished piece of work: its value, and at least one event.
#[derive(Debug)]
pub struct Change<T> {
    pub(super) value: T,
    pub(super) events: Vec<Event>,
}

impl<T> Change<T> {
    /// A value and what happened.
    pub fn of(value: T, event: Event) -> Self {
        Self { value, events: vec![event] }
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
pub struct Seen<T> {
    value: T,
    events: Vec<Event>,
}

impl<T> Seen<T> {
    /// A value, and what has to be recorded of its reading.
    pub fn of(value: T, events: Vec<Event>) -> Self {
        Self { value, events }
    }
}

/// Work that has come to its end: what it gives, and what is recorded of it.
pub(super) struct Done<T> {
    pub(super) value: T,
    pub(super) events: Vec<Event>,
}

impl<T> From<Change<T>> for Done<T> {
    fn from(Change { value, events }: Change<T>) -> Self {
        Self { value, events }
    }
}

impl<T> From<Seen<T>> for Done<T> {
    fn from(Seen { value, events }: Seen<T>) -> Self {
        Self { value, events }
    }
}

const RECORD: &str = "
with given as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::text[],
                         $8::text[], $9::text[], $10::text[], $11::text[], $12::boolean[])
        as e(id, area, resource, resource_id, version, action, from_state, to_state, fields, note, note_side, shared)
), noted as (
    insert into event_notes (event_id, area, shared, side, note)
    select id, area, shared, note_side, note from given where note is not null
)
insert into events (id, at, area, shared, actor_issuer, actor_subject, actor_name, actor_roles, resource, resource_id, version,
                    action, from_state, to_state, fields, request_id)
select id, $13, area, shared, $14, $15, $16, $17, resource, resource_id, version, action, from_state, to_state,
       string_to_array(nullif(fields, ''), ','), $18
from given";

impl<T> Done<T> {
    /// Appends the events; every one of them must have gone in.
    pub(super) async fn record(self, tx: &Tx<'_>) -> Result<T, Problem> {
        if !self.events.is_empty() {
            append(tx, &self.events).await?;
        }
        Ok(self.value)
    }
}

async fn append(tx: &Tx<'_>, events: &[Event]) -> Result<(), Problem> {
    let call = tx.call();
    macro_rules! column {
        ($of:expr) => {
            events.iter().map($of).collect::<Vec<_>>()
        };
    }
    let roles: Vec<String> = call.actor.roles().iter().map(ToString::to_string).collect();
    let count = tx
        .execute(
            RECORD,
            &[
                &column!(|_| Uuid::now_v7()),
                &column!(|event| event.area.as_deref()),
                &column!(|event| event.resource.as_ref()),
                &column!(|event| event.resource_id),
                &column!(|event| event.version),
                &column!(|event| event.action),
                &column!(|event| event.moved.and_then(|(from, _)| from)),
                &column!(|event| event.moved.map(|(_, to)| to)),
                &column!(|event| event.fields.join(",")),
                &column!(|event| event.note.as_ref().map(|note| note.text.as_str())),
                &column!(|event| event.note.as_ref().and_then(|note| note.side)),
                &column!(|event| event.shared),
                &call.at,
                &call.actor.issuer,
                &call.actor.subject,
                &call.actor.name,
                &roles,
                &call.request_id.0.as_ref(),
            ],
        )
        .await?;
    if count == events.len() as u64 {
        Ok(())
    } else {
        Err(Problem::internal(format!("{count} of {} events were recorded", events.len())))
    }
}

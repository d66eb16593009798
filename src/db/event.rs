//! An event of the audit log: what one action did to one record. The history of a record and the audit log are read
//! from these events.

use std::borrow::Cow;

use uuid::Uuid;

use super::snapshot::Snapshot;
use crate::auth::{Actor, Side};

/// One action on one record.
#[derive(Clone, Debug)]
pub struct Event {
    /// The police area that the record belongs to; none for a record that all areas share.
    pub area: Option<String>,
    /// True when every area may read the event, such as one of a published inspection.
    pub shared: bool,
    /// The kind of record, such as `response`.
    pub resource: Cow<'static, str>,
    /// The id of the record.
    pub resource_id: Uuid,
    /// The version of the record after the action.
    pub version: i64,
    /// The action, such as `submit`.
    pub action: &'static str,
    /// The states before and after a transition; the first is none when the action created the record.
    pub transition: Option<(Option<&'static str>, &'static str)>,
    /// The names of the members that changed, never their values.
    pub fields: Vec<&'static str>,
    /// The actor's note.
    pub note: Option<EventNote>,
    /// The marking of the record (Government Security Classifications): `OFFICIAL` or `OFFICIAL-SENSITIVE`.
    pub marking: &'static str,
    /// The id of the record that this record belongs to, such as a recommendation's inspection.
    pub parent: Option<Uuid>,
    /// The record before the action; none when the action created it.
    pub before: Option<Snapshot>,
    /// The record after the action; none when the action deleted it.
    pub after: Option<Snapshot>,
    /// True when the action also adds a row that `before` and `after` do not show.
    pub adds_row: bool,
    /// What the log of another area states in place of the person who acted; none when the event names the person.
    pub unnamed_actor: Option<String>,
}

/// The default marking.
pub const OFFICIAL: &str = "OFFICIAL";

/// A note on an event.
#[derive(Clone, Debug)]
pub struct EventNote {
    /// The text of the note.
    pub text: String,
    /// The side whose internal note this is; none when both sides may read it.
    pub side: Option<Side>,
}

impl Event {
    /// Creates an event on one record.
    pub fn new(resource: impl Into<Cow<'static, str>>, resource_id: Uuid, version: i64, action: &'static str) -> Self {
        Self {
            area: None,
            shared: false,
            resource: resource.into(),
            resource_id,
            version,
            action,
            transition: None,
            fields: Vec::new(),
            note: None,
            marking: OFFICIAL,
            parent: None,
            before: None,
            after: None,
            adds_row: false,
            unnamed_actor: None,
        }
    }

    /// Returns true if the record after the action holds what it held before: only its version and the time of its last
    /// change differ.
    pub fn changes_nothing(&self) -> bool {
        let same =
            self.before.as_ref().zip(self.after.as_ref()).is_some_and(|(before, after)| before.holds_same(after));
        same && !self.adds_row
    }

    /// Sets the area that the record belongs to.
    #[must_use]
    pub fn area(mut self, area: impl Into<String>) -> Self {
        self.area = Some(area.into());
        self
    }

    /// Sets whether every area may read the event.
    #[must_use]
    pub fn shared(mut self, shared: bool) -> Self {
        self.shared = shared;
        self
    }

    /// States the area for which the actor acted; none for a registrar, who acts for no area. An event in the log of
    /// another area then names the area and side in place of the person.
    #[must_use]
    pub fn acted_for(mut self, area: Option<&str>, actor: &Actor) -> Self {
        if self.area.as_deref() != area {
            self.unnamed_actor = Some(actor.unnamed_subject(area));
        }
        self
    }

    /// Sets the states before and after the transition.
    #[must_use]
    pub fn transition(mut self, from: impl Into<Option<&'static str>>, to: &'static str) -> Self {
        self.transition = Some((from.into(), to));
        self
    }

    /// Sets the names of the members that changed.
    #[must_use]
    pub fn fields(mut self, fields: Vec<&'static str>) -> Self {
        self.fields = fields;
        self
    }

    /// Sets the actor's note.
    #[must_use]
    pub fn note(mut self, note: Option<EventNote>) -> Self {
        self.note = note;
        self
    }

    /// Sets the marking: `OFFICIAL` or `OFFICIAL-SENSITIVE`.
    #[must_use]
    pub fn marking(mut self, marking: &'static str) -> Self {
        self.marking = marking;
        self
    }

    /// Sets the record that this record belongs to.
    #[must_use]
    pub fn parent(mut self, parent: Uuid) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Sets the record as it was before the action.
    #[must_use]
    pub fn before(mut self, before: Snapshot) -> Self {
        self.before = Some(before);
        self
    }

    /// Sets the record as it is after the action.
    #[must_use]
    pub fn after(mut self, after: Snapshot) -> Self {
        self.after = Some(after);
        self
    }

    /// States that the action also adds a row that the snapshots do not show, such as an entry of a history.
    #[must_use]
    pub fn adding_row(mut self) -> Self {
        self.adds_row = true;
        self
    }
}

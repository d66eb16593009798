//! A record as it is stored, for the log: what its readers share, and apart from that what one side keeps to itself.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::api::Problem;
use crate::auth::Side;

/// The part of a record that all its readers share.
pub const RECORD: &str = "record";

/// Members that say what a caller may do or where to go: of the view, not of the record.
const OF_THE_VIEW: [&str; 2] = ["links", "allowed_actions"];

/// One part of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What the part is called, such as `record`.
    pub name: &'static str,
    /// The side that keeps it to itself; none where all who read the record read it.
    pub side: Option<Side>,
    /// What it holds.
    pub value: Value,
}

/// A record as it is stored, as far as who writes it may read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot(Vec<Part>);

impl Snapshot {
    /// The part that all readers of the record share. Numbers must be whole.
    pub fn of(value: &impl Serialize) -> Result<Self, Problem> {
        Self::default().part(RECORD, None, value)
    }

    /// Adds what one side keeps to itself.
    pub fn side(self, side: Side, value: &impl Serialize) -> Result<Self, Problem> {
        self.part(crate::vocabulary::WireName::as_str(side), Some(side), value)
    }

    /// Adds a part of this name.
    pub fn part(mut self, name: &'static str, side: Option<Side>, value: &impl Serialize) -> Result<Self, Problem> {
        let mut value = serde_json::to_value(value).map_err(Problem::internal)?;
        if let Value::Object(members) = &mut value {
            OF_THE_VIEW.iter().for_each(|member| drop(members.remove(*member)));
        }
        self.0.push(Part { name, side, value });
        Ok(self)
    }

    /// The part of this name.
    fn find(&self, name: &str) -> Option<&Part> {
        self.0.iter().find(|part| part.name == name)
    }
}

/// What an event keeps of one part of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PartChange {
    pub name: &'static str,
    pub side: Option<Side>,
    /// What it was; none where the record was not there.
    pub before: Option<Value>,
    /// What it is now; none where the record is no more.
    pub after: Option<Value>,
}

impl PartChange {
    /// The parts of two snapshots, side by side. A part of which one snapshot alone knows was, or is, not there.
    pub fn between(before: Option<&Snapshot>, after: Option<&Snapshot>) -> Vec<Self> {
        let (old, new) = (before.cloned().unwrap_or_default(), after.cloned().unwrap_or_default());
        let names = old.0.iter().chain(new.0.iter().filter(|part| old.find(part.name).is_none()));
        let value = |part: Option<&Part>| part.map(|part| part.value.clone());
        names
            .map(|part| Self {
                name: part.name,
                side: part.side,
                before: value(old.find(part.name)),
                after: value(new.find(part.name)),
            })
            .collect()
    }

    /// The payload: what it is now, and what the members that changed were before.
    pub fn payload(&self) -> Value {
        json!({ "after": self.after, "was": self.was() })
    }

    fn was(&self) -> Value {
        let Some(before) = &self.before else { return Value::Null };
        let (Value::Object(old), Some(Value::Object(new))) = (before, &self.after) else { return before.clone() };
        let gone = old.iter().filter(|(name, value)| new.get(*name) != Some(value));
        let mut was: Map<String, Value> = gone.map(|(name, value)| (name.clone(), value.clone())).collect();
        was.extend(new.keys().filter(|name| !old.contains_key(*name)).map(|name| (name.clone(), Value::Null)));
        Value::Object(was)
    }
}

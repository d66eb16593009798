//! A record as the audit log stores it: the part that all its readers share, and the parts that only one side may
//! read.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::api::Problem;
use crate::auth::Side;
use crate::vocabulary::WireName;

/// The name of the part that all readers of a record share.
pub const RECORD: &str = "record";

/// Members that depend on the caller and are not part of the record.
const CALLER_DEPENDENT: [&str; 2] = ["links", "allowed_actions"];

/// Members that every write changes.
const CHANGED_BY_EVERY_WRITE: [&str; 2] = ["version", "updated_at"];

/// One part of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The name of the part, such as `record`.
    pub name: &'static str,
    /// The side that alone may read the part; none when every reader of the record may read it.
    pub side: Option<Side>,
    /// The members of the part.
    pub value: Value,
}

/// The parts of a stored record that the caller who writes it may read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot(Vec<Part>);

impl Snapshot {
    /// Creates a snapshot with the part that all readers of the record share. Every number must be an integer.
    ///
    /// # Errors
    /// 500 when the value cannot be serialized.
    pub fn new(value: &impl Serialize) -> Result<Self, Problem> {
        Self::default().part(RECORD, None, value)
    }

    /// Adds the part that only one side may read.
    ///
    /// # Errors
    /// 500 when the value cannot be serialized.
    pub fn side(self, side: Side, value: &impl Serialize) -> Result<Self, Problem> {
        self.part(side.as_str(), Some(side), value)
    }

    /// Adds a part with this name.
    ///
    /// # Errors
    /// 500 when the value cannot be serialized.
    pub fn part(mut self, name: &'static str, side: Option<Side>, value: &impl Serialize) -> Result<Self, Problem> {
        let mut value = serde_json::to_value(value).map_err(Problem::internal)?;
        if let Value::Object(members) = &mut value {
            CALLER_DEPENDENT.iter().for_each(|member| drop(members.remove(*member)));
        }
        self.0.push(Part { name, side, value });
        Ok(self)
    }

    /// Returns true if the two snapshots differ in nothing but the version and the time of the last change.
    pub fn holds_same(&self, other: &Self) -> bool {
        PartChange::between(Some(self), Some(other)).iter().all(|change| match (&change.before, &change.after) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                let names = before.keys().chain(after.keys());
                let mut compared = names.filter(|name| !CHANGED_BY_EVERY_WRITE.contains(&name.as_str()));
                compared.all(|name| before.get(name) == after.get(name))
            }
            (before, after) => before == after,
        })
    }

    fn find(&self, name: &str) -> Option<&Part> {
        self.0.iter().find(|part| part.name == name)
    }
}

/// One part of a record before and after an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PartChange {
    pub name: &'static str,
    pub side: Option<Side>,
    /// None when the part did not exist before.
    pub before: Option<Value>,
    /// None when the part no longer exists.
    pub after: Option<Value>,
}

impl PartChange {
    /// Pairs the parts of two snapshots by name.
    pub fn between(before: Option<&Snapshot>, after: Option<&Snapshot>) -> Vec<Self> {
        let (old, new) = (before.cloned().unwrap_or_default(), after.cloned().unwrap_or_default());
        let parts = old.0.iter().chain(new.0.iter().filter(|part| old.find(part.name).is_none()));
        let value = |part: Option<&Part>| part.map(|part| part.value.clone());
        parts
            .map(|part| Self {
                name: part.name,
                side: part.side,
                before: value(old.find(part.name)),
                after: value(new.find(part.name)),
            })
            .collect()
    }

    /// Returns what the log stores: the part after the action, and the earlier values of the members that changed.
    pub fn payload(&self) -> Value {
        json!({ "after": self.after, "was": self.earlier_values() })
    }

    fn earlier_values(&self) -> Value {
        let Some(before) = &self.before else { return Value::Null };
        let (Value::Object(old), Some(Value::Object(new))) = (before, &self.after) else { return before.clone() };
        let changed = old.iter().filter(|(name, value)| new.get(*name) != Some(value));
        let mut earlier: Map<String, Value> = changed.map(|(name, value)| (name.clone(), value.clone())).collect();
        earlier.extend(new.keys().filter(|name| !old.contains_key(*name)).map(|name| (name.clone(), Value::Null)));
        Value::Object(earlier)
    }
}

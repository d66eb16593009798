//! The changes of an event, computed from the payloads that the caller may read.

use serde_json::Value;

use super::model::FieldChange;
use crate::db::RECORD;

/// Members that every write changes, and that are therefore not listed.
const EVERY_WRITE: [&str; 2] = ["version", "updated_at"];

/// Returns the changes of one part of a record, by JSON Pointer (RFC 6901). The members of a side's part are members
/// of the record, and so have no prefix, as those of a part whose name has a dot before the side. Any other part is below its
/// own name.
pub fn changes(part: &str, side: Option<&str>, payload: &Value) -> Vec<FieldChange> {
    let (was, after) = (&payload["was"], &payload["after"]);
    let is_of_record = part == RECORD || side.is_some_and(|side| part.ends_with(side));
    let top = if is_of_record { String::new() } else { format!("/{part}") };
    let mut found = Vec::new();
    match (was, after) {
        // `was` holds only the members that changed.
        (Value::Object(was), Value::Object(after)) => {
            for (name, old) in was {
                compare(&format!("{top}/{}", escape(name)), old, after.get(name).unwrap_or(&Value::Null), &mut found);
            }
        }
        (old, new) => compare(&top, old, new, &mut found),
    }
    found.retain(|change| !EVERY_WRITE.iter().any(|member| change.field == format!("{top}/{member}")));
    found
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Compares objects member by member, where null counts as an empty object. Compares all other values as a whole.
fn compare(at: &str, old: &Value, new: &Value, found: &mut Vec<FieldChange>) {
    if old == new {
        return;
    }
    let (Some(olds), Some(news)) = (members(old), members(new)) else {
        found.push(FieldChange { field: at.to_owned(), from: old.clone(), to: new.clone() });
        return;
    };
    let names = olds.keys().chain(news.keys().filter(|name| !olds.contains_key(*name)));
    for name in names {
        let value = |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or(Value::Null);
        compare(&format!("{at}/{}", escape(name)), &value(olds), &value(news), found);
    }
}

fn members(value: &Value) -> Option<&serde_json::Map<String, Value>> {
    static NONE: std::sync::LazyLock<serde_json::Map<String, Value>> = std::sync::LazyLock::new(serde_json::Map::new);
    match value {
        Value::Object(members) => Some(members),
        Value::Null => Some(&NONE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::changes;
    use serde_json::{Value, json};

    fn changes_in(part: &str, side: Option<&str>, payload: &Value) -> Vec<(String, Value, Value)> {
        changes(part, side, payload).into_iter().map(|change| (change.field, change.from, change.to)).collect()
    }

    #[test]
    fn a_change_has_the_member_and_both_values() {
        let payload = json!({
            "was": { "state": "drafting", "version": 3, "explanations": { "a": { "text": "x" }, "b": { "text": "y" } } },
            "after": { "state": "in_approval", "version": 4, "kept": 1, "explanations": { "a": { "text": "z" }, "b": { "text": "y" } } },
        });
        let expected = [
            ("/explanations/a/text".to_owned(), json!("x"), json!("z")),
            ("/state".to_owned(), json!("drafting"), json!("in_approval")),
        ];
        assert_eq!(changes_in("record", None, &payload), expected);
        assert_eq!(
            changes_in("force", Some("force"), &json!({ "was": { "d": null }, "after": { "d": "x" } }))[0].0,
            "/d"
        );
    }

    #[test]
    fn a_new_record_changes_from_null_and_a_deleted_one_to_null() {
        let created = json!({ "was": null, "after": { "days": [1, 2], "none": null } });
        assert_eq!(changes_in("settings", None, &created), [("/settings/days".to_owned(), Value::Null, json!([1, 2]))]);
        let assigned = json!({ "was": null, "after": { "assigned_to": "a" } });
        let expected = [("/assigned_to".to_owned(), Value::Null, json!("a"))];
        assert_eq!(changes_in("assignee.force", Some("force"), &assigned), expected);
        let deleted = json!({ "was": { "text": "x" }, "after": null });
        assert_eq!(changes_in("record", None, &deleted), [("/text".to_owned(), json!("x"), Value::Null)]);
    }
}

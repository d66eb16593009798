//! The check of the lengths of lists before their content. A list that is too long is shortened, so that validation
//! never makes a fault for each of very many items.

use serde_json::Value;

use super::json_schema::count_items;
use super::problem::{Fault, FaultList, escape};

/// Shortens every list of a value that is longer than its schema allows, and returns a fault for each. `schema` contains
/// its components.
pub(super) fn shorten_lists(schema: &Value, value: &mut Value) -> FaultList {
    let mut shortener = Shortener { root: schema, pointer: String::new(), faults: FaultList::default() };
    shortener.visit(schema, value);
    shortener.faults
}

struct Shortener<'s> {
    root: &'s Value,
    pointer: String,
    faults: FaultList,
}

impl<'s> Shortener<'s> {
    fn visit(&mut self, schema: &'s Value, value: &mut Value) {
        match value {
            Value::Array(items) => {
                let Some(schema) = self.resolve(schema, "array") else { return };
                let limit = schema["maxItems"].as_u64().and_then(|limit| usize::try_from(limit).ok());
                if let Some(limit) = limit.filter(|limit| items.len() > *limit) {
                    let detail = format!("The list must have at most {}.", count_items(limit as u64));
                    self.faults.add_with(|| Fault::body(self.pointer.clone(), "too_many", detail));
                    items.truncate(limit);
                }
                let Some(of_items) = schema.get("items") else { return };
                for (at, item) in items.iter_mut().enumerate() {
                    self.visit_child(&at.to_string(), of_items, item);
                }
            }
            Value::Object(members) => {
                let Some(schema) = self.resolve(schema, "object") else { return };
                for (name, member) in members.iter_mut() {
                    if let Some(of_member) = schema["properties"].get(name) {
                        self.visit_child(&escape(name), of_member, member);
                    }
                }
            }
            _ => {}
        }
    }

    fn visit_child(&mut self, token: &str, schema: &'s Value, value: &mut Value) {
        // Only lists have lengths, and only lists and objects contain others.
        if !value.is_array() && !value.is_object() {
            return;
        }
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(token);
        self.visit(schema, value);
        self.pointer.truncate(length);
    }

    /// Returns the schema for a value of this type: behind references, and the first alternative of the type.
    fn resolve(&self, schema: &'s Value, of_type: &str) -> Option<&'s Value> {
        let mut schema = schema;
        // A schema of a type that contains itself refers in a circle only through its members.
        for _ in 0..16 {
            if let Some(reference) = schema["$ref"].as_str() {
                schema = self.root.pointer(reference.strip_prefix('#')?)?;
                continue;
            }
            let alternatives = ["oneOf", "anyOf", "allOf"].into_iter().find_map(|name| schema[name].as_array());
            let Some(alternatives) = alternatives else {
                let types = &schema["type"];
                let has_type = types.as_str() == Some(of_type)
                    || types.as_array().is_some_and(|types| types.iter().any(|it| it.as_str() == Some(of_type)));
                return has_type.then_some(schema);
            };
            return alternatives.iter().find_map(|alternative| self.resolve(alternative, of_type));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_that_is_too_long_is_shortened_wherever_it_is() {
        let schema = json!({
            "type": "object",
            "properties": {
                "a": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/List" }] },
                "b/c": { "type": "array", "items": { "$ref": "#/components/schemas/Item" } },
                "d": { "type": ["array", "null"], "maxItems": 1, "items": { "type": "array", "maxItems": 1 } },
            },
            "components": { "schemas": {
                "List": { "type": "array", "maxItems": 2, "items": { "type": "string" } },
                "Item": { "type": "object", "properties": { "e": { "$ref": "#/components/schemas/List" } } },
            } },
        });
        let mut value = json!({
            "a": [1, 2, 3], "b/c": [{ "e": [1] }, { "e": [1, 2, 3, 4] }], "d": [[1, 2], [3]], "other": [1, 2, 3, 4],
        });
        let faults = shorten_lists(&schema, &mut value);
        let pointers: Vec<&str> = faults.first().iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/a", "/b~1c/1/e", "/d", "/d/0"]);
        assert_eq!(faults.first()[0].detail, "The list must have at most 2 items.");
        let expected = json!({
            "a": [1, 2], "b/c": [{ "e": [1] }, { "e": [1, 2] }], "d": [[1]], "other": [1, 2, 3, 4],
        });
        assert_eq!(value, expected);
        assert!(shorten_lists(&schema, &mut value).is_empty());
    }
}

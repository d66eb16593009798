//! Finds breaking changes of schemas. Requests may only accept more, and responses may only promise more. Clients must
//! tolerate new members and new enum values of responses, as the contract states.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// The direction of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Request,
    Response,
}

/// The two documents, and the breaking changes found so far.
pub struct Schemas<'a> {
    old: &'a Value,
    new: &'a Value,
    compared: BTreeSet<(Direction, String, String)>,
    pub changes: Vec<String>,
}

/// The limits of a schema: the name, whether a larger value accepts less, and its name in messages.
const LIMITS: [(&str, bool, &str); 8] = [
    ("minLength", true, "shortest text"),
    ("maxLength", false, "longest text"),
    ("minimum", true, "least number"),
    ("maximum", false, "greatest number"),
    ("minItems", true, "shortest list"),
    ("maxItems", false, "longest list"),
    ("minProperties", true, "fewest members"),
    ("maxProperties", false, "most members"),
];

impl<'a> Schemas<'a> {
    pub fn new(old: &'a Value, new: &'a Value) -> Self {
        Self { old, new, compared: BTreeSet::new(), changes: Vec::new() }
    }

    pub fn report(&mut self, at: &str, change: &str) {
        self.changes.push(format!("{at}: {change}"));
    }

    /// Compares the old and the new schema of a value.
    pub fn compare(&mut self, direction: Direction, at: &str, old: &Value, new: &Value) {
        if old.is_null() || new.is_null() || *new == json!({}) && direction == Direction::Request {
            return;
        }
        if let (Some(was), Some(is)) = (old["$ref"].as_str(), new["$ref"].as_str())
            && !self.compared.insert((direction, was.to_owned(), is.to_owned()))
        {
            return;
        }
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        self.types(direction, at, &types(self.old, old), &types(self.new, new));
        let (were, are) = (alternatives(self.old, old), alternatives(self.new, new));
        if let ([was], [is]) = (were.as_slice(), are.as_slice()) {
            self.plain(direction, at, was, is);
            return;
        }
        for was in were {
            let key = key(was);
            let same: Vec<&Value> = are.iter().copied().filter(|is| self::key(is) == key).collect();
            if same.is_empty() && direction == Direction::Request {
                self.report(at, &format!("{key} is no longer accepted"));
            }
            // If several alternatives have the same key, compare with the one that differs least.
            let before = self.changes.len();
            let each = same.into_iter().map(|is| {
                self.plain(direction, &format!("{at} {key}"), was, is);
                self.changes.split_off(before)
            });
            let least = each.min_by_key(Vec::len);
            self.changes.extend(least.unwrap_or_default());
        }
    }

    fn types(&mut self, direction: Direction, at: &str, were: &BTreeSet<String>, are: &BTreeSet<String>) {
        let (wide, narrow) = if direction == Direction::Request { (are, were) } else { (were, are) };
        // A schema without a type accepts every type.
        let fits = wide.is_empty() || !narrow.is_empty() && narrow.is_subset(wide);
        if !fits {
            self.report(at, &format!("the type was {were:?} and is {are:?}"));
        }
    }

    fn plain(&mut self, direction: Direction, at: &str, old: &Value, new: &Value) {
        let both_or_neither = |name: &str| old.get(name) == new.get(name);
        if direction == Direction::Request {
            self.limits(at, old, new);
            for name in ["pattern", "format"] {
                if new.get(name).is_some() && !both_or_neither(name) {
                    self.report(at, &format!("the {name} is now {}", new[name]));
                }
            }
        } else if old.get("format").is_some() && !both_or_neither("format") {
            self.report(at, &format!("the format was {} and is {}", old["format"], new["format"]));
        }
        self.members(direction, at, old, new);
        for name in ["items", "additionalProperties"] {
            if old[name].is_object() && new[name].is_object() {
                self.compare(direction, &format!("{at}/*"), &old[name], &new[name]);
            }
        }
    }

    fn limits(&mut self, at: &str, old: &Value, new: &Value) {
        for (name, is_least, label) in LIMITS {
            let narrower = match (old[name].as_f64(), new[name].as_f64()) {
                (_, None) => false,
                (None, Some(is)) => !(is_least && is <= 0.0),
                (Some(was), Some(is)) => {
                    if is_least {
                        is > was
                    } else {
                        is < was
                    }
                }
            };
            if narrower {
                self.report(at, &format!("the {label} was {} and is {}", old[name], new[name]));
            }
        }
        if new["uniqueItems"] == true && old["uniqueItems"] != true {
            self.report(at, "items must now be unique");
        }
        if let Some(are) = accepted_values(new) {
            match accepted_values(old) {
                None => self.report(at, "only some values are accepted now"),
                Some(were) => {
                    for value in were.iter().filter(|value| !are.contains(value)) {
                        self.report(at, &format!("{value} is no longer accepted"));
                    }
                }
            }
        }
    }

    fn members(&mut self, direction: Direction, at: &str, old: &Value, new: &Value) {
        let required = |schema: &Value| -> BTreeSet<String> {
            let names = schema["required"].as_array().into_iter().flatten();
            names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
        };
        let (were, are) = (required(old), required(new));
        let (changed, change) = match direction {
            Direction::Request => (are.difference(&were), "is now required"),
            Direction::Response => (were.difference(&are), "is no longer required"),
        };
        for name in changed {
            self.report(at, &format!("/{name} {change}"));
        }
        for (name, was) in old["properties"].as_object().into_iter().flatten() {
            match new["properties"].get(name) {
                Some(is) => self.compare(direction, &format!("{at}/{name}"), was, is),
                // A schema that accepts undeclared members still accepts this one.
                None if direction == Direction::Request && new["additionalProperties"] != false => {}
                None => self.report(at, &format!("/{name} was removed")),
            }
        }
        if direction == Direction::Request
            && new["additionalProperties"] == false
            && old["additionalProperties"] != false
        {
            self.report(at, "undeclared members are now refused");
        }
    }
}

fn resolved<'v>(document: &'v Value, schema: &'v Value) -> &'v Value {
    let target = schema["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
    let schema = target.unwrap_or(schema);
    // `allOf` with one schema is a reference with a description.
    match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => resolved(document, only),
        _ => schema,
    }
}

fn branches(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array)
}

/// Returns the alternatives of a schema, without null.
fn alternatives<'v>(document: &'v Value, schema: &'v Value) -> Vec<&'v Value> {
    match branches(schema) {
        Some(branches) => branches
            .iter()
            .filter(|branch| branch["type"] != "null")
            .flat_map(|branch| alternatives(document, resolved(document, branch)))
            .collect(),
        None => vec![schema],
    }
}

/// Returns the types of a schema, or none when it has no type.
fn types(document: &Value, schema: &Value) -> BTreeSet<String> {
    if let Some(branches) = branches(schema) {
        let each: Vec<_> = branches.iter().map(|branch| types(document, resolved(document, branch))).collect();
        return if each.iter().any(BTreeSet::is_empty) {
            BTreeSet::new()
        } else {
            each.into_iter().flatten().collect()
        };
    }
    let mut named: BTreeSet<String> = match &schema["type"] {
        Value::String(one) => [one.clone()].into(),
        Value::Array(several) => several.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => BTreeSet::new(),
    };
    if named.contains("number") {
        named.insert("integer".to_owned());
    }
    named
}

/// Returns what distinguishes an alternative from the others: its tag, or its type.
fn key(schema: &Value) -> String {
    let tags = schema["properties"].as_object().into_iter().flatten().filter_map(|(name, property)| {
        match accepted_values(property) {
            Some([Value::String(only)]) => Some(format!("{name}={only}")),
            _ => None,
        }
    });
    tags.reduce(|tags, tag| format!("{tags} {tag}")).unwrap_or_else(|| schema["type"].to_string())
}

/// Returns the values of an enum, or the one value of a constant.
fn accepted_values(schema: &Value) -> Option<&[Value]> {
    let constant = schema.get("const").map(std::slice::from_ref);
    constant.or_else(|| schema["enum"].as_array().map(Vec::as_slice))
}

//! What of a schema is broken in another. What is sent may only be taken more widely, what is answered may only be
//! promised more narrowly; new members and enum values of answers are what clients tolerate (the contract says so).

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Which way the values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Request,
    Answer,
}

/// The two documents, and what was found broken so far.
pub struct Schemas<'a> {
    old: &'a Value,
    new: &'a Value,
    seen: BTreeSet<(Direction, String, String)>,
    pub broken: Vec<String>,
}

/// A limit: its name, whether a larger value takes less, and how it is told.
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
    pub fn of(old: &'a Value, new: &'a Value) -> Self {
        Self { old, new, seen: BTreeSet::new(), broken: Vec::new() }
    }

    pub fn tell(&mut self, at: &str, what: &str) {
        self.broken.push(format!("{at}: {what}"));
    }

    /// Compares two schemas of values that go one way.
    pub fn compare(&mut self, way: Direction, at: &str, old: &Value, new: &Value) {
        if old.is_null() || new.is_null() || *new == json!({}) && way == Direction::Request {
            return;
        }
        if let (Some(was), Some(is)) = (old["$ref"].as_str(), new["$ref"].as_str())
            && !self.seen.insert((way, was.to_owned(), is.to_owned()))
        {
            return;
        }
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        self.types(way, at, &types(self.old, old), &types(self.new, new));
        let (were, are) = (alternatives(self.old, old), alternatives(self.new, new));
        if let ([was], [is]) = (were.as_slice(), are.as_slice()) {
            self.plain(way, at, was, is);
            return;
        }
        for was in were {
            let key = key(was);
            let same: Vec<&Value> = are.iter().copied().filter(|is| self::key(is) == key).collect();
            if same.is_empty() && way == Direction::Request {
                self.tell(at, &format!("{key} is taken no more"));
            }
            // Where several go by one key, the one that breaks the least is its successor.
            let before = self.broken.len();
            let each = same.into_iter().map(|is| {
                self.plain(way, &format!("{at} {key}"), was, is);
                self.broken.split_off(before)
            });
            let least = each.min_by_key(Vec::len);
            self.broken.extend(least.unwrap_or_default());
        }
    }

    fn types(&mut self, way: Direction, at: &str, were: &BTreeSet<String>, are: &BTreeSet<String>) {
        let (wide, narrow) = if way == Direction::Request { (are, were) } else { (were, are) };
        // None at all is any.
        let fits = wide.is_empty() || !narrow.is_empty() && narrow.is_subset(wide);
        if !fits {
            self.tell(at, &format!("the type was {were:?} and is {are:?}"));
        }
    }

    fn plain(&mut self, way: Direction, at: &str, old: &Value, new: &Value) {
        let both_or_neither = |name: &str| old.get(name) == new.get(name);
        if way == Direction::Request {
            self.limits(at, old, new);
            for name in ["pattern", "format"] {
                if new.get(name).is_some() && !both_or_neither(name) {
                    self.tell(at, &format!("the {name} is now {}", new[name]));
                }
            }
        } else if old.get("format").is_some() && !both_or_neither("format") {
            self.tell(at, &format!("the format was {} and is {}", old["format"], new["format"]));
        }
        self.members(way, at, old, new);
        for name in ["items", "additionalProperties"] {
            if old[name].is_object() && new[name].is_object() {
                self.compare(way, &format!("{at}/*"), &old[name], &new[name]);
            }
        }
    }

    fn limits(&mut self, at: &str, old: &Value, new: &Value) {
        for (name, is_least, says) in LIMITS {
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
                self.tell(at, &format!("the {says} was {} and is {}", old[name], new[name]));
            }
        }
        if new["uniqueItems"] == true && old["uniqueItems"] != true {
            self.tell(at, "items may no more be the same");
        }
        if let Some(are) = new["enum"].as_array() {
            match old["enum"].as_array() {
                None => self.tell(at, "only some values are taken now"),
                Some(were) => {
                    for value in were.iter().filter(|value| !are.contains(value)) {
                        self.tell(at, &format!("{value} is taken no more"));
                    }
                }
            }
        }
    }

    fn members(&mut self, way: Direction, at: &str, old: &Value, new: &Value) {
        let required = |schema: &Value| -> BTreeSet<String> {
            let names = schema["required"].as_array().into_iter().flatten();
            names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
        };
        let (needed, needs) = (required(old), required(new));
        let (more, says) = match way {
            Direction::Request => (needs.difference(&needed), "is now needed"),
            Direction::Answer => (needed.difference(&needs), "is no longer always there"),
        };
        for name in more {
            self.tell(at, &format!("/{name} {says}"));
        }
        for (name, was) in old["properties"].as_object().into_iter().flatten() {
            match new["properties"].get(name) {
                Some(is) => self.compare(way, &format!("{at}/{name}"), was, is),
                // Where any member is taken, this one is too.
                None if way == Direction::Request && new["additionalProperties"] != false => {}
                None => self.tell(at, &format!("/{name} is gone")),
            }
        }
        if way == Direction::Request && new["additionalProperties"] == false && old["additionalProperties"] != false {
            self.tell(at, "members that are not declared are refused now");
        }
    }
}

fn resolved<'v>(document: &'v Value, schema: &'v Value) -> &'v Value {
    let target = schema["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
    let schema = target.unwrap_or(schema);
    // One schema with a description beside it.
    match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => resolved(document, only),
        _ => schema,
    }
}

fn branches(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array)
}

/// The schemas a value can be of, null left out.
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

/// The types a value can have; none where the schema does not say.
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

/// What tells one alternative from the others: its tag, else its type.
fn key(schema: &Value) -> String {
    let tags = schema["properties"].as_object().into_iter().flatten().filter_map(|(name, property)| {
        match property["enum"].as_array().map(Vec::as_slice) {
            Some([Value::String(only)]) => Some(format!("{name}={only}")),
            _ => None,
        }
    });
    tags.reduce(|tags, tag| format!("{tags} {tag}")).unwrap_or_else(|| schema["type"].to_string())
}

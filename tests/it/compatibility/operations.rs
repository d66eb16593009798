//! What of a document's operations is broken in another: who may call, parameters, bodies, answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::schemas::{Direction, Schemas};

/// Every way in which `new` breaks a client of `old`, each as a line.
pub fn broken(old: &Value, new: &Value) -> Vec<String> {
    let mut schemas = Schemas::of(old, new);
    let now = by_place(new);
    for (at, was) in by_place(old) {
        match now.get(&at) {
            None => schemas.tell(&at, "the operation is gone"),
            Some(is) => operation(&mut schemas, &at, was, is),
        }
    }
    schemas.broken
}

/// The operations by method and path; what a path parameter is called is nothing to a client.
fn by_place(document: &Value) -> BTreeMap<String, &Value> {
    let paths = members(&document["paths"]);
    let each = paths.flat_map(|(path, methods)| {
        let nameless: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        members(methods).map(move |(method, said)| (format!("{} {}", method.to_uppercase(), nameless.join("/")), said))
    });
    each.collect()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn operation(schemas: &mut Schemas<'_>, at: &str, old: &Value, new: &Value) {
    match (old["x-roles"].as_array(), new["x-roles"].as_array()) {
        (None, Some(_)) => schemas.tell(at, "it was for anyone, and is no more"),
        (Some(were), Some(are)) => {
            for role in were.iter().filter(|role| !are.contains(role)) {
                schemas.tell(at, &format!("it is no more for {role}"));
            }
        }
        (_, None) => {}
    }
    parameters(schemas, at, old, new);
    body(schemas, at, &old["requestBody"], &new["requestBody"]);
    for (status, was) in members(&old["responses"]) {
        let Some(is) = new["responses"].get(status) else {
            // A refusal that no longer comes harms nobody.
            if !status.starts_with(['4', '5']) {
                schemas.tell(at, &format!("it answers {status} no more"));
            }
            continue;
        };
        let at = format!("{at} {status}");
        for (name, header) in members(&was["headers"]) {
            match is["headers"].get(name) {
                None => schemas.tell(&at, &format!("the header {name} is gone")),
                Some(now) => {
                    schemas.compare(Direction::Answer, &format!("{at} {name}"), &header["schema"], &now["schema"]);
                }
            }
        }
        contents(schemas, Direction::Answer, &at, &was["content"], &is["content"]);
    }
}

fn parameters(schemas: &mut Schemas<'_>, at: &str, old: &Value, new: &Value) {
    // Those of the path stand in order, whatever they are called.
    let named = |operation: &Value| {
        let mut in_path = 0;
        let declared = operation["parameters"].as_array().cloned().unwrap_or_default();
        let each = declared.into_iter().map(|parameter| {
            let within = parameter["in"].as_str().unwrap_or_default();
            let name = if within == "path" {
                in_path += 1;
                in_path.to_string()
            } else {
                parameter["name"].as_str().unwrap_or_default().to_owned()
            };
            (format!("{within} {name}"), parameter)
        });
        each.collect::<BTreeMap<String, Value>>()
    };
    let (were, are) = (named(old), named(new));
    for (name, was) in &were {
        match are.get(name) {
            None => schemas.tell(at, &format!("the parameter {name} is gone")),
            Some(is) => {
                schemas.compare(Direction::Request, &format!("{at} {name}"), &was["schema"], &is["schema"]);
            }
        }
    }
    for (name, is) in are {
        if is["required"] == true && were.get(&name).is_none_or(|was| was["required"] != true) {
            schemas.tell(at, &format!("the parameter {name} is now needed"));
        }
    }
}

fn body(schemas: &mut Schemas<'_>, at: &str, old: &Value, new: &Value) {
    match (old.as_object(), new.as_object()) {
        (Some(_), None) => schemas.tell(at, "it takes no body any more"),
        (None, Some(body)) if needed(body) => schemas.tell(at, "it now needs a body"),
        (Some(was), Some(is)) => {
            if needed(is) && !needed(was) {
                schemas.tell(at, "it now needs a body");
            }
            contents(schemas, Direction::Request, &format!("{at} body"), &old["content"], &new["content"]);
        }
        _ => {}
    }
}

fn needed(body: &Map<String, Value>) -> bool {
    body.get("required") == Some(&Value::Bool(true))
}

fn contents(schemas: &mut Schemas<'_>, direction: Direction, at: &str, old: &Value, new: &Value) {
    for (media, was) in members(old) {
        match new.get(media) {
            None => schemas.tell(at, &format!("{media} is gone")),
            Some(is) => schemas.compare(direction, at, &was["schema"], &is["schema"]),
        }
    }
}

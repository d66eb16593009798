//! Finds breaking changes of operations: roles, parameters, bodies and responses.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::schemas::{Direction, Schemas};

/// Returns each change of `new` that breaks a client of `old`.
pub fn breaking_changes(old: &Value, new: &Value) -> Vec<String> {
    let mut schemas = Schemas::new(old, new);
    let present = operations_by_path(new);
    for (at, was) in operations_by_path(old) {
        match present.get(&at) {
            None => schemas.report(&at, "the operation was removed"),
            Some(is) => operation(&mut schemas, &at, was, is),
        }
    }
    schemas.changes
}

/// Returns the operations by method and path, without the names of path parameters, which clients do not see.
fn operations_by_path(document: &Value) -> BTreeMap<String, &Value> {
    let paths = members(&document["paths"]);
    let each = paths.flat_map(|(path, methods)| {
        let parts: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        members(methods)
            .map(move |(method, operation)| (format!("{} {}", method.to_uppercase(), parts.join("/")), operation))
    });
    each.collect()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn operation(schemas: &mut Schemas<'_>, at: &str, old: &Value, new: &Value) {
    match (old["x-roles"].as_array(), new["x-roles"].as_array()) {
        (None, Some(_)) => schemas.report(at, "it was open to anyone and no longer is"),
        (Some(were), Some(are)) => {
            for role in were.iter().filter(|role| !are.contains(role)) {
                schemas.report(at, &format!("the role {role} may no longer call it"));
            }
        }
        (_, None) => {}
    }
    parameters(schemas, at, old, new);
    body(schemas, at, &old["requestBody"], &new["requestBody"]);
    for (status, was) in members(&old["responses"]) {
        let Some(is) = new["responses"].get(status) else {
            // A refusal that was removed breaks no client.
            if !status.starts_with(['4', '5']) {
                schemas.report(at, &format!("it no longer returns {status}"));
            }
            continue;
        };
        let at = format!("{at} {status}");
        for (name, header) in members(&was["headers"]) {
            match is["headers"].get(name) {
                None => schemas.report(&at, &format!("the header {name} was removed")),
                Some(present) => {
                    schemas.compare(
                        Direction::Response,
                        &format!("{at} {name}"),
                        &header["schema"],
                        &present["schema"],
                    );
                }
            }
        }
        contents(schemas, Direction::Response, &at, &was["content"], &is["content"]);
    }
}

fn parameters(schemas: &mut Schemas<'_>, at: &str, old: &Value, new: &Value) {
    // Path parameters are compared by their order, because their names do not matter.
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
            None => schemas.report(at, &format!("the parameter {name} was removed")),
            Some(is) => {
                schemas.compare(Direction::Request, &format!("{at} {name}"), &was["schema"], &is["schema"]);
            }
        }
    }
    for (name, is) in are {
        if is["required"] == true && were.get(&name).is_none_or(|was| was["required"] != true) {
            schemas.report(at, &format!("the parameter {name} is now required"));
        }
    }
}

fn body(schemas: &mut Schemas<'_>, at: &str, old: &Value, new: &Value) {
    match (old.as_object(), new.as_object()) {
        (Some(_), None) => schemas.report(at, "it no longer takes a body"),
        (None, Some(body)) if is_required(body) => schemas.report(at, "it now requires a body"),
        (Some(was), Some(is)) => {
            if is_required(is) && !is_required(was) {
                schemas.report(at, "it now requires a body");
            }
            contents(schemas, Direction::Request, &format!("{at} body"), &old["content"], &new["content"]);
        }
        _ => {}
    }
}

fn is_required(body: &Map<String, Value>) -> bool {
    body.get("required") == Some(&Value::Bool(true))
}

fn contents(schemas: &mut Schemas<'_>, direction: Direction, at: &str, old: &Value, new: &Value) {
    for (media, was) in members(old) {
        match new.get(media) {
            None => schemas.report(at, &format!("{media} was removed")),
            Some(is) => schemas.compare(direction, at, &was["schema"], &is["schema"]),
        }
    }
}

//! The check itself, on a small document: each way to break a client is found, each harmless change is let through.

use serde_json::{Value, json};

use super::operations::broken;

/// A document with one operation that has some of everything.
fn small() -> Value {
    let thing = json!({
        "type": "object", "required": ["id", "state"], "properties": {
            "id": { "type": "string", "format": "uuid" }, "state": { "type": "string", "enum": ["open", "closed"] },
            "note": { "type": ["string", "null"] }, "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } },
        },
    });
    let sent = json!({
        "type": "object", "required": ["name"], "additionalProperties": false, "properties": {
            "name": { "type": "string", "minLength": 1, "maxLength": 10 }, "count": { "type": ["integer", "null"], "minimum": 1 },
            "kind": { "type": "string", "enum": ["a", "b"] },
            "at": { "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] },
            "move": { "oneOf": [
                { "type": "object", "properties": { "action": { "type": "string", "enum": ["open"] } } },
                { "type": "object", "properties": { "action": { "type": "string", "enum": ["close"] } } },
            ] },
        },
    });
    let part = json!({ "type": "object", "required": ["n"], "properties": {
        "n": { "type": "integer" }, "whole": { "$ref": "#/components/schemas/Part" },
    } });
    json!({
        "paths": { "/v1/things/{id}": { "put": {
            "x-roles": ["opcc", "auditor"],
            "parameters": [
                { "in": "path", "name": "id", "required": true, "schema": { "type": "string" } },
                { "in": "query", "name": "limit", "required": false, "schema": { "type": "integer", "maximum": 200 } },
            ],
            "requestBody": { "required": true, "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/Sent" } },
            } },
            "responses": {
                "200": {
                    "headers": { "ETag": { "schema": { "type": "string" } } },
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } },
                },
                "404": { "content": {} },
            },
        } } },
        "components": { "schemas": { "Thing": thing, "Sent": sent, "Part": part } },
    })
}

const PUT: &str = "/paths/~1v1~1things~1{id}/put";
const THING: &str = "/components/schemas/Thing";
const SENT: &str = "/components/schemas/Sent";
const PART: &str = "/components/schemas/Part";

/// The document with a member put in place of another; null takes it away.
fn with(changes: &[(&str, &str, Value)]) -> Value {
    let mut document = small();
    for (at, name, value) in changes {
        let members = document.pointer_mut(at).unwrap_or_else(|| panic!("{at}")).as_object_mut().expect("an object");
        if value.is_null() {
            members.remove(*name).expect("a member");
        } else {
            members.insert((*name).to_owned(), value.clone());
        }
    }
    document
}

#[test]
fn a_document_does_not_break_its_own_clients() {
    assert_eq!(broken(&small(), &small()), Vec::<String>::new());
}

#[test]
fn each_way_to_break_a_client_is_found() {
    let at = |base: &str, rest: &str| format!("{base}{rest}");
    let query = |schema: Value, required: bool| {
        let path = small().pointer(PUT).expect("it")["parameters"][0].clone();
        json!([path, { "in": "query", "name": "limit", "required": required, "schema": schema }])
    };
    let cases = [
        ("/paths".to_owned(), "/v1/things/{id}", Value::Null, "the operation is gone"),
        (at("/paths/~1v1~1things~1{id}", ""), "put", Value::Null, "the operation is gone"),
        (PUT.to_owned(), "x-roles", json!(["opcc"]), "it is no more for \"auditor\""),
        (
            PUT.to_owned(),
            "parameters",
            json!([small().pointer(PUT).expect("it")["parameters"][0]]),
            "query limit is gone",
        ),
        (
            PUT.to_owned(),
            "parameters",
            query(json!({ "type": "integer", "maximum": 200 }), true),
            "query limit is now needed",
        ),
        (
            PUT.to_owned(),
            "parameters",
            query(json!({ "type": "integer", "maximum": 50 }), false),
            "greatest number was 200",
        ),
        (PUT.to_owned(), "requestBody", Value::Null, "it takes no body any more"),
        (at(PUT, "/requestBody/content"), "application/json", Value::Null, "application/json is gone"),
        (at(PUT, "/responses"), "200", Value::Null, "it answers 200 no more"),
        (at(PUT, "/responses/200/content"), "application/json", Value::Null, "application/json is gone"),
        (at(PUT, "/responses/200/headers"), "ETag", Value::Null, "the header ETag is gone"),
        (at(THING, "/properties"), "note", Value::Null, "/note is gone"),
        (THING.to_owned(), "required", json!(["id"]), "/state is no longer always there"),
        (at(THING, "/properties"), "state", json!({ "type": "integer" }), "/state: the type was"),
        (at(THING, "/properties"), "state", json!({ "type": ["string", "null"] }), "/state: the type was"),
        (at(THING, "/properties"), "id", json!({ "type": "string", "format": "date" }), "the format was \"uuid\""),
        (at(PART, "/properties"), "n", json!({ "type": "string" }), "/parts/*/n: the type was"),
        (SENT.to_owned(), "required", json!(["name", "kind"]), "/kind is now needed"),
        (at(SENT, "/properties"), "kind", Value::Null, "/kind is gone"),
        (at(SENT, "/properties/kind"), "enum", json!(["a", "c"]), "\"b\" is taken no more"),
        (at(SENT, "/properties/name"), "enum", json!(["x"]), "only some values are taken now"),
        (at(SENT, "/properties/name"), "minLength", json!(2), "shortest text was 1 and is 2"),
        (at(SENT, "/properties/name"), "maxLength", json!(9), "longest text was 10 and is 9"),
        (at(SENT, "/properties/name"), "pattern", json!("^x$"), "the pattern is now"),
        (at(SENT, "/properties/name"), "format", json!("uri"), "the format is now"),
        (at(SENT, "/properties/at"), "anyOf", json!([{ "format": "date" }]), "the format is now"),
        (at(SENT, "/properties/count"), "type", json!("integer"), "/count: the type was"),
        (at(SENT, "/properties/count"), "minimum", json!(2), "least number was 1 and is 2"),
        (at(SENT, "/properties/count"), "maximum", json!(9), "greatest number was null and is 9"),
        (
            at(SENT, "/properties/move"),
            "oneOf",
            json!([{ "type": "object", "properties": { "action": { "type": "string", "enum": ["open"] } } }]),
            "action=close is taken no more",
        ),
    ];
    for (place, name, value, expected) in cases {
        let found = broken(&small(), &with(&[(&place, name, value)]));
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{place} {name}: {expected:?} is not among {found:?}"
        );
    }
    // What was for anyone, and what needed no body.
    let open = with(&[(PUT, "x-roles", Value::Null), (PUT, "requestBody", Value::Null)]);
    let found = broken(&open, &small());
    assert!(found.iter().any(|line| line.contains("it was for anyone")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("it now needs a body")), "{found:?}");
    let lax = with(&[(SENT, "additionalProperties", json!(true))]);
    assert_eq!(broken(&lax, &small()).len(), 1, "members that are not declared are refused");
}

#[test]
fn each_harmless_change_is_let_through() {
    let renamed = json!([
        { "in": "path", "name": "thing_id", "required": true, "schema": { "type": "string" } },
        { "in": "query", "name": "limit", "required": false, "schema": { "type": "integer", "maximum": 500 } },
        { "in": "query", "name": "new", "required": false, "schema": { "type": "boolean" } },
    ]);
    let at = |base: &str, rest: &str| format!("{base}{rest}");
    let more = json!([
        { "type": "object", "properties": { "action": { "type": "string", "enum": ["close"] } } },
        { "type": "object", "properties": { "action": { "type": "string", "enum": ["open"] } } },
        { "type": "object", "properties": { "action": { "type": "string", "enum": ["lock"] } } },
    ]);
    let cases = [
        ("/paths".to_owned(), "/v1/others", json!({ "get": { "responses": { "200": {} } } })),
        (at("/paths/~1v1~1things~1{id}", ""), "get", json!({ "responses": { "200": {} } })),
        (PUT.to_owned(), "x-roles", json!(["opcc", "auditor", "registrar"])),
        (PUT.to_owned(), "x-roles", Value::Null),
        (PUT.to_owned(), "parameters", renamed),
        (at(PUT, "/requestBody"), "required", json!(false)),
        (at(PUT, "/requestBody/content"), "text/csv", json!({ "schema": { "type": "string" } })),
        (at(PUT, "/responses"), "409", json!({ "content": {} })),
        (at(PUT, "/responses"), "404", Value::Null),
        (at(THING, "/properties"), "new", json!({ "type": "string" })),
        (at(THING, "/properties/state"), "enum", json!(["open", "closed", "locked"])),
        (THING.to_owned(), "required", json!(["id", "state", "note"])),
        (at(THING, "/properties"), "note", json!({ "type": "string" })),
        (at(THING, "/properties"), "note", json!({ "oneOf": [{ "type": "null" }, { "type": "string" }] })),
        (SENT.to_owned(), "required", json!([])),
        (at(SENT, "/properties"), "new", json!({ "type": "string" })),
        (at(SENT, "/properties/kind"), "enum", json!(["a", "b", "c"])),
        (at(SENT, "/properties/kind"), "enum", Value::Null),
        (at(SENT, "/properties/name"), "maxLength", json!(20)),
        (at(SENT, "/properties/name"), "minLength", Value::Null),
        (at(SENT, "/properties/count"), "type", json!(["number", "null"])),
        (at(SENT, "/properties/move"), "oneOf", more),
    ];
    for (place, name, value) in cases {
        let found = broken(&small(), &with(&[(&place, name, value)]));
        assert!(found.is_empty(), "{place} {name}: {found:?}");
    }
}

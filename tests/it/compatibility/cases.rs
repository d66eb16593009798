//! Tests the compatibility check on a small document: it finds each breaking change and accepts each harmless one.

use serde_json::{Value, json};

use super::operations::breaking_changes;

/// Returns a document with one operation that uses every feature the check knows.
fn small_document() -> Value {
    let thing = json!({
        "type": "object", "required": ["id", "state"], "properties": {
            "id": { "type": "string", "format": "uuid" }, "state": { "type": "string", "enum": ["open", "closed"] },
            "note": { "type": ["string", "null"] }, "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } },
        },
    });
    let body = json!({
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
                "application/json": { "schema": { "$ref": "#/components/schemas/Body" } },
            } },
            "responses": {
                "200": {
                    "headers": { "ETag": { "schema": { "type": "string" } } },
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } },
                },
                "404": { "content": {} },
            },
        } } },
        "components": { "schemas": { "Thing": thing, "Body": body, "Part": part } },
    })
}

const PUT: &str = "/paths/~1v1~1things~1{id}/put";
const THING: &str = "/components/schemas/Thing";
const BODY: &str = "/components/schemas/Body";
const PART: &str = "/components/schemas/Part";

/// Returns the document with these members replaced. Null removes a member.
fn document_with(changes: &[(&str, &str, Value)]) -> Value {
    let mut document = small_document();
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
fn an_unchanged_document_has_no_breaking_changes() {
    assert_eq!(breaking_changes(&small_document(), &small_document()), Vec::<String>::new());
}

#[test]
fn each_breaking_change_is_found() {
    let at = |base: &str, rest: &str| format!("{base}{rest}");
    let query = |schema: Value, required: bool| {
        let path = small_document().pointer(PUT).expect("the operation")["parameters"][0].clone();
        json!([path, { "in": "query", "name": "limit", "required": required, "schema": schema }])
    };
    let cases = [
        ("/paths".to_owned(), "/v1/things/{id}", Value::Null, "the operation was removed"),
        (at("/paths/~1v1~1things~1{id}", ""), "put", Value::Null, "the operation was removed"),
        (PUT.to_owned(), "x-roles", json!(["opcc"]), "the role \"auditor\" may no longer call it"),
        (
            PUT.to_owned(),
            "parameters",
            json!([small_document().pointer(PUT).expect("the operation")["parameters"][0]]),
            "query limit was removed",
        ),
        (
            PUT.to_owned(),
            "parameters",
            query(json!({ "type": "integer", "maximum": 200 }), true),
            "query limit is now required",
        ),
        (
            PUT.to_owned(),
            "parameters",
            query(json!({ "type": "integer", "maximum": 50 }), false),
            "greatest number was 200",
        ),
        (PUT.to_owned(), "requestBody", Value::Null, "it no longer takes a body"),
        (at(PUT, "/requestBody/content"), "application/json", Value::Null, "application/json was removed"),
        (at(PUT, "/responses"), "200", Value::Null, "it no longer returns 200"),
        (at(PUT, "/responses/200/content"), "application/json", Value::Null, "application/json was removed"),
        (at(PUT, "/responses/200/headers"), "ETag", Value::Null, "the header ETag was removed"),
        (at(THING, "/properties"), "note", Value::Null, "/note was removed"),
        (THING.to_owned(), "required", json!(["id"]), "/state is no longer required"),
        (at(THING, "/properties"), "state", json!({ "type": "integer" }), "/state: the type was"),
        (at(THING, "/properties"), "state", json!({ "type": ["string", "null"] }), "/state: the type was"),
        (at(THING, "/properties"), "id", json!({ "type": "string", "format": "date" }), "the format was \"uuid\""),
        (at(PART, "/properties"), "n", json!({ "type": "string" }), "/parts/*/n: the type was"),
        (BODY.to_owned(), "required", json!(["name", "kind"]), "/kind is now required"),
        (at(BODY, "/properties"), "kind", Value::Null, "/kind was removed"),
        (at(BODY, "/properties/kind"), "enum", json!(["a", "c"]), "\"b\" is no longer accepted"),
        (at(BODY, "/properties/name"), "enum", json!(["x"]), "only some values are accepted now"),
        (at(BODY, "/properties/name"), "minLength", json!(2), "shortest text was 1 and is 2"),
        (at(BODY, "/properties/name"), "maxLength", json!(9), "longest text was 10 and is 9"),
        (at(BODY, "/properties/name"), "pattern", json!("^x$"), "the pattern is now"),
        (at(BODY, "/properties/name"), "format", json!("uri"), "the format is now"),
        (at(BODY, "/properties/at"), "anyOf", json!([{ "format": "date" }]), "the format is now"),
        (at(BODY, "/properties/count"), "type", json!("integer"), "/count: the type was"),
        (at(BODY, "/properties/count"), "minimum", json!(2), "least number was 1 and is 2"),
        (at(BODY, "/properties/count"), "maximum", json!(9), "greatest number was null and is 9"),
        (
            at(BODY, "/properties/move"),
            "oneOf",
            json!([{ "type": "object", "properties": { "action": { "type": "string", "enum": ["open"] } } }]),
            "action=close is no longer accepted",
        ),
    ];
    for (pointer, name, value, expected) in cases {
        let found = breaking_changes(&small_document(), &document_with(&[(&pointer, name, value)]));
        assert!(
            found.iter().any(|change| change.contains(expected)),
            "{pointer} {name}: {expected:?} is not among {found:?}"
        );
    }
    // An operation that was open to anyone, and one that required no body.
    let open = document_with(&[(PUT, "x-roles", Value::Null), (PUT, "requestBody", Value::Null)]);
    let found = breaking_changes(&open, &small_document());
    assert!(found.iter().any(|line| line.contains("it was open to anyone")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("it now requires a body")), "{found:?}");
    let open = document_with(&[(BODY, "additionalProperties", json!(true))]);
    assert_eq!(breaking_changes(&open, &small_document()).len(), 1, "undeclared members are now refused");
}

#[test]
fn each_harmless_change_is_accepted() {
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
        (BODY.to_owned(), "required", json!([])),
        (at(BODY, "/properties"), "new", json!({ "type": "string" })),
        (at(BODY, "/properties/kind"), "enum", json!(["a", "b", "c"])),
        (at(BODY, "/properties/kind"), "enum", Value::Null),
        (at(BODY, "/properties/name"), "maxLength", json!(20)),
        (at(BODY, "/properties/name"), "minLength", Value::Null),
        (at(BODY, "/properties/count"), "type", json!(["number", "null"])),
        (at(BODY, "/properties/move"), "oneOf", more),
    ];
    for (pointer, name, value) in cases {
        let found = breaking_changes(&small_document(), &document_with(&[(&pointer, name, value)]));
        assert!(found.is_empty(), "{pointer} {name}: {found:?}");
    }
}

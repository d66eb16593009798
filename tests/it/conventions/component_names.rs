//! The names of the components of the OpenAPI document. Generators make types of them, and of their members' names.

use std::collections::BTreeMap;

use section55::operations::{document, operations};
use serde_json::Value;

/// The names of types that languages and generators have of their own, in scope where a generated type would be, and words
/// that say nothing without another.
const RESERVED: &[&str] = &[
    // JavaScript, TypeScript and browsers.
    "Animation Array Blob Body Boolean Cache Client Comment Console Credential Crypto Date Document Element Error Event \
     EventSource EventTarget Exclude Extract File FileList FormData Function Headers History Image Intl Iterator JSON \
     Location Lock Lock Map Math Navigator Node Notification Number Object Omit Parameters Partial Path Permissions Pick \
     Plugin Position Promise Proxy Range Readonly Record Reflect RegExp Report Request Required Response ReturnType Screen \
     Selection Set Storage String Symbol Text Touch URL WeakMap Window Worker",
    // Python, typing, pydantic and attrs.
    "Any AuthenticatedClient BaseModel Bool Bytes Callable Counter Decimal Dict Enum Exception Field Final Generic \
     HTTPStatus Iterable List Literal Mapping None Optional Protocol RootModel Sequence Tuple Type UUID Union Unset Warning",
    // Java, Kotlin, C#, Go, Swift and Rust.
    "Action ApiClient ApiException Attribute Box Byte Char Character Class Codable Collection Comparable Configuration \
     Constructor Context Copy Data Default Delegate Double Drop Duration Err Float From Future Guid Hash Identifiable Index \
     Instant Int Integer Into Level Line Long MediaType Message Method Module Never Nullable Ok Option Order Override \
     Package Pair Process Result Rc Runtime Scope Self Send Short Sized Stream Sync System Task Thread Timer Unit Vec Version \
     Void",
    // Generators.
    "Api ApiResponse Model Models Param Params Query Schema Service Services Transport",
    // Words that are not qualified.
    "Branch Candidate Certificate Change Changes Confidence Consequences Content Correction Country Difference Entry Format \
     Headline Import Item Items Key Kind Language Link Links Marking Name Notice Operation Page Part Permission Place \
     Proposal Property Question Recipient Role Rule Section Session Side Sort Source State States Status Table Tag Target \
     Token Transaction Transition Transitions User Value Values View Workflows",
];

/// Returns a name as generators compare it: without case and without marks.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect()
}

/// Returns the name of the component to which a member refers, be it nullable or a list.
fn referred(schema: &Value) -> Option<&str> {
    let alternatives = schema["oneOf"].as_array().into_iter().flatten();
    let present: Vec<&Value> = alternatives.filter(|it| it["type"] != "null").collect();
    match (schema["$ref"].as_str(), present.as_slice()) {
        (Some(target), _) => target.rsplit('/').next(),
        (None, [only]) => referred(only),
        _ if schema["items"].is_object() => referred(&schema["items"]),
        _ => None,
    }
}

/// Adds the names that generators make of the members of an object: its own name and theirs, one after the other.
fn add_members(name: &str, schema: &Value, names: &mut BTreeMap<String, Vec<String>>) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        add_members(name, part, names);
    }
    for (member, value) in schema["properties"].as_object().into_iter().flatten() {
        let made = format!("{name}.{member}");
        // A member that refers to the component of the joined name means that very type.
        if referred(value).is_none_or(|target| plain(target) != plain(&made)) {
            names.entry(plain(&made)).or_default().push(made.clone());
        }
        add_members(&made, value, names);
        add_members(&format!("{made}.item"), &value["items"], names);
    }
}

#[test]
fn no_two_components_and_members_have_one_name_when_joined() {
    let document = document(&operations());
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (kind, suffix) in
        [("schemas", ""), ("parameters", "Parameter"), ("responses", "Response"), ("requestBodies", "Body")]
    {
        for (name, schema) in document["components"][kind].as_object().into_iter().flatten() {
            names.entry(plain(&format!("{name}{suffix}"))).or_default().push(format!("{kind}/{name}"));
            if kind == "schemas" {
                add_members(name, schema, &mut names);
            }
        }
    }
    let collisions: Vec<&Vec<String>> = names.values().filter(|made| made.len() > 1).collect();
    assert!(collisions.is_empty(), "give one of each another name: {collisions:#?}");
}

#[test]
fn no_component_has_a_name_that_languages_and_generators_use_themselves() {
    let document = document(&operations());
    let reserved: Vec<&str> = RESERVED.iter().flat_map(|words| words.split(' ')).collect();
    for kind in ["schemas", "parameters", "responses", "headers"] {
        for name in document["components"][kind].as_object().into_iter().flatten().map(|(name, _)| name) {
            let is_word = |name: &str| {
                name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
            };
            assert!(kind == "headers" || is_word(name), "{kind}/{name} is not one word of letters and digits");
            assert!(kind != "schemas" || !reserved.contains(&name.as_str()), "qualify the name {name}");
        }
    }
}

/// Fails the test for each enum, and for each alternative of a union, that is not a component.
fn assert_parts_are_named(at: &str, value: &Value) {
    match value {
        Value::Object(members) => {
            // An enum of one value needs no type.
            let values = members.get("enum").and_then(Value::as_array);
            assert!(values.is_none_or(|values| values.len() == 1), "{at}: an enum without a name");
            for keyword in ["oneOf", "anyOf"] {
                for branch in members.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                    let is_plain = branch.get("type").is_some() && branch.get("properties").is_none();
                    assert!(branch.get("$ref").is_some() || is_plain, "{at}: an alternative without a name: {branch}");
                }
            }
            members.iter().for_each(|(name, member)| assert_parts_are_named(&format!("{at}/{name}"), member));
        }
        Value::Array(items) => items.iter().for_each(|item| assert_parts_are_named(at, item)),
        _ => {}
    }
}

#[test]
fn every_enum_and_every_alternative_of_a_union_is_a_component() {
    let document = document(&operations());
    assert_parts_are_named("/paths", &document["paths"]);
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        for (keyword, part) in schema.as_object().expect("a schema").iter().filter(|(keyword, _)| *keyword != "enum") {
            let part = if name == "DateOrInstant" { &Value::Null } else { part };
            assert_parts_are_named(&format!("{name}/{keyword}"), part);
        }
        let branches = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_named = |branch: &Value| branch.get("$ref").is_some() || branch.get("const").is_some();
        assert!(branches.iter().all(is_named), "{name}: an alternative without a name");
    }
}

#[test]
fn a_transition_names_each_action_and_the_member_that_tells_them_apart() {
    let document = document(&operations());
    let schemas = &document["components"]["schemas"];
    let unions: Vec<(&String, &Value)> = schemas
        .as_object()
        .expect("schemas")
        .iter()
        .filter(|(name, schema)| name.ends_with("Transition") && schema["oneOf"].is_array())
        .collect();
    assert!(unions.len() >= 7, "{unions:#?}");
    for (name, schema) in unions {
        assert_eq!(schema["discriminator"]["propertyName"], "action", "{name}");
        let mapping = schema["discriminator"]["mapping"].as_object().expect("a mapping");
        assert_eq!(mapping.len(), schema["oneOf"].as_array().expect("a union").len(), "{name}");
        for (action, target) in mapping {
            let branch = document.pointer(target.as_str().expect("a reference").trim_start_matches('#'));
            let branch = branch.unwrap_or_else(|| panic!("{target} does not exist"));
            assert_eq!(branch["properties"]["action"]["const"], action.as_str(), "{target}");
            assert!(branch["description"].is_string(), "{target} has no description");
        }
    }
    assert_eq!(
        schemas["ResponseTransition"]["discriminator"]["mapping"]["invite"],
        "#/components/schemas/ResponseInvite"
    );
}

#[test]
fn no_header_is_a_constant_and_no_list_is_a_set() {
    fn keywords(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.keys().cloned());
                members.values().for_each(|member| keywords(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| keywords(item, found)),
            _ => {}
        }
    }
    let document = document(&operations());
    let (mut of_paths, mut of_schemas) = (Vec::new(), Vec::new());
    keywords(&document["paths"], &mut of_paths);
    keywords(&document["components"]["parameters"], &mut of_paths);
    keywords(&document["components"]["schemas"], &mut of_schemas);
    // openapi-python-client leaves out an operation with such a header; typescript-fetch makes a set that JSON cannot hold.
    assert!(!of_paths.iter().any(|keyword| keyword == "const"));
    assert!(!of_schemas.iter().any(|keyword| keyword == "uniqueItems"));
}

//! Names for every part of the document for which a generated client needs a type: the branches of unions, enums, and
//! types with parameters. A generator invents a name, such as `Action38`, where the document has none.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::json_schema::find_tag;
use crate::api::operation_doc::reference;

/// Names the parts of the schemas and of the operations' parameters, as components that both refer to.
pub(super) fn name_parts(schemas: &mut BTreeMap<String, Value>, paths: &mut Value) {
    name_types_with_parameters(schemas, paths);
    name_branches(schemas);
    lift_titled_parts(schemas, paths);
    name_enums_of_parameters(schemas, paths);
    refer_to_equal_components(schemas, paths);
    for schema in schemas.values_mut() {
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("title");
        }
        visit(schema, &mut make_constant);
        visit(schema, &mut leave_out_names_of_members);
        visit(schema, &mut remove_uniqueness);
    }
}

/// Converts `snake_case`, `kebab-case` and paths into one word with capitals, such as `SnakeCase`.
pub(super) fn joined(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(|part| format!("{}{}", part[..1].to_uppercase(), &part[1..])).collect()
}

/// Calls a function for every object of a value, from outside to inside.
pub(super) fn visit(value: &mut Value, act: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            act(members);
            members.values_mut().for_each(|member| visit(member, act));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, act)),
        _ => {}
    }
}

/// Renames `Fact_Vec_String`, as utoipa writes it, to `TextListFact`.
fn name_types_with_parameters(schemas: &mut BTreeMap<String, Value>, paths: &mut Value) {
    let name_of = |name: &str| {
        let (outer, argument) = name.split_once('_')?;
        let (argument, list) = argument.strip_prefix("Vec_").map_or((argument, ""), |item| (item, "List"));
        let argument = match argument {
            "String" => "Text",
            "bool" => "Flag",
            other => other,
        };
        Some(format!("{argument}{list}{outer}"))
    };
    let renamed: Vec<(String, String)> =
        schemas.keys().filter_map(|name| Some((name.clone(), name_of(name)?))).collect();
    let mut rename_references = |members: &mut Map<String, Value>| {
        let target = members.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit('/').next());
        if let Some((_, name)) = renamed.iter().find(|(old, _)| Some(old.as_str()) == target) {
            members.extend(into_members(reference(name)));
        }
    };
    schemas.values_mut().for_each(|schema| visit(schema, &mut rename_references));
    visit(paths, &mut rename_references);
    for (old, name) in &renamed {
        let schema = schemas.remove(old).unwrap_or_default();
        add(schemas, name.clone(), schema);
    }
}

/// Makes a component of each branch of a union that a tag tells apart: the branch `invite` of `ResponseTransition` is
/// `ResponseInvite`. The tag becomes the discriminator.
fn name_branches(schemas: &mut BTreeMap<String, Value>) {
    let unions: Vec<String> =
        schemas.iter().filter(|(_, schema)| schema["oneOf"].is_array()).map(|(name, _)| name.clone()).collect();
    for union in unions {
        let branches = schemas[&union]["oneOf"].as_array().cloned().unwrap_or_default();
        let tags: Option<Vec<(String, String, &Value)>> = branches.iter().map(find_tag).collect();
        let Some(tags) = tags.filter(|tags| !tags.is_empty()) else { continue };
        let prefix = union.strip_suffix("Transition").unwrap_or(&union);
        let mut mapping = Map::new();
        let mut references = Vec::new();
        for (_, value, branch) in &tags {
            let name = format!("{prefix}{}", joined(value));
            let reference = reference(&name);
            mapping.insert(value.clone(), reference["$ref"].clone());
            references.push(reference);
            add(schemas, name, (*branch).clone());
        }
        if let Some(schema) = schemas.get_mut(&union) {
            schema["oneOf"] = json!(references);
            schema["discriminator"] = json!({ "propertyName": tags[0].0, "mapping": mapping });
        }
    }
}

/// Makes a component of each part of a schema or parameter that has a title, under this title.
fn lift_titled_parts(schemas: &mut BTreeMap<String, Value>, paths: &mut Value) {
    let mut found = Vec::new();
    let mut lift = |members: &mut Map<String, Value>| {
        // The properties of an object may include one of the name `title`, which is no text.
        let Some(Value::String(title)) = members.get("title") else { return };
        let reference = reference(title);
        let title = title.clone();
        // The description stays with the component: in a union, openapi-generator does not import a type whose reference has
        // a description.
        let default = members.remove_entry("default");
        found.push((title, Value::Object(std::mem::take(members))));
        members.extend(into_members(reference));
        members.extend(default);
    };
    for members in schemas.values_mut().filter_map(Value::as_object_mut) {
        members.values_mut().for_each(|member| visit(member, &mut lift));
    }
    visit(paths, &mut lift);
    for (name, schema) in found {
        add(schemas, name, schema);
    }
}

/// Makes a component of each other enum of a parameter, named after the operation's tag and the parameter, unless a
/// component has the same values.
fn name_enums_of_parameters(schemas: &mut BTreeMap<String, Value>, paths: &mut Value) {
    for operation in operations_mut(paths) {
        let tag = operation["tags"][0].as_str().unwrap_or_default().to_owned();
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let name = joined(&format!("{tag}_{}", parameter["name"].as_str().unwrap_or_default()));
            let schema = &mut parameter["schema"];
            let schema = if schema.get("items").is_some() { &mut schema["items"] } else { schema };
            let Some(values) = schema["enum"].as_array().filter(|values| values.len() > 1) else { continue };
            let has_values = |other: &Value| {
                other["enum"].as_array().is_some_and(|other| {
                    other.len() == values.len() && other.iter().all(|value| values.contains(value))
                })
            };
            let existing = schemas.iter().find(|(_, other)| has_values(other)).map(|(name, _)| name.clone());
            let default = schema.as_object_mut().and_then(|members| members.remove("default"));
            let named = existing.unwrap_or_else(|| {
                add(schemas, name.clone(), schema.clone());
                name
            });
            *schema = reference(&named);
            if let Some(default) = default {
                schema["default"] = default;
            }
        }
    }
}

/// Replaces each schema inside another that equals a component by a reference to the component.
fn refer_to_equal_components(schemas: &mut BTreeMap<String, Value>, paths: &mut Value) {
    let is_named = |schema: &Value| ["enum", "oneOf", "properties"].iter().any(|name| schema.get(*name).is_some());
    let components: BTreeMap<String, String> = schemas
        .iter()
        .filter(|(_, schema)| is_named(schema))
        .map(|(name, schema)| (shape(schema.as_object().unwrap_or(&Map::new())), name.clone()))
        .collect();
    let mut refer = |members: &mut Map<String, Value>| {
        let keywords = ["enum", "oneOf", "properties"];
        if keywords.iter().all(|name| !members.contains_key(*name)) {
            return;
        }
        if let Some(name) = components.get(&shape(members)) {
            let description =
                members.remove_entry("description").filter(|(_, text)| *text != schemas[name]["description"]);
            members.clear();
            members.extend(into_members(reference(name)));
            members.extend(description);
        }
    };
    visit(paths, &mut refer);
    let mut changed = schemas.clone();
    for members in changed.values_mut().filter_map(Value::as_object_mut) {
        members.values_mut().for_each(|member| visit(member, &mut refer));
    }
    *schemas = changed;
}

/// Returns a schema as text, without what does not change the values that it accepts.
fn shape(members: &Map<String, Value>) -> String {
    let kept = members.iter().filter(|(name, _)| !["description", "title", "default"].contains(&name.as_str()));
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect()).to_string()
}

/// Writes an enum of one value as a constant, for which no type needs to be made. Parameters keep the enum: openapi-python-client
/// leaves out an operation whose header is a constant.
fn make_constant(members: &mut Map<String, Value>) {
    if let Some(Value::Array(values)) = members.get("enum")
        && let [only @ Value::String(_)] = values.as_slice()
    {
        let only = only.clone();
        members.remove("enum");
        members.insert("const".to_owned(), only);
    }
}

/// Leaves out that the names of an object's members are texts: all names in JSON are.
fn leave_out_names_of_members(members: &mut Map<String, Value>) {
    if members.get("propertyNames") == Some(&json!({ "type": "string" })) {
        members.remove("propertyNames");
    }
}

/// Removes `uniqueItems`, of which typescript-fetch makes a set that JSON cannot hold. Descriptions say it in words, and requests
/// are checked for it.
fn remove_uniqueness(members: &mut Map<String, Value>) {
    if members.get("uniqueItems").is_some_and(Value::is_boolean) {
        members.remove("uniqueItems");
    }
}

/// Adds a component.
///
/// # Panics
///
/// Panics if another schema has this name.
fn add(schemas: &mut BTreeMap<String, Value>, name: String, schema: Value) {
    if let Some(other) = schemas.get(&name) {
        let shape = |schema: &Value| schema.as_object().map(self::shape);
        assert!(shape(other) == shape(&schema), "two different schemas have the name {name}");
        return;
    }
    schemas.insert(name, schema);
}

/// Returns every operation of the paths.
pub(super) fn operations_mut(paths: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut)
}

fn into_members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

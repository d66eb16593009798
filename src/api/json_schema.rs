//! Validation of JSON values against the schemas that the OpenAPI document publishes. All faults of a value are
//! reported at once, and the document cannot state a rule that the service does not enforce.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind as ErrorKind};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::expected_types::{is_type_error_at, list_types};
use super::json_lengths::shorten_lists;
use super::operation_doc::OperationDoc;
use super::problem::{Fault, FaultList, Problem, escape, quote};
use super::text;

/// A type that a request body can be deserialized into.
pub trait Input: DeserializeOwned + ToSchema + 'static {}
impl<T: DeserializeOwned + ToSchema + 'static> Input for T {}

/// Validates a value against the schema of `T` and deserializes it. Returns the faults found, after those in `faults`.
/// Lists that are too long come first, and the items beyond their limit are not examined.
///
/// # Errors
///
/// Returns a 500 if the schema of `T` cannot be compiled.
pub fn validate_json<T: Input>(mut value: Value, mut faults: FaultList) -> Result<Result<T, FaultList>, Problem> {
    let schema = CompiledSchema::of::<T>()?;
    let too_long = schema.shorten_lists(&mut value);
    // The schema's limit is more exact than the parser's.
    faults.remove_if(|fault| fault.code == "too_many" && too_long.first().iter().any(|it| it.pointer == fault.pointer));
    faults.append(too_long);
    schema.add_faults(&value, &mut faults);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    // A type can have rules that its schema does not state.
    Ok(serde_path_to_error::deserialize(&value).map_err(|error| {
        let parts = error.path().iter();
        let pointer = parts.fold(String::new(), |pointer, part| format!("{pointer}/{}", escape(&part.to_string())));
        Fault::body(pointer, "invalid_value", error.inner().to_string()).into()
    }))
}

/// Adds the schema of `T` to the documentation of an operation and returns a reference to it. Its objects accept only
/// the members that they declare.
pub(super) fn add_input_schema<T: ToSchema>(doc: &mut OperationDoc) -> Value {
    let reference = doc.schema::<T>();
    doc.schemas.values_mut().for_each(forbid_other_members);
    reference
}

fn forbid_other_members(schema: &mut Value) {
    for branch in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        forbid_other_members(branch);
    }
    if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = json!(false);
    }
}

/// The maximum number of names that the fault of an unknown field lists.
const MAX_NAMES: usize = 20;

/// A compiled schema. A type with a tag, such as `action`, has one schema for each value of the tag. The faults then
/// concern the variant that the client meant.
enum CompiledSchema {
    Plain(Box<ObjectSchema>),
    Tagged { tag: String, variants: Vec<(String, ObjectSchema)> },
}

/// A schema with its components, and the validator that was compiled from it.
struct ObjectSchema {
    schema: Value,
    validator: Validator,
}

impl CompiledSchema {
    /// Returns the schema of a type, compiled on first use.
    fn of<T: Input>() -> Result<Arc<Self>, Problem> {
        static COMPILED: LazyLock<RwLock<HashMap<TypeId, Arc<CompiledSchema>>>> = LazyLock::new(RwLock::default);
        let cached = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<T>()).cloned();
        if let Some(cached) = cached {
            return Ok(cached);
        }
        let compiled = Arc::new(Self::compile::<T>().map_err(Problem::internal)?);
        COMPILED.write().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), compiled.clone());
        Ok(compiled)
    }

    fn compile<T: Input>() -> Result<Self, ValidationError<'static>> {
        let mut doc = OperationDoc::default();
        add_input_schema::<T>(&mut doc);
        let schemas: Map<String, Value> = doc.schemas.into_iter().collect();
        let schema = schemas.get(T::name().as_ref()).cloned().unwrap_or_default();
        let compile = |mut schema: Value| {
            schema["components"] = json!({ "schemas": schemas });
            refuse_user_names(&mut schema);
            let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema)?;
            Ok::<_, ValidationError<'static>>(ObjectSchema { schema, validator })
        };
        let variants = schema.get("oneOf").and_then(Value::as_array);
        let tagged: Option<Vec<(String, String, &Value)>> =
            variants.and_then(|variants| variants.iter().map(find_tag).collect());
        match tagged {
            Some(tagged) if !tagged.is_empty() => Ok(Self::Tagged {
                tag: tagged[0].0.clone(),
                variants: tagged
                    .into_iter()
                    .map(|(_, value, variant)| Ok((value, compile(variant.clone())?)))
                    .collect::<Result<_, ValidationError<'static>>>()?,
            }),
            _ => Ok(Self::Plain(Box::new(compile(schema)?))),
        }
    }

    /// Shortens the lists of a value that are too long, and returns a fault for each.
    fn shorten_lists(&self, value: &mut Value) -> FaultList {
        self.schema_of(value).map_or_else(|_| FaultList::default(), |schema| shorten_lists(&schema.schema, value))
    }

    /// Adds every fault of a value.
    fn add_faults(&self, value: &Value, faults: &mut FaultList) {
        match self.schema_of(value) {
            Err(fault) => faults.add(*fault),
            Ok(ObjectSchema { schema, validator }) => {
                validator.iter_errors(value).for_each(|error| add_faults(&error, schema, faults));
            }
        }
    }

    /// Returns the schema for a value, or the fault of its tag.
    fn schema_of(&self, value: &Value) -> Result<&ObjectSchema, Box<Fault>> {
        let (tag, variants) = match self {
            Self::Plain(schema) => return Ok(schema),
            Self::Tagged { tag, variants } => (tag, variants),
        };
        let sent = value.get(tag).and_then(Value::as_str);
        variants.iter().find(|(name, _)| Some(name.as_str()) == sent).map(|(_, schema)| schema).ok_or_else(|| {
            let names: Vec<&str> = variants.iter().map(|(name, _)| name.as_str()).collect();
            let names = names.join(", ");
            let (code, detail) = match value.get(tag) {
                None => ("required", format!("`{tag}` is required and must be one of: {names}.")),
                Some(_) => ("unknown_value", format!("`{tag}` must be one of: {names}.")),
            };
            Box::new(Fault::body(format!("/{tag}"), code, detail))
        })
    }
}

/// Returns the tag of a variant: the name and value of the property that accepts one value only.
pub(super) fn find_tag(variant: &Value) -> Option<(String, String, &Value)> {
    variant.get("properties")?.as_object()?.iter().find_map(|(name, property)| {
        let values = property.get("enum")?.as_array()?;
        let [Value::String(only)] = values.as_slice() else { return None };
        Some((name.clone(), only.clone(), variant))
    })
}

/// Converts one violation of the schema into faults with pointers.
fn add_faults(error: &ValidationError<'_>, schema: &Value, faults: &mut FaultList) {
    let pointer = error.instance_path().to_string();
    let (code, detail) = match error.kind() {
        ErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let pointer = format!("{pointer}/{}", escape(name));
            faults.add(Fault::body(pointer, "required", format!("`{name}` is required.")));
            return;
        }
        ErrorKind::AdditionalProperties { unexpected } => {
            let fields = list_fields(error, schema);
            for (count, name) in unexpected.iter().enumerate() {
                faults.add_with(|| {
                    let mut detail = format!("{} is not a field of this object.", quote(name));
                    // The faults of an object with very many unknown fields must not repeat the list each time.
                    if count < MAX_NAMES {
                        detail.push_str(&fields);
                    }
                    Fault::body(format!("{pointer}/{}", escape(name)), "unknown_field", detail)
                });
            }
            return;
        }
        // A nullable value or a choice of schemas: the alternative with the fewest errors states what is wrong.
        ErrorKind::OneOfNotValid { context } | ErrorKind::AnyOf { context } => {
            let candidates = context.iter().filter(|errors| !errors.iter().any(|e| is_type_error_at(e, &pointer)));
            if let Some(errors) = candidates.min_by_key(|errors| errors.len()) {
                errors.iter().for_each(|error| add_faults(error, schema, faults));
                return;
            }
            ("wrong_type", format!("The value must be of type {}.", list_types(context, &pointer)))
        }
        ErrorKind::Type { .. } => ("wrong_type", message(error)),
        ErrorKind::Enum { options } => ("unknown_value", format!("The value must be one of {options}.")),
        ErrorKind::Format { format } => {
            let value = error.instance().as_str().map_or_else(|| "The value".to_owned(), quote);
            ("wrong_format", format!("{value} is not {}", expected_format(format)))
        }
        ErrorKind::Pattern { pattern } => {
            match error.instance().as_str().map(|value| (value, text::pattern_fault(pattern, value))) {
                // `minLength` already reports an empty text.
                Some(("", Some(_))) => return,
                Some((_, Some((code, detail)))) => (code, detail.to_owned()),
                _ if pattern == WEB_ADDRESS_WITHOUT_USER => ("wrong_format", NOT_A_WEB_ADDRESS.to_owned()),
                _ => ("wrong_format", message(error)),
            }
        }
        ErrorKind::MinLength { limit } => ("too_short", format!("The text must have at least {}.", characters(*limit))),
        ErrorKind::MaxLength { limit } => ("too_long", format!("The text must have at most {}.", characters(*limit))),
        ErrorKind::MinItems { limit } => ("too_few", format!("The list must have at least {}.", count_items(*limit))),
        ErrorKind::MaxItems { limit } => ("too_many", format!("The list must have at most {}.", count_items(*limit))),
        ErrorKind::UniqueItems => ("not_unique", "The list must not contain the same item twice.".to_owned()),
        ErrorKind::Minimum { limit } => ("too_small", format!("The value must be at least {limit}.")),
        ErrorKind::Maximum { limit } => ("too_large", format!("The value must be at most {limit}.")),
        _ => ("invalid_value", message(error)),
    };
    faults.add(Fault::body(pointer, code, detail));
}

/// Returns a sentence that lists the fields which the object of an unknown field has, or an empty text.
fn list_fields(error: &ValidationError<'_>, schema: &Value) -> String {
    // The path ends with `/additionalProperties`: the object's schema is the value around that keyword.
    let path = error.schema_path().to_string();
    let object = path.rsplit_once('/').and_then(|(object, _)| schema.pointer(object));
    let Some(properties) = object.and_then(|object| object["properties"].as_object()) else { return String::new() };
    let names: Vec<&str> = properties.keys().take(MAX_NAMES).map(String::as_str).collect();
    let more = if properties.len() > MAX_NAMES { " and others" } else { "" };
    format!(" The fields are: {}{more}.", names.join(", "))
}

/// The pattern of addresses on the web in the document.
const WEB_ADDRESS: &str = "^https?://";
/// The pattern that such addresses must match. A user name before the host would let an address pretend to be another's
/// (`https://hmicfrs.example@other.example/`).
const WEB_ADDRESS_WITHOUT_USER: &str = "^https?://[^/?#@]*([/?#]|$)";

/// The detail for a text that does not match it.
const NOT_A_WEB_ADDRESS: &str =
    "The address must begin with https:// or http://, and must not contain a user name or password.";

/// Replaces the pattern of each address on the web below a schema by the stricter one.
fn refuse_user_names(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("pattern").and_then(Value::as_str) == Some(WEB_ADDRESS) {
                members.insert("pattern".to_owned(), WEB_ADDRESS_WITHOUT_USER.into());
            }
            members.values_mut().for_each(refuse_user_names);
        }
        Value::Array(items) => items.iter_mut().for_each(refuse_user_names),
        _ => {}
    }
}

/// Returns the end of the sentence "… is not …" for a format, with an example.
fn expected_format(format: &str) -> String {
    match format {
        "date" => "a valid date. Write it as YYYY-MM-DD, such as 2026-11-24.",
        "date-time" => {
            "a valid date and time. Write it with its offset from UTC (RFC 3339), such as 2026-11-24T09:30:00Z."
        }
        "uuid" => "a valid id. Write it as a UUID with hyphens, such as 01939e2c-7b10-7c3a-9f52-6d1e8a4b0c11.",
        "uri" => "a valid URI. Write it with its scheme, such as https://www.example.org/report.",
        _ => return format!("a valid {format}."),
    }
    .to_owned()
}

/// Returns the validator's message without the value that the client sent, which may be long.
fn message(error: &ValidationError<'_>) -> String {
    format!("{}.", error.masked_with("The value"))
}

fn characters(count: u64) -> String {
    format!("{count} character{}", if count == 1 { "" } else { "s" })
}

/// Returns a number of items, such as `2 items`.
pub(super) fn count_items(count: u64) -> String {
    format!("{count} item{}", if count == 1 { "" } else { "s" })
}

//! A fact: a value, how sure it is, and the place that it comes from.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::__dev::ComposeSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use crate::imports::document::Place;

crate::vocabulary! {
    /// How a value was found.
    pub enum Confidence as ("FactConfidence") {
        /// The file states the value.
        Printed = "printed",
        /// The value follows from other words of the file.
        Inferred = "inferred",
        /// A person gave the value.
        Answered = "answered",
        /// The file does not state the value.
        Missing = "missing",
    }
}

/// A value that was read in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact<T> {
    /// The value; null if missing or removed.
    pub value: Option<T>,
    /// How the value was found.
    pub confidence: Confidence,
    /// The first place that the value comes from, and its words there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Source>,
}

/// The schema of a fact whose value is a day. utoipa takes a day in angle brackets for a text.
#[derive(Debug)]
pub enum DayFact {}

/// Returns the schema of a fact whose value has this schema, or is null.
fn schema_of(value: &RefOr<Schema>) -> RefOr<Schema> {
    let reference = |name: Cow<'static, str>| json!({ "$ref": format!("#/components/schemas/{name}") });
    let schema = json!({
        "type": "object",
        "description": "A value that was read in a file.",
        "required": ["value", "confidence"],
        "properties": {
            "value": {
                "description": "The value; null if missing or removed.",
                "oneOf": [value, { "type": "null" }],
            },
            "confidence": reference(Confidence::name()),
            "from": reference(Source::name()),
        },
    });
    serde_json::from_value(schema).expect("the schema of a fact is valid")
}

// utoipa makes the schema of a type with parameters from the schemas of its arguments.
impl<T> ComposeSchema for Fact<T> {
    fn compose(arguments: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let any = || serde_json::from_value(json!({})).expect("an empty schema is valid");
        schema_of(&arguments.into_iter().next().unwrap_or_else(any))
    }
}

impl<T: ToSchema> ToSchema for Fact<T> {
    fn name() -> Cow<'static, str> {
        "Fact".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
        add_schemas(schemas);
    }
}

impl PartialSchema for DayFact {
    fn schema() -> RefOr<Schema> {
        let day = serde_json::from_value(json!({ "type": "string", "format": "date" }));
        schema_of(&day.expect("the schema of a day is valid"))
    }
}

impl ToSchema for DayFact {
    fn name() -> Cow<'static, str> {
        "Fact_Day".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        add_schemas(schemas);
    }
}

/// Adds the schemas to which the schema of a fact refers.
fn add_schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((Confidence::name().into_owned(), Confidence::schema()));
    schemas.push((Source::name().into_owned(), Source::schema()));
    Source::schemas(schemas);
}

/// A place in the file, and the words there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FactSource)]
pub struct Source {
    /// The place.
    #[serde(flatten)]
    pub place: Place,
    /// The words as printed. A long text is cut.
    pub text: String,
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self { value: None, confidence: Confidence::Missing, from: None }
    }
}

impl<T> Fact<T> {
    /// Creates a fact that the file states.
    pub fn printed(value: T, place: &Place, text: &str) -> Self {
        Self { value: Some(value), confidence: Confidence::Printed, from: Some(Source::new(place, text)) }
    }

    /// Creates a fact that follows from the words at a place.
    pub fn inferred(value: T, place: &Place, text: &str) -> Self {
        Self { value: Some(value), confidence: Confidence::Inferred, from: Some(Source::new(place, text)) }
    }

    /// Creates a fact that follows from no particular place, such as a default.
    pub fn assumed(value: T) -> Self {
        Self { value: Some(value), confidence: Confidence::Inferred, from: None }
    }

    /// Returns the value.
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Returns true if a person gave or removed the value.
    pub fn is_answered(&self) -> bool {
        self.confidence == Confidence::Answered
    }
}

impl Source {
    /// The most characters of a source's words.
    const MAX_CHARACTERS: usize = 300;

    /// Creates a source. Cuts its words if they are long.
    pub fn new(place: &Place, text: &str) -> Self {
        let mut words: String = text.chars().take(Self::MAX_CHARACTERS).collect();
        if words.len() < text.len() {
            words.push('…');
        }
        Self { place: place.clone(), text: words }
    }
}

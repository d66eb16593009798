//! Request bodies: read with a limit, strictly, then held against the very schema the OpenAPI publishes, so that every
//! fault is named at once and the document cannot say what the service does not enforce.

use std::any::TypeId;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev, web};
use aws_lc_rs::digest;
use futures_util::StreamExt;
use jsonschema::error::{ValidationError, ValidationErrorKind as Broken};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::describe::Doc;
use super::idempotency::BodyDigest;
use super::problem::{Fault, Kind, Problem, escape};
use super::signature::Argument;
use super::strict_json;
use super::text;

/// The largest body read, in bytes: larger than any one text, so that a text too long is told with its pointer.
pub const LIMIT: usize = 2 * 1024 * 1024;

/// A type that a body can be read into.
pub trait Input: DeserializeOwned + ToSchema + 'static {}
impl<T: DeserializeOwned + ToSchema + 'static> Input for T {}

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A plain text body in UTF-8, a byte order mark taken off.
#[derive(Debug)]
pub struct Text(pub String);

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

impl<T: Input> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Reading<Self>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let media = media_type(request);
        let fits = media == "application/json"
            || (media == "application/merge-patch+json" && request.method() == Method::PATCH);
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !fits {
                return Err(unsupported(&media, "application/json"));
            }
            let bytes = collect(&request, payload).await?;
            let (value, faults) = strict_json::read(&bytes)?;
            held(&value, faults)?.map(Body).map_err(Problem::invalid)
        })
    }
}

/// A value held against the schema of a type, and made into it; the faults found before are told with those found here.
pub fn held<T: Input>(value: &Value, mut faults: Vec<Fault>) -> Result<Result<T, Vec<Fault>>, Problem> {
    faults.extend(Schema::of::<T>()?.faults(value));
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    // The schema has passed it; what only the type knows is a fault all the same.
    Ok(serde_path_to_error::deserialize(value).map_err(|error| {
        let at = error.path().iter().fold(String::new(), |at, part| format!("{at}/{}", escape(&part.to_string())));
        vec![Fault::body(at, "invalid_value", error.inner().to_string())]
    }))
}

impl<T: Input> Argument for Body<T> {
    fn describe(doc: &mut Doc) {
        let reference = doc.schema::<T>();
        for schema in doc.schemas.values_mut() {
            close(schema);
        }
        let media = ["application/json", "application/merge-patch+json"];
        doc.body(if doc.patches { &media } else { &media[..1] }, reference);
        doc.problem(Kind::Invalid);
    }
}

impl FromRequest for Text {
    type Error = Problem;
    type Future = Reading<Self>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media = media_type(&request);
            if media != "text/plain" {
                return Err(unsupported(&media, "text/plain"));
            }
            let text = String::from_utf8(collect(&request, payload).await?).map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                let detail = format!("Line {line} is not UTF-8.");
                Problem::with_faults(Kind::Malformed, vec![Fault::body(format!("/{line}"), "not_utf8", detail)])
            })?;
            Ok(Self(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
        })
    }
}

impl Argument for Text {
    fn describe(doc: &mut Doc) {
        doc.body(&["text/plain"], json!({ "type": "string" }));
        doc.problem(Kind::Invalid);
    }
}

/// The media type of the body, in lower case and without its parameters; empty where none is named.
pub(crate) fn media_type(request: &HttpRequest) -> String {
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body of a media type that the operation does not read.
pub(crate) fn unsupported(given: &str, wanted: &str) -> Problem {
    let given = if given.is_empty() { "no Content-Type".to_owned() } else { format!("Content-Type {given}") };
    let accepts = header::HeaderValue::from_str(wanted).unwrap_or(header::HeaderValue::from_static("application/json"));
    Problem::new(Kind::UnsupportedMediaType, format!("The body came with {given}; this operation reads {wanted}."))
        .header(header::ACCEPT, accepts)
}

async fn collect(request: &HttpRequest, payload: dev::Payload) -> Result<Vec<u8>, Problem> {
    let too_large = || Problem::new(Kind::TooLarge, format!("A body may have {LIMIT} bytes."));
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > LIMIT) {
        return Err(too_large());
    }
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(Kind::UnsupportedMediaType, "Bodies are read without Content-Encoding."));
    }
    let mut payload = web::Payload::from_request(request, &mut { payload }).await.map_err(Problem::internal)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::new(Kind::Malformed, format!("The body broke off: {error}.")))?;
        if bytes.len() + chunk.len() > LIMIT {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    let read = digest::digest(&digest::SHA256, &bytes);
    request.extensions_mut().insert(BodyDigest(read.as_ref().try_into().map_err(Problem::internal)?));
    Ok(bytes)
}

/// An object that a caller sends holds what is declared and nothing else.
fn close(schema: &mut Value) {
    for branch in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        close(branch);
    }
    if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = json!(false);
    }
}

/// A compiled schema; where a type is told apart by a tag (`action`), one for each tag, so that faults are precise.
enum Schema {
    Plain(Box<jsonschema::Validator>),
    Tagged { tag: String, branches: Vec<(String, jsonschema::Validator)> },
}

impl Schema {
    /// The schema of a type, compiled at its first use.
    fn of<T: Input>() -> Result<Arc<Self>, Problem> {
        static COMPILED: LazyLock<RwLock<HashMap<TypeId, Arc<Schema>>>> = LazyLock::new(RwLock::default);
        let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<T>()).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let compiled = Arc::new(Self::compile::<T>().map_err(Problem::internal)?);
        COMPILED.write().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), compiled.clone());
        Ok(compiled)
    }

    fn compile<T: Input>() -> Result<Self, ValidationError<'static>> {
        let mut doc = Doc::default();
        Body::<T>::describe(&mut doc);
        let schemas: Map<String, Value> = doc.schemas.into_iter().collect();
        let whole = schemas.get(T::name().as_ref()).cloned().unwrap_or_default();
        let validator = |mut schema: Value| {
            schema["components"] = json!({ "schemas": schemas });
            jsonschema::draft202012::options().should_validate_formats(true).build(&schema)
        };
        let branches = whole.get("oneOf").and_then(Value::as_array);
        let tagged: Option<Vec<(String, String, &Value)>> =
            branches.and_then(|branches| branches.iter().map(|branch| tag_of(branch)).collect());
        match tagged {
            Some(tagged) if !tagged.is_empty() => Ok(Self::Tagged {
                tag: tagged[0].0.clone(),
                branches: tagged
                    .into_iter()
                    .map(|(_, value, branch)| Ok((value, validator(branch.clone())?)))
                    .collect::<Result<_, ValidationError<'static>>>()?,
            }),
            _ => Ok(Self::Plain(Box::new(validator(whole)?))),
        }
    }

    /// Every fault of a value at once.
    fn faults(&self, value: &Value) -> Vec<Fault> {
        let validator = match self {
            Self::Plain(validator) => validator,
            Self::Tagged { tag, branches } => {
                let given = value.get(tag).and_then(Value::as_str);
                match branches.iter().find(|(known, _)| Some(known.as_str()) == given) {
                    Some((_, validator)) => validator,
                    None => {
                        let known: Vec<&str> = branches.iter().map(|(known, _)| known.as_str()).collect();
                        let (code, at) = match value.get(tag) {
                            None => ("required", "is needed"),
                            Some(_) => ("unknown_value", "is not one that exists"),
                        };
                        let detail = format!("{tag} {at}; there are: {}.", known.join(", "));
                        return vec![Fault::body(format!("/{tag}"), code, detail)];
                    }
                }
            }
        };
        let mut faults = Vec::new();
        for error in validator.iter_errors(value) {
            tell(&error, &mut faults);
        }
        faults
    }
}

/// The name and the one value of the property that tells a branch apart.
fn tag_of(branch: &Value) -> Option<(String, String, &Value)> {
    branch.get("properties")?.as_object()?.iter().find_map(|(name, property)| {
        let values = property.get("enum")?.as_array()?;
        let [Value::String(only)] = values.as_slice() else { return None };
        Some((name.clone(), only.clone(), branch))
    })
}

/// One breach of the schema as faults, each with the pointer that a client needs.
fn tell(error: &ValidationError<'_>, faults: &mut Vec<Fault>) {
    let at = error.instance_path().to_string();
    let (code, detail) = match error.kind() {
        Broken::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            faults.push(Fault::body(format!("{at}/{}", escape(name)), "required", format!("{name} is needed.")));
            return;
        }
        Broken::AdditionalProperties { unexpected } => {
            faults.extend(unexpected.iter().map(|name| {
                Fault::body(
                    format!("{at}/{}", escape(name)),
                    "unknown_field",
                    format!("There is no field {name:?} here."),
                )
            }));
            return;
        }
        // A nullable or alternative value: the alternative it comes nearest to says what is wrong.
        Broken::OneOfNotValid { context } | Broken::AnyOf { context } => {
            let nearest = context.iter().filter(|errors| !errors.iter().any(|e| is_bare_type(e, &at)));
            if let Some(errors) = nearest.min_by_key(|errors| errors.len()) {
                errors.iter().for_each(|error| tell(error, faults));
                return;
            }
            ("wrong_type", "This has the wrong type of value.".to_owned())
        }
        Broken::Type { .. } => ("wrong_type", format!("This has the wrong type: {}.", without_value(error))),
        Broken::Enum { options } => ("unknown_value", format!("This is none of {options}.")),
        Broken::Format { format } => ("wrong_format", format!("This is not a {format}.")),
        Broken::Pattern { pattern } => match error.instance().as_str().map(|text| (text, text::told(pattern, text))) {
            // That it is too short is told already.
            Some(("", Some(_))) => return,
            Some((_, Some((code, detail)))) => (code, detail.to_owned()),
            _ => ("wrong_format", without_value(error)),
        },
        Broken::MinLength { limit } => ("too_short", format!("At least {limit} characters are needed.")),
        Broken::MaxLength { limit } => ("too_long", format!("At most {limit} characters are taken.")),
        Broken::MinItems { limit } => ("too_few", format!("At least {limit} are needed.")),
        Broken::MaxItems { limit } => ("too_many", format!("At most {limit} are taken.")),
        Broken::UniqueItems => ("not_unique", "One stands here twice.".to_owned()),
        Broken::Minimum { limit } => ("too_small", format!("The least is {limit}.")),
        Broken::Maximum { limit } => ("too_large", format!("The most is {limit}.")),
        _ => ("invalid_value", without_value(error)),
    };
    faults.push(Fault::body(at, code, detail));
}

fn is_bare_type(error: &ValidationError<'_>, at: &str) -> bool {
    matches!(error.kind(), Broken::Type { .. }) && error.instance_path().to_string() == at
}

/// The validator's own words without the caller's value, which may be long.
fn without_value(error: &ValidationError<'_>) -> String {
    error.masked_with("the value").to_string()
}

//! `expand=`: related records in a record's own place, one level deep. Which there are is one table; what finds them is
//! told to the application when it starts.

use std::pin::Pin;

use actix_web::{HttpMessage, HttpRequest, web};
use serde::Serialize;
use serde_json::{Value, json};

use super::describe::{Doc, reference};
use super::extract::parameter;
use super::problem::{Fault, Kind, Problem};
use super::response;

/// A way from a record to those that belong to it.
#[derive(Debug)]
pub struct Expansion {
    /// The schema of the records it starts from.
    pub of: &'static str,
    /// The member that holds what was found, and the word that asks for it.
    pub name: &'static str,
    /// The schema of what is found.
    pub gives: &'static str,
    /// Whether it is a list; else one record, or null.
    pub many: bool,
    /// Which members must be equal: the record's, and the found one's. The first holds an id.
    pub by: &'static [(&'static str, &'static str)],
    /// Whether only those of the caller's own areas are found.
    pub own: bool,
    /// What it means.
    pub says: &'static str,
}

/// Finds what belongs to records, as the request's caller may see it.
pub struct Expander(Box<Find>);

type Find = dyn Fn(HttpRequest, &'static Expansion, Vec<Value>) -> Finding + Send + Sync;

/// For each record, what is put into it.
pub type Finding = Pin<Box<dyn Future<Output = Result<Vec<Value>, Problem>>>>;

impl Expander {
    /// What finds so.
    pub fn new(find: impl Fn(HttpRequest, &'static Expansion, Vec<Value>) -> Finding + Send + Sync + 'static) -> Self {
        Self(Box::new(find))
    }
}

/// What was found for the records of one answer.
struct Loaded(Vec<(&'static str, Vec<Value>)>);

/// Declares the parameter for records of this schema.
pub(super) fn describe(doc: &mut Doc, of: &str, table: &'static [Expansion]) {
    let here = || table.iter().filter(|it| it.of == of);
    let names: Vec<&str> = here().map(|it| it.name).collect();
    if names.is_empty() {
        return;
    }
    let each: Vec<String> = here().map(|it| format!("`{}`: {}", it.name, it.says)).collect();
    let says = format!("Related records to put into each record, as the caller may see them. {}", each.join(" "));
    doc.list_parameter("expand", &says, json!({ "type": "string", "enum": names }));
}

/// Adds the members to the schema of the records they are put into.
pub(super) fn put_schemas(schemas: &mut std::collections::BTreeMap<String, Value>, table: &[Expansion]) {
    for it in table {
        let Some(schema) = schemas.get_mut(it.of) else { continue };
        let says = format!("With `expand={}`: {}", it.name, it.says);
        let found = reference(it.gives);
        let known = &mut schema["properties"][it.name];
        if known.is_object() {
            // What stands there already is a part of what takes its place.
            let said = known["description"].as_str().unwrap_or_default();
            known["description"] = json!(format!("{said} {says} A `{}`.", it.gives).trim_start());
        } else if it.many {
            *known = json!({ "type": "array", "items": found, "description": says });
        } else {
            *known = json!({ "oneOf": [found, { "type": "null" }], "description": says });
        }
    }
}

/// Finds what the request asks to be put into these records.
pub(super) async fn load(
    request: &HttpRequest,
    of: &str,
    table: &'static [Expansion],
    records: impl FnOnce() -> Result<Vec<Value>, Problem>,
) -> Result<(), Problem> {
    let Some(wanted) = parameter(request, "expand")? else { return Ok(()) };
    if parameter(request, "as_of")?.is_some() {
        let detail = "What related records were then is not put together; ask for them by as_of of their own.";
        return Err(Problem::with_faults(
            Kind::InvalidParameters,
            vec![Fault::query("expand", "not_with_as_of", detail)],
        ));
    }
    let expander =
        request.app_data::<web::Data<Expander>>().ok_or_else(|| Problem::internal("nothing finds related records"))?;
    let records = records()?;
    let mut loaded = Vec::new();
    for it in table.iter().filter(|it| it.of == of && wanted.split(',').any(|name| name == it.name)) {
        loaded.push((it.name, (expander.0)(request.clone(), it, records.clone()).await?));
    }
    request.extensions_mut().insert(Loaded(loaded));
    Ok(())
}

/// Whether something was found to be put into the answer's records.
pub(super) fn asked(request: &HttpRequest) -> bool {
    request.extensions().contains::<Loaded>()
}

/// Puts what was found into the records, in their order; gives the names of what was put.
pub(super) fn put(request: &HttpRequest, records: &mut [Value]) -> Vec<&'static str> {
    let Some(Loaded(loaded)) = request.extensions_mut().remove() else { return Vec::new() };
    let names = loaded.iter().map(|(name, _)| *name).collect();
    for (name, found) in loaded {
        for (record, found) in records.iter_mut().zip(found) {
            record[name] = found;
        }
    }
    names
}

/// One record as JSON, with what was found for it.
pub(super) fn serialise(request: &HttpRequest, record: &impl Serialize) -> Result<Vec<u8>, Problem> {
    if !asked(request) {
        return response::serialise(record);
    }
    let mut records = [serde_json::to_value(record).map_err(Problem::internal)?];
    put(request, &mut records);
    response::serialise(&records[0])
}

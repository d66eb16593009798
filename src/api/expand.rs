//! The query parameter `expand`: related records inside a record, one level deep. One table lists the relations. The
//! application registers the function that finds the records.

use std::collections::BTreeMap;
use std::pin::Pin;

use actix_web::{HttpMessage, HttpRequest, web};
use serde::Serialize;
use serde_json::{Value, json};

use super::operation_doc::{OperationDoc, reference};
use super::problem::{Fault, Problem, ProblemKind};
use super::query_parameters::parameter;

/// A relation from records of one schema to records of another.
#[derive(Debug)]
pub struct Expansion {
    /// The schema of the records that are expanded.
    pub source: &'static str,
    /// The value of `expand`, and the member that holds the related records.
    pub name: &'static str,
    /// The schema of the related records.
    pub target: &'static str,
    /// True if the member is a list. Otherwise it is one record or null.
    pub is_list: bool,
    /// The pairs of members (source, target) that must be equal. The first pair holds an id.
    pub matching: &'static [(&'static str, &'static str)],
    /// True if only records of the caller's own areas are found.
    pub own_areas_only: bool,
    /// The description of the member in the OpenAPI document.
    pub description: &'static str,
}

/// Finds the records that are related to the records of a response and that the caller may see.
pub struct Expander(Box<FindRelated>);

type FindRelated = dyn Fn(HttpRequest, &'static Expansion, Vec<Value>) -> ExpansionFuture + Send + Sync;

/// Returns, for each record in order, the value of the member.
pub type ExpansionFuture = Pin<Box<dyn Future<Output = Result<Vec<Value>, Problem>>>>;

impl Expander {
    /// Creates an expander from a function.
    pub fn new(
        find: impl Fn(HttpRequest, &'static Expansion, Vec<Value>) -> ExpansionFuture + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(find))
    }
}

/// The related records that were found for a response: the name of each relation, and a value for each record.
struct RelatedRecords(Vec<(&'static str, Vec<Value>)>);

/// Adds the parameter to the documentation of an operation that returns records of the schema `source`.
pub(super) fn describe(doc: &mut OperationDoc, source: &str, table: &'static [Expansion]) {
    let expansions = || table.iter().filter(|it| it.source == source);
    let names: Vec<&str> = expansions().map(|it| it.name).collect();
    if names.is_empty() {
        return;
    }
    let each: Vec<String> = expansions().map(|it| format!("`{}`: {}", it.name, it.description)).collect();
    let description = format!("Adds related records that the caller may see to each record. {}", each.join(" "));
    let items = json!({ "title": format!("{source}Expansion"), "type": "string", "enum": names });
    doc.list_parameter("expand", &description, items);
}

/// Adds the members to the schemas of the records that can be expanded.
pub(super) fn add_to_schemas(schemas: &mut BTreeMap<String, Value>, table: &[Expansion]) {
    for expansion in table {
        let Some(schema) = schemas.get_mut(expansion.source) else { continue };
        let description = format!("With `expand={}`: {}", expansion.name, expansion.description);
        let target = reference(expansion.target);
        let member = &mut schema["properties"][expansion.name];
        if member.is_object() {
            // The record already has a shorter form of the related record under this name.
            let existing = member["description"].as_str().unwrap_or_default();
            member["description"] = json!(format!("{existing} {description} A `{}`.", expansion.target).trim_start());
        } else if expansion.is_list {
            *member = json!({ "type": "array", "items": target, "description": description });
        } else {
            *member = json!({ "oneOf": [target, { "type": "null" }], "description": description });
        }
    }
}

/// Finds the related records that the request names, and stores them in the request for [`serialise`].
pub(super) async fn load(
    request: &HttpRequest,
    source: &str,
    table: &'static [Expansion],
    records: impl FnOnce() -> Result<Vec<Value>, Problem>,
) -> Result<(), Problem> {
    let Some(names) = parameter(request, "expand")? else { return Ok(()) };
    if parameter(request, "as_of")?.is_some() {
        let detail = "`expand` cannot be combined with `as_of`; read the related records with `as_of` one by one.";
        let fault = Fault::query("expand", "not_with_as_of", detail);
        return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
    }
    let expander = request.app_data::<web::Data<Expander>>();
    let expander = expander.ok_or_else(|| Problem::internal("the application has no expander"))?;
    let records = records()?;
    let mut related = Vec::new();
    for it in table.iter().filter(|it| it.source == source && names.split(',').any(|name| name == it.name)) {
        related.push((it.name, (expander.0)(request.clone(), it, records.clone()).await?));
    }
    request.extensions_mut().insert(RelatedRecords(related));
    Ok(())
}

/// Returns true if [`load`] found related records for the response.
pub(super) fn is_loaded(request: &HttpRequest) -> bool {
    request.extensions().contains::<RelatedRecords>()
}

/// Adds the related records to the records, which are in the same order, and returns the names of the members added.
pub(super) fn add_related(request: &HttpRequest, records: &mut [Value]) -> Vec<&'static str> {
    let Some(RelatedRecords(related)) = request.extensions_mut().remove() else { return Vec::new() };
    let names = related.iter().map(|(name, _)| *name).collect();
    for (name, values) in related {
        for (record, value) in records.iter_mut().zip(values) {
            record[name] = value;
        }
    }
    names
}

/// Serialises one record as JSON, with its related records.
pub(super) fn serialise(request: &HttpRequest, record: &impl Serialize) -> Result<Vec<u8>, Problem> {
    if !is_loaded(request) {
        return serde_json::to_vec(record).map_err(Problem::internal);
    }
    let mut records = [serde_json::to_value(record).map_err(Problem::internal)?];
    add_related(request, &mut records);
    serde_json::to_vec(&records[0]).map_err(Problem::internal)
}

//! The query parameter `fields`: a choice of the members that each item of a list has.

use actix_web::HttpRequest;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::expand;
use super::list::PageItems;
use super::operation_doc::OperationDoc;
use super::problem::Problem;
use super::query_parameters::parameter;

fn member_names<T: ToSchema>() -> Vec<String> {
    let schema = json!(T::schema());
    schema["properties"].as_object().map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}

/// Adds the parameter to the documentation of an operation.
pub(super) fn describe<T: ToSchema>(doc: &mut OperationDoc) {
    let description = "Returns only these members of each item. The default is all.";
    let items = json!({ "title": format!("{}Field", T::name()), "type": "string", "enum": member_names::<T>() });
    doc.list_parameter("fields", description, items);
}

/// Serialises a page as JSON, with only the members that `fields` names. The names were validated earlier.
pub(super) fn serialise<T: Serialize + ToSchema>(
    request: &HttpRequest,
    page: &PageItems<T>,
) -> Result<Vec<u8>, Problem> {
    let fields = parameter(request, "fields")?;
    if fields.is_none() && !expand::is_loaded(request) {
        return serde_json::to_vec(page).map_err(Problem::internal);
    }
    let mut page = serde_json::to_value(page).map_err(Problem::internal)?;
    let items = page["items"].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
    let expanded = expand::add_related(request, items);
    if let Some(fields) = fields {
        let names: Vec<&str> = fields.split(',').chain(expanded).collect();
        for members in items.iter_mut().filter_map(Value::as_object_mut) {
            members.retain(|name, _| names.contains(&name.as_str()));
        }
    }
    serde_json::to_vec(&page).map_err(Problem::internal)
}

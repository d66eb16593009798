//! `fields=`: the members of a list's items that a caller wants, by the names that the schema has.

use actix_web::HttpRequest;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::describe::Doc;
use super::expand;
use super::extract::parameter;
use super::list::PageItems;
use super::problem::Problem;
use super::response;

/// The names of a schema's members.
fn members<T: ToSchema>() -> Vec<String> {
    let schema = json!(T::schema());
    schema["properties"].as_object().map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}

/// Declares the parameter.
pub(super) fn describe<T: ToSchema>(doc: &mut Doc) {
    let says = "The members of each item to answer; all of them without it. The rest is left out, though the schema \
                requires it.";
    doc.list_parameter("fields", says, json!({ "type": "string", "enum": members::<T>() }));
}

/// The page as JSON, of each item the wanted members alone; whole where none are named. That they exist was asked before.
pub(super) fn serialise<T: Serialize + ToSchema>(
    request: &HttpRequest,
    page: &PageItems<T>,
) -> Result<Vec<u8>, Problem> {
    let wanted = parameter(request, "fields")?;
    if wanted.is_none() && !expand::asked(request) {
        return response::serialise(page);
    }
    let mut page = serde_json::to_value(page).map_err(Problem::internal)?;
    let items = page["items"].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
    let put = expand::put(request, items);
    if let Some(wanted) = wanted {
        let wanted: Vec<&str> = wanted.split(',').chain(put).collect();
        for members in items.iter_mut().filter_map(Value::as_object_mut) {
            members.retain(|name, _| wanted.contains(&name.as_str()));
        }
    }
    response::serialise(&page)
}

//! The query parameter `order` of lists in chronological order.

use actix_web::HttpRequest;
use serde_json::json;

use super::operation_doc::OperationDoc;
use super::problem::Problem;
use super::query_parameters::parameter;

/// The order of a list by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrder {
    /// `asc`: the oldest first.
    OldestFirst,
    /// `desc`: the newest first.
    NewestFirst,
}

impl ListOrder {
    const NAMES: [&str; 2] = ["asc", "desc"];

    /// Returns the order that a request states. An unknown value is reported with the other parameters.
    ///
    /// # Errors
    ///
    /// Returns a 400 if the query string cannot be decoded.
    pub fn read(request: &HttpRequest, default: Self) -> Result<Self, Problem> {
        Ok(match parameter(request, "order")?.as_deref() {
            Some("asc") => Self::OldestFirst,
            Some("desc") => Self::NewestFirst,
            _ => default,
        })
    }

    /// Adds the parameter `order` to an operation of the OpenAPI document. This order is its default.
    pub fn describe_as_default(self, doc: &mut OperationDoc, description: &str) {
        let default = if self == Self::OldestFirst { "asc" } else { "desc" };
        let schema = json!({ "title": "ListOrder", "type": "string", "enum": Self::NAMES, "default": default });
        doc.parameter("query", "order", false, description, schema);
    }
}

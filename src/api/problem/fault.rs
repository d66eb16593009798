//! One fault of the input, and the document that lists them all, as the OpenAPI describes it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One fault of the input: where it is, what it is called, what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// JSON Pointer (RFC 6901) into the part of the request that `in` names.
    #[schema(example = "/published_on")]
    pub pointer: String,
    /// Which part of the request: body, query, header, path or record (a need of the stored record itself).
    #[serde(rename = "in")]
    pub within: &'static str,
    /// Stable name of the fault.
    #[schema(example = "required")]
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: String,
    /// The record concerned, such as an unexplained recommendation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<uuid::Uuid>,
}

impl Fault {
    fn new(within: &'static str, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: shortened(pointer.into()), within, code, detail: shortened(detail.into()), id: None }
    }

    /// A fault of the body at a JSON Pointer.
    pub fn body(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("body", pointer, code, detail)
    }

    /// A fault of one query parameter.
    pub fn query(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("query", format!("/{}", escape(name)), code, detail)
    }

    /// A fault of one part of the path.
    pub fn path(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("path", format!("/{name}"), code, detail)
    }

    /// A fault of one header.
    pub fn header(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("header", format!("/{name}"), code, detail)
    }

    /// A need of the stored record that is not met, and the member it concerns.
    pub fn record(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("record", pointer, code, detail)
    }

    /// Names the record concerned.
    #[must_use]
    pub fn about(mut self, id: uuid::Uuid) -> Self {
        self.id = Some(id);
        self
    }
}

/// A text whose end is left out where a caller's own words made it long.
fn shortened(mut text: String) -> String {
    const MOST: usize = 1000;
    if text.len() > MOST {
        text.truncate(text.floor_char_boundary(MOST));
        text.push('…');
    }
    text
}

/// One reference token of a JSON Pointer, escaped as RFC 6901 §3 says.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The problem document as the OpenAPI describes it.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Which kind, as a URI that resolves to its explanation.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid", format = "uri-reference")]
    pub kind: String,
    /// The kind's short summary.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// The kind's stable name.
    #[schema(example = "invalid")]
    pub code: String,
    /// The request's id, also in the log and the audit.
    pub request_id: String,
    /// Every fault of the input, or every unmet need.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub errors: Option<Vec<Fault>>,
    /// The record that exists already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub existing: Option<ExistingRecord>,
    /// The state that the record is in, where that is what stands against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub state: Option<String>,
    /// What this caller can do in that state, as the record itself lists it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<Object>>)]
    pub allowed_actions: Option<Vec<Value>>,
}

/// Which record it is that exists already.
#[derive(Serialize, ToSchema)]
pub struct ExistingRecord {
    /// Its id.
    pub id: uuid::Uuid,
    /// Where it is.
    #[schema(format = "uri-reference")]
    pub href: String,
}

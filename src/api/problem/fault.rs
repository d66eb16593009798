//! One fault of a request, and the schema of the problem document that lists the faults.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One fault of a request: where it is, its code and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// JSON Pointer (RFC 6901) to the fault, within the part of the request that `in` names.
    #[schema(example = "/published_on")]
    pub pointer: String,
    /// The part of the request: `body`, `query`, `header` or `path`; or `record` for a condition that the stored record
    /// does not meet.
    #[serde(rename = "in")]
    pub within: &'static str,
    /// The stable name of the fault.
    #[schema(example = "required")]
    pub code: &'static str,
    /// What is wrong, in a sentence for people.
    pub detail: String,
    /// The id of the record that the fault concerns, such as a recommendation without an explanation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<uuid::Uuid>,
}

impl Fault {
    fn new(within: &'static str, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: truncate(pointer.into()), within, code, detail: truncate(detail.into()), id: None }
    }

    /// Creates a fault of the body at a JSON Pointer.
    pub fn body(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("body", pointer, code, detail)
    }

    /// Creates a fault of a query parameter.
    pub fn query(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("query", format!("/{}", escape(name)), code, detail)
    }

    /// Creates a fault of a path parameter.
    pub fn path(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("path", format!("/{name}"), code, detail)
    }

    /// Creates a fault of a header.
    pub fn header(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("header", format!("/{name}"), code, detail)
    }

    /// Creates a fault for a condition that the stored record does not meet. The pointer names the member concerned.
    pub fn record(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("record", pointer, code, detail)
    }

    /// Adds the id of the record that the fault concerns.
    #[must_use]
    pub fn with_id(mut self, id: uuid::Uuid) -> Self {
        self.id = Some(id);
        self
    }
}

/// Shortens a text to about 1,000 bytes. Pointers and details can quote input of the caller, which may be long.
fn truncate(mut text: String) -> String {
    const MAX_BYTES: usize = 1000;
    if text.len() > MAX_BYTES {
        text.truncate(text.floor_char_boundary(MAX_BYTES));
        text.push('…');
    }
    text
}

/// Returns a text of the caller in quotation marks, shortened to 60 characters.
pub fn quote(text: &str) -> String {
    const MAX_CHARACTERS: usize = 60;
    match text.char_indices().nth(MAX_CHARACTERS) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
    }
}

/// Escapes one reference token of a JSON Pointer (RFC 6901 §3).
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// A problem document (RFC 9457): why a request failed.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// The kind of the problem, as the path of the page that explains it.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid", format = "uri-reference")]
    pub kind: String,
    /// A short summary of the kind of problem.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What went wrong in this request.
    pub detail: String,
    /// The path of the request.
    pub instance: String,
    /// The stable name of the kind of problem.
    #[schema(example = "invalid")]
    pub code: String,
    /// The id of the request. The service's log and the audit log use the same id.
    pub request_id: String,
    /// Every fault of the request, or every condition that the record does not meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub errors: Option<Vec<Fault>>,
    /// The record that already exists, if the code is `already_exists`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub existing: Option<ExistingRecord>,
    /// Where to continue, if the code is `feed_restarted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub restart: Option<FeedRestart>,
    /// The state of the record, if that state does not allow the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub state: Option<String>,
    /// The actions that the caller can take in that state, in the form in which the record lists them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<Object>>)]
    pub allowed_actions: Option<Vec<Value>>,
}

/// A record that already exists.
#[derive(Serialize, ToSchema)]
pub struct ExistingRecord {
    /// The id of the record.
    pub id: uuid::Uuid,
    /// The path of the record.
    #[schema(format = "uri-reference")]
    pub href: String,
}

/// Where a reader of the change feed continues whose cursor is from before a restore of the database.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedRestart {
    /// The value of `after` with which the change feed continues.
    pub cursor: String,
    /// The instant of the last change before that point. Changes that you received from later instants may be undone. Null
    /// if you must begin with the first change.
    pub at: Option<chrono::DateTime<chrono::Utc>>,
    /// The path of the request that continues.
    #[schema(format = "uri-reference")]
    pub href: String,
}

//! The framework of the HTTP API. An operation is declared once; its parameters, body, responses, errors and roles
//! follow from its handler's signature. This module knows HTTP and OpenAPI, but nothing of the records of the service.

pub mod amendment;
mod body;
mod conditional_request;
pub mod content_encoding;
mod cursor;
pub mod default_headers;
pub mod deprecation;
mod dispatch;
mod event_stream;
mod examples;
mod expand;
mod expected_types;
mod extract;
mod fields;
mod filter_value;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod idempotency;
mod json_lengths;
mod json_schema;
mod list;
mod list_order;
mod not_found_delay;
mod openapi;
mod operation;
mod operation_doc;
mod page;
pub mod problem;
mod query_parameters;
mod rate_limit;
mod response;
mod response_cache;
mod sealing;
mod signature;
mod static_response;
mod stream;
mod strict_json;
#[cfg(test)]
mod tests;
pub mod text;
mod unpaged;

pub use amendment::Amended;
pub use body::{JsonBody, MAX_BODY_BYTES, MAX_HEAD_BYTES, TextBody};
pub(crate) use body::{media_type, unsupported_media_type};
pub use conditional_request::{IfMatch, Precondition};
pub use cursor::{Cursor, CursorKey};
pub use dispatch::MatchedRoute;
pub use event_stream::{EventStream, ServerSentEvent, accepts_event_stream, chunk};
pub use expand::{Expander, Expansion, ExpansionFuture};
pub use extract::{HeadRequest, Path, PathParts, PrefersHtml, TextFormat, WriteMode};
pub use filter_value::{DateOrInstant, FilterType, FilterValue, NOT_A_DATE_OR_INSTANT, parse_instant};
pub use idempotency::{IdempotencyKey, IdempotentResponse, StoredResponse, still_running};
pub use json_schema::{Input, validate_json};
pub use list::{Filter, ListDefinition, ListQuery, MAX_TOTAL, PageItems, ScanStart, Sort};
pub use list_order::ListOrder;
pub use operation::{Api, DeclaredOperation, Operation, add_examples};
pub use operation_doc::OperationDoc;
pub use page::{CountedPage, Page};
pub use problem::{ApiResult, Fault, FaultList, FeedRestart, MAX_FAULTS, Problem, ProblemKind, escape, quote};
pub use query_parameters::{flag, parameter};
pub use rate_limit::{ClientAddress, RateLimit, UNCOUNTED};
pub use response::{ApiResponse, Created, CreatedOrReplaced, Json, NoContent, Representation, Versioned};
pub use response_cache::{CacheCounts, MAX_CONFIRMATION_AGE, ResponseCache};
pub use sealing::SealingKey;
pub use signature::{Access, Argument, Signature};
pub use static_response::{
    Calendar, CsvOrWorkbook, Html, JsonDocument, Markdown, MediaTypes, PlainText, StaticResponse, StaticResponseAs,
    TextOrHtml,
};
pub use stream::{ByteStream, JsonLines};
pub use strict_json::parse as parse_json;
pub use unpaged::{FiltersOnly, Unpaged};

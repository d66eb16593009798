//! How an operation is declared: one row, its parameters, body, replies, errors and roles read off the handler's
//! signature. Knows HTTP and OpenAPI; no police words here.

mod body;
pub mod content_encoding;
pub mod default_headers;
mod describe;
mod dispatch;
mod examples;
mod expand;
mod extract;
mod fields;
mod filter_value;
mod idempotency;
mod list;
mod operation;
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

pub use body::{Body, Input, LIMIT as BODY_LIMIT, Text, held};
pub(crate) use body::{media_type, unsupported};
pub use describe::Doc;
pub use dispatch::MatchedRoute;
pub use expand::{Expander, Expansion, Finding};
pub use extract::{BodyLeftOut, IfMatch, Mode, Path, PathParts, Precondition, Shape, flag, parameter};
pub use filter_value::{DateOrInstant, FilterValue, NOT_A_DATE_OR_INSTANT};
pub use idempotency::{IdempotencyKey, IdempotentResponse, StoredResponse, still_running};
pub use list::{Cursor, CursorKey, Field, Filter, Listing, MOST_COUNTED, Query, Sort};
pub use operation::{Api, Operation};
pub use page::Page;
pub use problem::{ApiResult, Fault, Kind, MOST_FAULTS, Problem, escape};
pub use rate_limit::RateLimit;
pub use response::{ApiResponse, Created, CreatedOrReplaced, Json, NoContent, Representation, Versioned};
pub use response_cache::{CacheCounts, LIFE as CACHE_LIFE, ResponseCache};
pub use sealing::SealingKey;
pub use signature::{Access, Argument, Signature};
pub use static_response::{
    Calendar, CsvOrWorkbook, Html, JsonDocument, Markdown, MediaTypes, PlainText, StaticResponse, StaticResponseAs,
    TextOrHtml,
};
pub use stream::{Lines, Pieces};
pub use strict_json::read as read_json;
pub use unpaged::{FiltersOnly, ScanStart, Unpaged};

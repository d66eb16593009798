//! How an operation is declared: one row, its parameters, body, replies, errors and roles read off the handler's
//! signature. Knows HTTP and OpenAPI; no police words here.

pub mod always;
mod body;
mod carried;
pub mod coding;
mod describe;
mod examples;
mod expand;
mod extract;
mod fields;
mod fixed;
mod gate;
mod known;
mod list;
mod listed;
mod once;
mod operation;
pub mod problem;
mod reply;
mod seal;
mod shelf;
mod signature;
mod stream;
mod strict;
#[cfg(test)]
mod tests;
pub mod text;
mod value;
mod whole;

pub use body::{Body, Input, LIMIT as BODY_LIMIT, Text, held};
pub(crate) use body::{media_type, unsupported};
pub use carried::Routed;
pub use describe::Doc;
pub use expand::{Expander, Expansion, Finding};
pub use extract::{BodyLeftOut, IfMatch, Mode, Path, PathParts, Precondition, Shape, flag, parameter};
pub use fixed::{Calendar, CsvOrWorkbook, Fixed, FixedAs, Html, Json, Markdown, MediaTypes, PlainText, TextOrHtml};
pub use gate::Gate;
pub use list::{Cursor, CursorKey, Field, Filter, Listing, MOST_COUNTED, Query, Sort};
pub use listed::Listed;
pub use once::{Answered, Kept, Once, still_running};
pub use operation::{Api, Operation};
pub use problem::{Answer, Fault, Kind, MOST_FAULTS, Problem, escape};
pub use reply::{Created, Removed, Reply, Representation, Shown, Versioned, Written};
pub use seal::Seal;
pub use shelf::{Counts as ShelfCounts, LIFE as SHELF_LIFE, Shelf};
pub use signature::{Access, Argument, Signature};
pub use stream::{Lines, Pieces};
pub use strict::read as read_json;
pub use value::{Moment, NO_MOMENT, Value as ListValue};
pub use whole::{Filtered, Walk, Whole};

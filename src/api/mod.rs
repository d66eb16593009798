//! How an operation is declared: one row, its parameters, body, replies, errors and roles read off the handler's
//! signature. Knows HTTP and OpenAPI; no police words here.

mod body;
mod describe;
mod extract;
mod list;
mod operation;
pub mod problem;
mod reply;
mod signature;
mod stream;
mod strict;
#[cfg(test)]
mod tests;
pub mod text;

pub use body::{Body, Input, LIMIT as BODY_LIMIT, Text};
pub use describe::Doc;
pub use extract::{IfMatch, Mode, Path, PathParts, Precondition, Shape, flag, parameter};
pub use list::{Cursor, CursorKey, Field, Filter, Listing, Query, Sort, Value as ListValue};
pub use operation::{Api, Operation};
pub use problem::{Answer, Fault, Kind, Problem};
pub use reply::{Created, Fixed, Listed, Removed, Reply, Representation, Shown, Versioned, Written};
pub use signature::{Access, Argument, Signature};
pub use stream::{Lines, Pieces};

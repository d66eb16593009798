//! Section 55: the record of police inspections in England and Wales. Every module, in reading order.

/// How an operation is declared, once, with all that is published of it.
pub mod api;
/// Police areas.
pub mod areas;
/// Assignments: how each recommendation stands in each area.
pub mod assignments;
/// The log read back.
pub mod audit;
/// Who is calling, and what they may do and reach.
pub mod auth;
/// The 56 days of the Police Act 1996 s.55(5A), and what day it is in London.
pub mod calendar;
/// What changed, in order.
pub mod changes;
/// The command line.
pub mod cli;
/// Where the time comes from.
pub mod clock;
/// Every setting.
pub mod config;
/// The one way to PostgreSQL.
pub mod db;
/// The days that must not be missed.
pub mod deadlines;
/// The private PostgreSQL, the demo data and the tokens of `section55 dev`.
pub mod dev;
/// Evidence that a recommendation was met.
pub mod evidence;
/// Related records in a record's own place.
pub mod expansion;
/// All of a list as a file.
pub mod exports;
/// The bytes of evidence files.
pub mod files;
/// Published documents, brought in.
pub mod imports;
/// Inspections.
pub mod inspections;
/// What is done beside the requests.
pub mod jobs;
/// What can be proved without us: trees, checkpoints, bundles.
pub mod ledger;
/// Every operation, in one table.
pub mod operations;
/// What becomes public, and how.
pub mod publication;
/// Recommendations.
pub mod recommendations;
/// Responses: the statutory file.
pub mod responses;
/// How long records are kept, and how they are disposed of.
pub mod retention;
/// Search.
pub mod search;
/// The HTTP server.
pub mod server;
/// The service about itself: health, documentation, who one is.
pub mod service;
/// What the records come to.
pub mod statistics;
/// What is measured for operators.
pub mod telemetry;
/// An enum whose names on the wire, in the database and in the OpenAPI are one.
pub mod vocabulary;
/// Who is told of changes, and how that went.
pub mod webhooks;
/// Workflows as tables.
pub mod workflow;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

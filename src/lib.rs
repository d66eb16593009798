//! Section 55: the record of police inspections in England and Wales. Every module, in reading order.

/// An enum whose names on the wire, in the database and in the OpenAPI are one.
pub mod vocabulary;
/// The 56 days of the Police Act 1996 s.55(5A), and what day it is in London.
pub mod calendar;
/// Where the time comes from.
pub mod clock;
/// One line or prose: what texts callers may send.
pub mod text;
/// Every setting.
pub mod config;
/// How an operation is declared, once, with all that is published of it.
pub mod api;
/// Who is calling, and what they may do and reach.
pub mod auth;
/// Workflows as tables.
pub mod workflow;
/// The one way to PostgreSQL.
pub mod db;
/// The log read back.
pub mod audit;
/// Police areas.
pub mod areas;
/// Inspections.
pub mod inspections;
/// Recommendations.
pub mod recommendations;
/// Responses: the statutory file.
pub mod responses;
/// What becomes public, and how.
pub mod publication;
/// Published documents, brought in.
pub mod imports;
/// The service about itself: health, documentation, who one is.
pub mod service;
/// Every operation, in one table.
pub mod operations;
/// The HTTP server.
pub mod server;
/// The private PostgreSQL, the demo data and the tokens of `section55 dev`.
pub mod dev;
/// The command line.
pub mod cli;

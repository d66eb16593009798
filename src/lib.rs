//! Section 55: the record of police inspections in England and Wales. The modules in reading order.

/// The allocator, and the return of freed memory to the operating system.
mod allocator;

/// Dates in London, and the 56 days of the Police Act 1996 s.55(5A).
pub mod calendar;

/// The clock: the machine's own, or a fixed one for tests.
pub mod clock;

/// Enums that have the same names on the wire, in the database and in the OpenAPI document.
pub mod vocabulary;

/// Labels: the normal form of references, names and titles, and the key by which two of them are the same.
pub mod label;

/// The HTTP framework: declaring operations, requests, HTTP responses, problems and the OpenAPI document.
pub mod api;

/// Child processes that read files within limits of memory and time.
pub mod child_process;

/// Bearer tokens, roles, permissions, and the rows that a caller may read.
pub mod auth;

/// Workflows as tables: states, actions, roles and needs.
pub mod workflow;

/// The verifiable log as data structures: Merkle trees, checkpoints, proofs and bundles. No database.
pub mod ledger;

/// Database access, the schema and its migrations.
pub mod db;

/// The audit log: events, histories, states as of an earlier time, proofs, and the sequencer.
pub mod audit;

/// The bytes of uploaded files: storage, media types, malware scans, downloads.
pub mod files;

/// Police areas.
pub mod areas;

/// The bank holidays of England and Wales.
pub mod bank_holidays;

/// Whether stored files are still what was uploaded: checks, marks, and the marker of the store.
pub mod file_integrity;

/// Inspections.
pub mod inspections;

/// Recommendations, areas for improvement and causes of concern.
pub mod recommendations;

/// Responses: the policing body's statutory answer to an inspection.
pub mod responses;

/// Assignments: the progress of each recommendation in each area.
pub mod assignments;

/// The people of each area.
pub mod people;

/// Remarks of the people of one side on a response.
pub mod remarks;

/// Evidence of that progress, with files, reviews and markings.
pub mod evidence;

/// Review dates, legal holds and disposals.
pub mod retention;

/// Publication of inspections, and the published editions of responses.
pub mod publication;

/// Imports of published documents and tables.
pub mod imports;

/// Exports of whole lists as files.
pub mod exports;

/// Related records inside a record (`expand`).
pub mod expansion;

/// Full-text search.
pub mod search;

/// Statistics over responses and assignments.
pub mod statistics;

/// Deadlines, and the iCalendar feed of them.
pub mod deadlines;

/// Tasks: what waits for the caller.
pub mod tasks;

/// The change feed.
pub mod changes;

/// What every outbox shares: claiming what is due, sending it on one instance, and waiting after a failure.
pub mod outbox;

/// Notifications of days and of steps, sent by e-mail.
pub mod notifications;

/// Webhooks, which deliver the change feed to other systems.
pub mod webhooks;

/// Background jobs.
pub mod jobs;

/// The labels of enum values in English and Welsh.
pub mod translations;

/// Operations about the service itself: index, caller, health probes, documentation.
pub mod service;

/// The list of every operation and workflow, and the generated documents.
pub mod operations;

/// Checks of the running instance: waiting audit events, and the clock.
pub mod monitor;

/// Metrics and traces.
pub mod telemetry;

/// The HTTP server.
pub mod server;

/// The settings of the program.
pub mod config;

/// `section55 dev`: a private PostgreSQL, demonstration data and tokens.
pub mod dev;

/// The command line.
pub mod cli;

//! The service as its callers meet it: over HTTP, against a real PostgreSQL, every answer held against the OpenAPI.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod support;

mod architecture;
mod areas;
mod assignments;
mod audit;
mod authorisation;
mod bad_input;
mod batch;
mod changes;
mod compatibility;
mod conventions;
mod database_roles;
mod dev;
mod document;
mod edge;
mod evidence;
mod examples;
mod exports;
mod faults;
mod figures;
mod goldens;
mod idempotency;
mod imports;
mod inspections;
mod isolation;
mod kept;
mod migration;
mod pools;
mod quickstarts;
mod responses;
mod retention;
mod round_trips;
mod search;
mod settings;
mod story;
mod token;
mod transitions;
mod webhooks;

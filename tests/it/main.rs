//! Tests of the whole service over HTTP with a real PostgreSQL. Every response is checked against the OpenAPI document.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod support;

mod architecture;
mod areas;
mod assignments;
mod audit;
mod authorisation;
mod bad_input;
mod bank_holidays;
mod batch;
mod calendars;
mod changes;
mod command_line;
mod compatibility;
mod conventions;
mod database_roles;
mod dev;
mod edge;
mod evidence;
mod examples;
mod exports;
mod faults;
mod figures;
mod goldens;
mod idempotency;
mod import_profiles;
mod imports;
mod inspections;
mod isolation;
mod labels;
mod migration;
mod notifications;
mod people;
mod pools;
mod quickstarts;
mod remarks;
mod response_cache;
mod responses;
mod retention;
mod round_trips;
mod search;
mod security_page;
mod settings;
mod story;
mod tasks;
mod token;
mod transitions;
mod webhooks;

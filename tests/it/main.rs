//! The service as its callers meet it: over HTTP, against a real PostgreSQL, every answer held against the OpenAPI.

mod support;

mod document;
mod story;
mod token;

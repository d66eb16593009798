//! Database access. [`Db`] reads the published copy through a role that can read nothing else, reads private records
//! under the caller's scope, and commits rows and audit events in one transaction. Imports point one way: from a
//! group of modules to groups listed before it.

// Statements, and the connections that they are sent on.
mod error;
mod row_security;
mod statement;
mod stored_record;

mod queries;
mod session;

// What a write consists of.
mod event;
mod snapshot;
mod write;

// Transactions that write: rows, audit events and stored responses.
mod event_append;
mod idempotency;
mod transaction;

// Running work on the connections of a pool.
mod connect;
mod connection;
mod connection_plan;
mod cursor_scan;
mod pipelined_connection;
mod pool;
mod server_connection;
mod unit_of_work;

mod clock_comparison;
mod database;
mod list_query;
mod thread_connections;

// The schema: migrations, and what the service requires of a database.
mod derived;
pub mod migrate;
mod migrate_error;
pub mod requirements;
mod schema_page;
mod session_check;

pub use clock_comparison::ClockOffset;
pub use connection_plan::{ConnectionPlan, PlanError};
pub use database::Db;
pub use event::{Event, EventNote, OFFICIAL};
pub use list_query::{Relation, aggregate, list};
pub use migrate_error::MigrateError;
pub use pool::{Address, ConnectError, PoolError, Pools, open_pools};
pub use queries::Public;
pub use requirements::{ServerConnections, ServerVersion};
pub use schema_page::schema_page;
pub use session::Session;
pub use session_check::check_session;
pub use snapshot::{Part, RECORD, Snapshot};
pub use statement::{FromRow, Parameters, Sql, SqlValue, WriteStatement};
pub(crate) use statement::{compare_and_set, values};
pub use stored_record::{ColumnGroup, computed, copy_sql, insert_sql, update_sql};
pub use transaction::Tx;
pub use write::{AuditedRead, Write};

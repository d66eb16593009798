//! Faults around the service: concurrent writers, clients that disconnect, and a database that fails, freezes or is
//! locked.

mod client_resets;
mod concurrent_writes;
mod frozen_database;
mod lost_connections;
mod shutdown;

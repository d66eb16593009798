//! Faults around the service: concurrent writers, clients that disconnect, a database that fails, freezes, is locked or
//! waits for a standby, a sequencer that stops, and a wrong clock.

mod absent_standby;
mod client_resets;
mod concurrent_writes;
mod frozen_database;
mod frozen_pages;
mod lost_connections;
mod pooler;
mod shutdown;
mod stopped_sequencer;
mod wrong_clock;

//! Shared test support: a PostgreSQL cluster for the process, a database for each test, clients for each role.

pub mod app;
pub mod audit;
pub mod contract;
pub mod database;
pub mod imported_positions;
pub mod office_files;
pub mod people;
pub mod raw;
pub mod sample_bodies;
pub mod sample_records;
pub mod world;

pub use app::{App, Folder};
pub use people::{Person, Reply};

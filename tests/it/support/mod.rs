//! Shared test support: a PostgreSQL cluster for the process, a database for each test, clients for each role.

pub mod app;
pub mod audit;
pub mod contract;
pub mod database;
pub mod dev_process;
pub mod folder;
pub mod imported_positions;
pub mod mail_server;
pub mod office_files;
pub mod own_cluster;
pub mod people;
pub mod published_version;
pub mod raw;
pub mod sample_bodies;
pub mod sample_records;
pub mod setup;
pub mod world;

pub use app::App;
pub use folder::Folder;
pub use people::{Person, Reply};

//! What the tests stand on: a cluster for the process, a database for each test, people as clients.

pub mod app;
pub mod audit;
pub mod contract;
pub mod database;
pub mod people;
pub mod places;
pub mod raw;
pub mod samples;
pub mod world;

pub use app::{App, Folder};
pub use people::{Person, Reply};

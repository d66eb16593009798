//! The bank holidays of England and Wales: reference data for all areas, by which a last day is said to be a working day.

pub mod http;
mod model;
mod requests;
mod service;
mod store;

pub use store::find_days;

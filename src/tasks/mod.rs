//! Tasks: what waits for one caller, in one list. The tables of the workflows decide which roles have a task, and one
//! statement reads the records that meet its needs.

pub mod http;
mod kind;
mod model;
mod store;
mod why;

pub use kind::TaskKind;
pub use model::Task;
pub use store::find_waiting;

//! Exports: all of a list as a file, streamed from one snapshot. What a caller gets is what the list itself shows it,
//! and each format writes the same columns, declared once for each list.

mod format;
pub mod http;
mod lists;
mod model;
mod sheet;
mod worker;

pub use lists::{Export, Reading, TABLE};
pub use model::{ExportList, Exports};
pub use worker::{ExportWorker, Jobs, desk};

//! Exports: a whole list as a file, streamed from one snapshot of the database. An export shows a caller the same
//! records as the list does. All formats write the same columns, which are declared once for each list.

mod format;
pub mod http;
mod lists;
mod worker;
mod writer;

pub use lists::{EXPORTABLE_LISTS, Export, ExportableList, ExportableLists, ReadAccess};
pub use worker::{ExportWorker, Exporter, channel};

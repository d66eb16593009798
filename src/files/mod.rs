//! The bytes of evidence files: received, judged by their content, scanned, kept, sent, swept. Knows neither who calls
//! nor what a file is evidence of.

mod body;
mod disposition;
mod download;
mod form;
mod media;
mod place;
mod scan;
mod spool;
mod store;
mod sweep;
#[cfg(test)]
mod tests;
mod upload;
mod wanted;

use std::pin::Pin;

use actix_web::web::Bytes;
use futures_util::Stream;

use crate::api::Problem;

pub use body::{FileBody, Kept};
pub use download::{Download, Meta};
pub use media::MediaType;
pub use place::StoreError;
pub use scan::{Scan, Scanner};
pub use store::Store;
pub use upload::{Received, Upload};
pub use wanted::{Selection, Wanted};

/// The largest file taken, in bytes: 25 MiB.
pub const LIMIT: u64 = 26_214_400;

/// The bytes of a file as they come; a fault ends them.
pub type Content = Pin<Box<dyn Stream<Item = Result<Bytes, Problem>> + Send>>;

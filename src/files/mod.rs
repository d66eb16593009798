//! The bytes of evidence files: received, judged by their content, scanned, kept, sent, swept. Knows neither who calls
//! nor what a file is evidence of.

mod body;
mod conditional_and_range;
mod disposition;
mod download;
mod location;
mod media;
mod multipart;
mod scan;
mod store;
mod sweep;
mod temporary_upload;
#[cfg(test)]
mod tests;
mod upload;

use std::pin::Pin;

use actix_web::web::Bytes;
use futures_util::Stream;

use crate::api::Problem;

pub use body::{FileBody, Kept};
pub use conditional_and_range::{RangeRequest, Selection};
pub use download::{Download, Meta};
pub use location::StoreError;
pub use media::MediaType;
pub use scan::{Scan, Scanner};
pub use store::Store;
pub use upload::{Received, Upload};

/// The largest file taken, in bytes: 25 MiB.
pub const LIMIT: u64 = 26_214_400;

/// The bytes of a file as they come; a fault ends them.
pub type Content = Pin<Box<dyn Stream<Item = Result<Bytes, Problem>> + Send>>;

//! The bytes of evidence files and imported files: upload, detection of the media type, the check for active content,
//! malware scan, storage, download and deletion. This module does not know who calls it, or which record a file belongs to.

pub mod active_content;
mod body;
mod checked_read;
mod conditional_and_range;
mod content_digest;
mod download;
mod file_name;
mod form;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod garbage_collection;
mod location;
mod marker;
mod media_type;
mod multipart;
mod scan;
mod store;
mod temporary_upload;
#[cfg(test)]
mod tests;
mod upload;

use std::pin::Pin;

use actix_web::web::Bytes;
use futures_util::Stream;

use crate::api::Problem;

pub use active_content::ContentChecker;
pub use body::{FileBody, TemporaryFile};
pub use checked_read::{FileCheck, StoredFile, damaged, missing};
pub use conditional_and_range::{RangeRequest, Selection};
pub use download::{Download, FileMetadata};
pub use form::{FilesForm, MAX_FILES, NamedFile};
pub use location::StoreError;
pub use marker::StoreMarker;
pub use media_type::MediaType;
pub use scan::{ScanStatus, Scanner};
pub use store::{FOLDER_WITHOUT_AREA, FileContent, Store};
pub use upload::{Upload, UploadedFile, check_name};

/// The largest file that the service accepts, in bytes: 25 MiB.
pub const MAX_FILE_SIZE: u64 = 26_214_400;

/// The bytes of a file as a stream, which ends at the first error.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, Problem>> + Send>>;

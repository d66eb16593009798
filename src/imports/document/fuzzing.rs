//! Entry point for the fuzz targets: files of any format.

use super::{Document, DocumentFault, MediaHint, read};

/// Reads a file as the child process does.
///
/// # Errors
///
/// Returns a fault if the file cannot be read.
pub fn read(bytes: &[u8], is_csv: bool) -> Result<Document, DocumentFault> {
    read::read(bytes, if is_csv { MediaHint::Csv } else { MediaHint::None })
}

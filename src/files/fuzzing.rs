//! Entry points for the fuzz targets: media types, forms and ranges.

use std::convert::Infallible;
use std::io::Write;

use actix_web::web::Bytes;
use futures_util::stream;

use super::conditional_and_range::{Selection, select_range};
use super::multipart::{MultipartForm, boundary};
use super::{file_name, media_type, upload};
use crate::label::is_format_character;

/// Detects the media type of a file.
pub fn media_type(bytes: &[u8]) {
    let Ok(mut file) = tempfile::tempfile() else { return };
    if file.write_all(bytes).is_ok() {
        let _ = media_type::detect_blocking(&file, bytes.len() as u64);
    }
}

/// Reads a form that arrives in chunks of this size. All bytes of a part must come from the body.
pub async fn form(content_type: &str, body: &[u8], chunk: usize) {
    let boundary = boundary(content_type).unwrap_or_else(|| "b".to_owned());
    let chunks = body.chunks(chunk.max(1)).map(|part| Ok::<_, Infallible>(Bytes::copy_from_slice(part)));
    let mut form = MultipartForm::new(&boundary, stream::iter(chunks));
    let mut read = 0;
    let mut headers = form.first().await;
    while let Ok(Some(_)) = headers {
        while let Ok(Some(bytes)) = form.chunk().await {
            read += bytes.len();
        }
        headers = form.next().await;
    }
    if headers.is_ok() {
        let _ = form.end().await;
    }
    assert!(read <= body.len(), "{read} bytes of {}", body.len());
}

/// Checks the name of a file. What is kept is a base name itself, and its characters are visible.
pub fn file_name(name: &str) {
    let base = file_name::base_name(&file_name::decode(name));
    assert!(!base.contains('/') && !base.contains(is_format_character), "{base:?}");
    assert_eq!(file_name::base_name(&base), base);
    if let Ok(checked) = upload::check_name(Some(name.to_owned())) {
        assert!(!checked.is_empty() && !checked.contains(char::is_control), "{checked:?}");
    }
}

/// Selects a range of a file. It must lie inside the file.
pub fn range(header: &str, size: u64) {
    if let Some(Selection::ByteRange(range)) = select_range(header, size) {
        assert!(range.start < range.end && range.end <= size, "{range:?} of {size}");
    }
}

//! Unit tests of the `files` module.

mod archives;
mod download;
mod garbage_collection;
mod media_types;
mod memory;
mod multipart;
mod ranges;
mod samples;
mod scan;
mod service;
mod store;
mod upload;

use futures_util::TryStreamExt;

use super::{ByteStream, UploadedFile};
use crate::api::{Fault, Problem};

/// Reads a stream to its end.
async fn read_all(content: ByteStream) -> Result<Vec<u8>, Problem> {
    content.try_fold(Vec::new(), async |all, bytes| Ok([all, bytes.to_vec()].concat())).await
}

/// Makes an uploaded text file.
async fn uploaded_file(bytes: &[u8]) -> UploadedFile {
    UploadedFile::from_bytes("file.txt", bytes).await.expect("an accepted file")
}

/// Returns the pointer and code of a problem's only fault.
fn fault(problem: &Problem) -> (&str, &str) {
    let [Fault { pointer, code, .. }] = problem.faults() else { panic!("not one fault: {problem}") };
    (pointer, code)
}

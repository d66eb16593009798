//! Unit tests of the `files` module.

mod archives;
mod checked_read;
mod download;
mod garbage_collection;
mod media_types;
mod memory;
mod multipart;
mod ranges;
pub(super) mod samples;
mod scan;
mod service;
mod store;
mod upload;

use futures_util::TryStreamExt;

use super::{ByteStream, FileContent, Store, StoredFile, UploadedFile};
use crate::api::{Fault, Problem};

/// Reads a stream to its end.
async fn read_all(content: ByteStream) -> Result<Vec<u8>, Problem> {
    content.try_fold(Vec::new(), async |all, bytes| Ok([all, bytes.to_vec()].concat())).await
}

/// Makes an uploaded text file.
async fn uploaded_file(bytes: &[u8]) -> UploadedFile {
    UploadedFile::from_bytes("file.txt", bytes).await.expect("an accepted file")
}

/// Opens a store that has its marker.
async fn marked_store(location: &str) -> Store {
    let store = Store::create(location).expect("a store").for_deployment(uuid::Uuid::nil());
    store.write_marker("2022-03-22T12:00:00Z".parse().expect("an instant")).await.expect("a marker");
    store
}

/// Returns what is known of a file that an area stored.
fn stored(area: &str, file: &UploadedFile) -> StoredFile {
    let block_digests = Some(file.block_digests().to_vec());
    StoredFile { folder: area.to_owned(), sha256: file.sha256.clone(), size: file.size, block_digests }
}

/// Returns the pointer and code of a problem's only fault.
fn fault(problem: &Problem) -> (&str, &str) {
    let [Fault { pointer, code, .. }] = problem.faults() else { panic!("not one fault: {problem}") };
    (pointer, code)
}

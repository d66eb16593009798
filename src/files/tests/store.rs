//! The object store in a folder and in memory, which behave the same.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::ObjectStoreExt;
use object_store::path::Path;

use super::super::marker::MARKER;
use super::super::temporary_upload::TemporaryUpload;
use super::super::{Store, StoreError, StoredFile, UploadedFile};
use super::{marked_store, read_all, stored, uploaded_file};
use crate::api::ProblemKind;

/// Opens a store in memory and one in a temporary folder, both with their marker.
pub(super) async fn stores() -> (tempfile::TempDir, [Store; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let local = format!("file://{}/stored", folder.path().display());
    (folder, [marked_store("memory:").await, marked_store(&local).await])
}

/// Returns the keys of all objects except the marker.
pub(super) async fn keys(store: &Store) -> Vec<String> {
    let listing = store.objects.list(None).map_ok(|object| object.location.to_string());
    let mut keys: Vec<String> = listing.try_collect().await.expect("a listing");
    keys.retain(|key| key != MARKER);
    keys.sort();
    keys
}

/// Counts the files below a folder, without the marker.
fn count_files(folder: &std::path::Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let count = |path: std::path::PathBuf| if path.is_dir() { count_files(&path) } else { 1 };
    entries.filter(|path| !path.ends_with(MARKER)).map(count).sum()
}

#[actix_web::test]
async fn a_stored_file_is_read_whole_or_in_part() {
    let (_folder, stores) = stores().await;
    // The file has several parts, and the last is not full.
    let bytes: Vec<u8> = "0123456789\n".repeat(70_001).into_bytes();
    let file = uploaded_file(&bytes).await;
    assert_eq!(file.size, bytes.len() as u64);
    for store in stores {
        store.put("kent", &file).await.expect("the file is stored");
        let read = async |range| read_all(store.read(&stored("kent", &file), range).await.expect("a file")).await;
        assert!(read(None).await.expect("all of it") == bytes);
        assert!(read(Some(262_140..262_150)).await.expect("a part") == bytes[262_140..262_150]);
        assert!(read(Some(770_010..770_011)).await.expect("the end") == bytes[770_010..]);
    }
}

#[actix_web::test]
async fn the_same_file_is_one_object_in_each_area() {
    let (_folder, stores) = stores().await;
    let file = uploaded_file(b"the same\n").await;
    let digest = &file.sha256;
    for store in stores {
        store.put("kent", &file).await.expect("the file is stored");
        let elsewhere = store.read(&stored("cumbria", &file), None).await.err().expect("no object");
        assert_eq!(elsewhere.kind(), ProblemKind::FileMissing);
        store.put("kent", &uploaded_file(b"the same\n").await).await.expect("the file is stored again");
        store.put("cumbria", &file).await.expect("the file is stored there too");
        let key = |area: &str| format!("{area}/{}/{digest}", &digest[..2]);
        assert_eq!(keys(&store).await, [key("cumbria"), key("kent")]);
    }
}

#[actix_web::test]
async fn an_invalid_key_is_an_internal_error() {
    let (_folder, stores) = stores().await;
    let digest = "0".repeat(64);
    for store in stores {
        for (area, digest) in [("../kent", digest.as_str()), ("", &digest), ("kent", "../../secret")] {
            let (folder, sha256) = (area.to_owned(), digest.to_owned());
            let file = StoredFile { folder, sha256, size: 1, block_digests: None };
            let problem = store.read(&file, None).await.err().expect("no object");
            assert_eq!(problem.kind(), ProblemKind::Internal, "{area} {digest}");
        }
    }
}

#[actix_web::test]
async fn an_interrupted_write_leaves_no_file() {
    let (folder, stores) = stores().await;
    let file = uploaded_file(b"short\n").await;
    let content = TemporaryUpload { size: 600_000, ..file.content.clone() };
    let truncated = UploadedFile { content, size: 600_000, ..file };
    for store in stores {
        assert!(store.put("kent", &truncated).await.is_err());
        assert!(keys(&store).await.is_empty());
    }
    assert_eq!(count_files(folder.path()), 0);
}

#[actix_web::test]
async fn a_file_stored_again_is_written_again_and_stays_readable() {
    let (_folder, stores) = stores().await;
    let file = uploaded_file(b"again\n").await;
    for store in stores {
        store.put("kent", &file).await.expect("the file is stored");
        let modified = async || {
            let key = Path::from(keys(&store).await.remove(0));
            store.objects.head(&key).await.expect("an object").last_modified
        };
        let first = modified().await;
        let reading = store.read(&stored("kent", &file), None).await.expect("a file");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        store.put("kent", &file).await.expect("the file is stored again");
        assert!(modified().await > first);
        assert_eq!(read_all(reading).await.expect("all of it"), b"again\n");
    }
}

#[actix_web::test]
async fn concurrent_writes_are_each_complete() {
    let (folder, [_, store]) = stores().await;
    let store = Arc::new(store);
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            // Each key is written twice at the same time.
            actix_web::rt::spawn(async move {
                let bytes = format!("file {}\n", n / 2).repeat(50_000);
                let file = uploaded_file(bytes.as_bytes()).await;
                store.put("kent", &file).await.expect("the file is stored");
                let read = read_all(store.read(&stored("kent", &file), None).await.expect("a file")).await;
                assert!(read.expect("all of it") == bytes.as_bytes());
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    assert_eq!(count_files(folder.path()), 10);
}

#[test]
fn a_new_folder_is_private_and_writes_are_flushed_to_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a/b");
    assert!(matches!(Store::open(&path.to_string_lossy()), Err(StoreError::Folder { .. })));
    assert!(!path.exists(), "only `create` makes a folder");
    let store = Store::create(&path.to_string_lossy()).expect("a store");
    for folder in [&path, &folder.path().join("a")] {
        assert_eq!(fs::metadata(folder).expect("a folder").permissions().mode() & 0o777, 0o700);
    }
    let debug = format!("{:?}", store.objects);
    assert!(debug.contains("fsync: true"), "{debug}");
}

#[test]
fn a_text_that_is_not_a_location_is_refused() {
    for location in ["", "ftp://host/x", "gs://bucket", "https://host/x"] {
        assert!(matches!(Store::open(location), Err(StoreError::Location(_))), "{location}");
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    assert!(Store::create(&file.path().join("x").to_string_lossy()).is_err());
}

#[test]
fn a_bucket_with_a_prefix_is_opened_without_a_request() {
    let store = Store::open("s3://evidence/section55/files").expect("a bucket");
    assert!(store.folder.is_none());
    assert!(format!("{store:?}").contains("section55/files"), "{store:?}");
}

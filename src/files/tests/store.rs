//! The store, in a folder and in memory: the same promises.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use futures_util::TryStreamExt;

use super::super::temporary_upload::TemporaryUpload;
use super::super::{Received, Store, StoreError};
use super::{received, whole};
use crate::api::Kind;

/// A store in memory and one in a folder, which goes with the test.
pub(super) fn stores() -> (tempfile::TempDir, [Store; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let local = format!("file://{}/kept", folder.path().display());
    let stores = ["memory:", &local].map(|place| Store::open(place).expect("a store"));
    (folder, stores)
}

/// The keys of what a store holds.
pub(super) async fn keys(store: &Store) -> Vec<String> {
    let listing = store.objects.list(None).map_ok(|object| object.location.to_string());
    let mut keys: Vec<String> = listing.try_collect().await.expect("a listing");
    keys.sort();
    keys
}

/// Every file below a folder.
fn below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { below(&path) } else { 1 }).sum()
}

#[actix_web::test]
async fn what_is_kept_is_read_back_whole_or_in_part() {
    let (_folder, stores) = stores();
    // More than one part of a folder's, and not a whole number of them.
    let bytes: Vec<u8> = "0123456789\n".repeat(70_001).into_bytes();
    let file = received(&bytes).await;
    assert_eq!(file.size, bytes.len() as u64);
    for store in stores {
        store.keep("kent", &file).await.expect("it is kept");
        let read = async |range| whole(store.read("kent", &file.sha256, range).await.expect("a file")).await;
        assert!(read(None).await.expect("all of it") == bytes);
        assert!(read(Some(262_140..262_150)).await.expect("a part") == bytes[262_140..262_150]);
        assert!(read(Some(770_010..770_011)).await.expect("the end") == bytes[770_010..]);
    }
}

#[actix_web::test]
async fn the_same_file_is_one_object_in_an_area_and_another_in_every_other() {
    let (_folder, stores) = stores();
    let file = received(b"the same\n").await;
    let digest = &file.sha256;
    for store in stores {
        store.keep("kent", &file).await.expect("it is kept");
        let elsewhere = store.read("cumbria", digest, None).await.err().expect("it is not there");
        assert_eq!(elsewhere.kind(), Kind::Internal);
        store.keep("kent", &received(b"the same\n").await).await.expect("it is kept again");
        store.keep("cumbria", &file).await.expect("it is kept there too");
        let key = |area: &str| format!("{area}/{}/{digest}", &digest[..2]);
        assert_eq!(keys(&store).await, [key("cumbria"), key("kent")]);
    }
}

#[actix_web::test]
async fn what_is_not_there_or_cannot_be_is_a_fault_of_ours() {
    let (_folder, stores) = stores();
    let digest = "0".repeat(64);
    for store in stores {
        for (area, digest) in [("kent", digest.as_str()), ("../kent", &digest), ("", &digest), ("kent", "../../secret")]
        {
            let problem = store.read(area, digest, None).await.err().expect("there is nothing");
            assert_eq!(problem.kind(), Kind::Internal, "{area} {digest}");
        }
    }
}

#[actix_web::test]
async fn a_file_that_breaks_off_leaves_nothing_under_its_name_nor_beside_it() {
    let (folder, stores) = stores();
    let file = received(b"short\n").await;
    let spool = TemporaryUpload { size: 600_000, ..file.spool.clone() };
    let broken = Received { spool, size: 600_000, ..file };
    for store in stores {
        assert!(store.keep("kent", &broken).await.is_err());
        assert!(keys(&store).await.is_empty());
    }
    assert_eq!(below(folder.path()), 0);
}

#[actix_web::test]
async fn a_file_kept_again_is_written_afresh_and_stays_readable_meanwhile() {
    let (_folder, stores) = stores();
    let file = received(b"again\n").await;
    for store in stores {
        store.keep("kent", &file).await.expect("it is kept");
        let first = store.objects.list(None).try_next().await.expect("a listing").expect("an object").last_modified;
        let reading = store.read("kent", &file.sha256, None).await.expect("a file");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        store.keep("kent", &file).await.expect("it is kept again");
        let second = store.objects.list(None).try_next().await.expect("a listing").expect("an object").last_modified;
        assert!(second > first);
        assert_eq!(whole(reading).await.expect("all of it"), b"again\n");
    }
}

#[actix_web::test]
async fn many_at_once_are_each_whole() {
    let (folder, [_, store]) = stores();
    let store = Arc::new(store);
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            // Two of each, at the same time under the same name.
            actix_web::rt::spawn(async move {
                let bytes = format!("file {}\n", n / 2).repeat(50_000);
                let file = received(bytes.as_bytes()).await;
                store.keep("kent", &file).await.expect("it is kept");
                let read = whole(store.read("kent", &file.sha256, None).await.expect("a file")).await;
                assert!(read.expect("all of it") == bytes.as_bytes());
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    assert_eq!(below(folder.path()), 10);
}

#[test]
fn a_folder_is_made_for_nobody_else_and_written_through_to_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a/b");
    let store = Store::open(&path.to_string_lossy()).expect("a store");
    for made in [&path, &folder.path().join("a")] {
        assert_eq!(fs::metadata(made).expect("it is made").permissions().mode() & 0o777, 0o700);
    }
    let said = format!("{:?}", store.objects);
    assert!(said.contains("fsync: true"), "{said}");
}

#[test]
fn what_names_no_place_is_refused_at_start() {
    for place in ["", "ftp://host/x", "gs://bucket", "https://host/x"] {
        assert!(matches!(Store::open(place), Err(StoreError::Location(_))), "{place}");
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    assert!(Store::open(&file.path().join("x").to_string_lossy()).is_err());
}

#[test]
fn a_bucket_and_a_prefix_are_opened_without_being_asked() {
    let store = Store::open("s3://evidence/section55/files").expect("a bucket");
    assert!(store.folder.is_none());
    assert!(format!("{store:?}").contains("section55/files"), "{store:?}");
}

//! Stored bytes that changed: no complete response has them, whether they are read whole, in part or by a check.

use std::ops::Range;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};

use super::super::{FileCheck, Store, StoredFile, UploadedFile};
use super::store::stores;
use super::{read_all, stored, uploaded_file};
use crate::api::ProblemKind;

const MIB: usize = 1 << 20;

/// Makes a file of two MiB and a half.
async fn large_file() -> UploadedFile {
    let text: Vec<u8> = (0..5 * MIB / 2).map(|n| if n % 64 == 63 { b'\n' } else { b'a' + (n % 23) as u8 }).collect();
    uploaded_file(&text).await
}

fn key(file: &UploadedFile) -> Path {
    Path::from(format!("kent/{}/{}", &file.sha256[..2], file.sha256))
}

/// Replaces the object of a file by other bytes.
async fn replace(store: &Store, file: &UploadedFile, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = store.objects.get(&key(file)).await.expect("an object").bytes().await.expect("bytes").to_vec();
    change(&mut bytes);
    store.objects.put(&key(file), PutPayload::from(bytes)).await.expect("an object");
}

/// Reads a file or a range. Returns the number of bytes before the problem, and the kind of the problem.
async fn read(store: &Store, file: &StoredFile, range: Option<Range<u64>>) -> (usize, Option<ProblemKind>) {
    let mut content = match store.read(file, range).await {
        Ok(content) => content,
        Err(problem) => return (0, Some(problem.kind())),
    };
    let mut sent = 0;
    loop {
        match content.try_next().await {
            Ok(Some(bytes)) => sent += bytes.len(),
            Ok(None) => return (sent, None),
            Err(problem) => return (sent, Some(problem.kind())),
        }
    }
}

/// Returns the file with and without the digests of its blocks, as a newer and an earlier version stored it.
fn with_and_without_blocks(file: &UploadedFile) -> [StoredFile; 2] {
    let with = stored("kent", file);
    [StoredFile { block_digests: None, ..with.clone() }, with]
}

#[actix_web::test]
async fn each_range_has_the_bytes_of_the_upload() {
    let (_folder, stores) = stores().await;
    let file = large_file().await;
    for store in stores {
        store.put("kent", &file).await.expect("the file is stored");
        let whole = store.objects.get(&key(&file)).await.expect("an object").bytes().await.expect("bytes");
        for known in with_and_without_blocks(&file) {
            let all = read_all(store.read(&known, None).await.expect("a file")).await.expect("all of it");
            assert!(all == whole, "{:?}", known.block_digests);
            for range in [0..1, 0..MIB, MIB..MIB + 1, MIB - 1..2 * MIB + 7, 2 * MIB..5 * MIB / 2, 17..5 * MIB / 2] {
                let part = store.read(&known, Some(range.start as u64..range.end as u64)).await.expect("a part");
                assert!(read_all(part).await.expect("all of it") == whole[range.clone()], "{range:?}");
            }
        }
    }
}

/// Damages the bytes of a file.
type Change = fn(&mut Vec<u8>);

#[actix_web::test]
async fn changed_bytes_are_never_a_complete_response() {
    let (_folder, stores) = stores().await;
    let file = large_file().await;
    let size = file.size;
    let changes: [(&str, Change); 5] = [
        ("a byte of the second block", |bytes| bytes[MIB + 5] ^= 1),
        ("the last byte", |bytes| *bytes.last_mut().expect("a byte") ^= 1),
        ("truncated", |bytes| bytes.truncate(MIB + 10)),
        ("appended", |bytes| bytes.push(b'x')),
        ("replaced by the same length", |bytes| bytes.fill(b'z')),
    ];
    for store in stores {
        for (name, change) in changes {
            store.put("kent", &file).await.expect("the file is stored");
            replace(&store, &file, change).await;
            for known in with_and_without_blocks(&file) {
                for range in [None, Some(MIB as u64..size), Some(2..size - 2)] {
                    let (sent, problem) = read(&store, &known, range.clone()).await;
                    // The last byte is not in the last range, but it is in the range's last block.
                    assert_eq!(problem, Some(ProblemKind::FileDamaged), "{name} {range:?}");
                    assert!(sent < file.size as usize - 4, "{name} {range:?}: {sent} bytes were sent");
                }
                let found = store.check(&known).await.expect("a check");
                assert_eq!(found, FileCheck::Damaged, "{name}");
            }
        }
        // A range of intact blocks is sent, although another block is damaged.
        store.put("kent", &file).await.expect("the file is stored");
        replace(&store, &file, |bytes| bytes[2 * MIB] ^= 1).await;
        assert_eq!(read(&store, &stored("kent", &file), Some(0..2 * MIB as u64)).await, (2 * MIB, None));
    }
}

#[actix_web::test]
async fn a_missing_file_is_missing_only_while_the_store_has_its_marker() {
    let (_folder, stores) = stores().await;
    let file = uploaded_file(b"0123456789\n").await;
    for store in stores {
        store.put("kent", &file).await.expect("the file is stored");
        let blocks = vec![7; 32];
        for known in with_and_without_blocks(&file) {
            assert_eq!(read(&store, &known, Some(3..5)).await, (2, None));
            assert!(matches!(store.check(&known).await, Ok(FileCheck::Intact(digests)) if digests.len() == 32));
            let wrong = StoredFile { block_digests: Some(blocks.clone()), ..known };
            assert_eq!(read(&store, &wrong, Some(3..5)).await, (0, Some(ProblemKind::FileDamaged)));
        }
        store.objects.delete(&key(&file)).await.expect("a deletion");
        for known in with_and_without_blocks(&file) {
            for range in [None, Some(3..5)] {
                assert_eq!(read(&store, &known, range).await, (0, Some(ProblemKind::FileMissing)));
            }
            assert_eq!(store.check(&known).await.expect("a check"), FileCheck::Missing);
        }
        store.objects.delete(&Path::from(super::super::marker::MARKER)).await.expect("a deletion");
        for known in with_and_without_blocks(&file) {
            for range in [None, Some(3..5)] {
                assert_eq!(read(&store, &known, range).await, (0, Some(ProblemKind::Unavailable)));
            }
            let problem = store.check(&known).await.expect_err("no marker");
            assert_eq!(problem.kind(), ProblemKind::Unavailable);
        }
    }
}

#[actix_web::test]
async fn without_its_marker_nothing_is_written_or_deleted() {
    let (folder, stores) = stores().await;
    let file = uploaded_file(b"0123456789\n").await;
    for store in &stores {
        let other = store.clone().for_deployment(uuid::Uuid::max());
        let problem = other.put("kent", &file).await.expect_err("the store of another deployment");
        assert_eq!(problem.kind(), ProblemKind::Unavailable);
        let nothing = async |_: &str, _: &[String]| Ok(std::collections::HashSet::new());
        store.put("kent", &file).await.expect("the file is stored");
        assert!(other.delete_unreferenced(chrono::DateTime::<chrono::Utc>::MAX_UTC, nothing).await.is_err());
        assert!(store.has("kent", &file.sha256).await.expect("a store"), "the object of another deployment stays");
    }
    let away = folder.path().join("away");
    std::fs::rename(folder.path().join("stored"), &away).expect("a folder");
    assert_eq!(stores[1].put("kent", &file).await.expect_err("no store").kind(), ProblemKind::Unavailable);
    assert!(!folder.path().join("stored").exists(), "the folder is not made anew");
    let unnamed = Store::open("memory:").expect("a store");
    assert_eq!(unnamed.put("kent", &file).await.expect_err("no deployment").kind(), ProblemKind::Internal);
}

//! The deletion of unreferenced objects: what it deletes, and what it must not delete.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use object_store::ObjectStoreExt;
use object_store::path::Path;

use super::store::{keys, stores};
use super::{marked_store, read_all, stored, uploaded_file};

/// Returns the time of the objects' clock, `offset` hours from now.
fn hours(offset: i64) -> DateTime<Utc> {
    DateTime::from(SystemTime::now()) + TimeDelta::hours(offset)
}

#[actix_web::test]
async fn an_unreferenced_object_is_deleted_once_it_is_old_enough() {
    let (_folder, stores) = stores().await;
    let (referenced_file, orphan) = (uploaded_file(b"named\n").await, uploaded_file(b"orphan\n").await);
    for store in stores {
        for (area, file) in [("kent", &referenced_file), ("kent", &orphan), ("cumbria", &referenced_file)] {
            store.put(area, file).await.expect("the file is stored");
        }
        // The service must not delete an object that it did not store.
        store.objects.put(&Path::from("kent/readme.txt"), "hello".into()).await.expect("an object");
        let queries = RefCell::new(Vec::new());
        let referenced = async |area: &str, digests: &[String]| {
            queries.borrow_mut().push((area.to_owned(), digests.len()));
            Ok(if area == "kent" { HashSet::from([referenced_file.sha256.clone()]) } else { HashSet::new() })
        };
        assert_eq!(store.delete_unreferenced(hours(-1), referenced).await.expect("a deletion"), 0);
        assert!(queries.borrow().is_empty(), "no object is old enough");
        assert_eq!(store.delete_unreferenced(hours(1), referenced).await.expect("a deletion"), 2);
        queries.borrow_mut().sort();
        assert_eq!(*queries.borrow(), [("cumbria".to_owned(), 1), ("kent".to_owned(), 2)]);
        let left = read_all(store.read(&stored("kent", &referenced_file), None).await.expect("a file")).await;
        assert_eq!(left.expect("all of it"), b"named\n");
        assert_eq!(keys(&store).await.len(), 2);
    }
}

#[actix_web::test]
async fn one_query_has_at_most_500_digests() {
    let store = marked_store("memory:").await;
    for n in 0..1001 {
        let digest = format!("{n:064x}");
        let key = Path::from(format!("kent/{}/{digest}", &digest[..2]));
        store.objects.put(&key, "x".into()).await.expect("an object");
    }
    let queries = RefCell::new(Vec::new());
    let referenced = async |_: &str, digests: &[String]| {
        queries.borrow_mut().push(digests.len());
        Ok(digests.iter().take(1).cloned().collect())
    };
    assert_eq!(store.delete_unreferenced(hours(1), referenced).await.expect("a deletion"), 998);
    assert_eq!(*queries.borrow(), [500, 500, 1]);
}

#[actix_web::test]
async fn an_object_that_is_written_again_meanwhile_is_not_deleted() {
    let (folder, [_, store]) = stores().await;
    let file = uploaded_file(b"used again\n").await;
    store.put("kent", &file).await.expect("the file is stored");
    let path = folder.path().join(format!("stored/kent/{}/{}", &file.sha256[..2], file.sha256));
    let old = SystemTime::now() - Duration::from_secs(7200);
    File::options().write(true).open(&path).and_then(|it| it.set_modified(old)).expect("an old file");
    let referenced = async |_: &str, _: &[String]| {
        store.put("kent", &file).await?;
        Ok(HashSet::new())
    };
    assert_eq!(store.delete_unreferenced(hours(-1), referenced).await.expect("a deletion"), 0);
    assert!(path.exists());
}

#[actix_web::test]
async fn a_failed_query_deletes_nothing() {
    let store = marked_store("memory:").await;
    store.put("kent", &uploaded_file(b"x\n").await).await.expect("the file is stored");
    let referenced = async |_: &str, _: &[String]| Err(crate::api::Problem::unavailable("no database", 1));
    assert!(store.delete_unreferenced(hours(1), referenced).await.is_err());
    assert_eq!(keys(&store).await.len(), 1);
}

#[actix_web::test]
async fn the_files_of_interrupted_writes_are_deleted() {
    let (folder, [_, store]) = stores().await;
    let within = folder.path().join("stored/kent/aa");
    fs::create_dir_all(&within).expect("a folder");
    let partial = |name: String| {
        let path = within.join(name);
        fs::write(&path, "half").expect("a file");
        path
    };
    let digest = "a".repeat(64);
    let (own, foreign) = (partial(format!("{digest}#1")), partial("notes#1".to_owned()));
    let none = async |_: &str, _: &[String]| Ok(HashSet::new());
    assert_eq!(store.delete_unreferenced(hours(-1), none).await.expect("a deletion"), 0);
    assert!(own.exists(), "the write may still be in progress");
    assert_eq!(store.delete_unreferenced(hours(1), none).await.expect("a deletion"), 1);
    assert!(!own.exists() && foreign.exists());
}

#[tokio::test]
async fn the_deletion_can_run_in_a_task() {
    let store = marked_store("memory:").await;
    let deletion = tokio::spawn(async move {
        store.delete_unreferenced(hours(1), async |_: &str, _: &[String]| Ok(HashSet::new())).await
    });
    assert_eq!(deletion.await.expect("no panic").expect("a deletion"), 0);
}

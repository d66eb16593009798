//! What the sweep removes, and what it must leave.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use object_store::ObjectStoreExt;
use object_store::path::Path;

use super::super::Store;
use super::store::{keys, stores};
use super::{received, whole};

/// The time that objects are stamped with, so many hours on.
fn hours(on: i64) -> DateTime<Utc> {
    DateTime::from(SystemTime::now()) + TimeDelta::hours(on)
}

#[actix_web::test]
async fn what_no_record_names_goes_once_it_is_old_enough() {
    let (_folder, stores) = stores();
    let (named, orphan) = (received(b"named\n").await, received(b"orphan\n").await);
    for store in stores {
        for (area, file) in [("kent", &named), ("kent", &orphan), ("cumbria", &named)] {
            store.keep(area, file).await.expect("it is kept");
        }
        // Another's object is none of ours to remove.
        store.objects.put(&Path::from("kent/readme.txt"), "hello".into()).await.expect("an object");
        let asked = RefCell::new(Vec::new());
        let known = async |area: &str, digests: &[String]| {
            asked.borrow_mut().push((area.to_owned(), digests.len()));
            Ok(if area == "kent" { HashSet::from([named.sha256.clone()]) } else { HashSet::new() })
        };
        assert_eq!(store.sweep(hours(-1), known).await.expect("a sweep"), 0);
        assert!(asked.borrow().is_empty(), "nothing is old");
        assert_eq!(store.sweep(hours(1), known).await.expect("a sweep"), 2);
        asked.borrow_mut().sort();
        assert_eq!(*asked.borrow(), [("cumbria".to_owned(), 1), ("kent".to_owned(), 2)]);
        let left = whole(store.read("kent", &named.sha256, None).await.expect("a file")).await;
        assert_eq!(left.expect("all of it"), b"named\n");
        assert_eq!(keys(&store).await.len(), 2);
    }
}

#[actix_web::test]
async fn it_asks_about_500_at_the_most() {
    let store = Store::open("memory:").expect("a store");
    for n in 0..1001 {
        let digest = format!("{n:064x}");
        let key = Path::from(format!("kent/{}/{digest}", &digest[..2]));
        store.objects.put(&key, "x".into()).await.expect("an object");
    }
    let asked = RefCell::new(Vec::new());
    let known = async |_: &str, digests: &[String]| {
        asked.borrow_mut().push(digests.len());
        Ok(digests.iter().take(1).cloned().collect())
    };
    assert_eq!(store.sweep(hours(1), known).await.expect("a sweep"), 998);
    assert_eq!(*asked.borrow(), [500, 500, 1]);
}

#[actix_web::test]
async fn what_is_written_afresh_while_it_looks_stays() {
    let (folder, [_, store]) = stores();
    let file = received(b"used again\n").await;
    store.keep("kent", &file).await.expect("it is kept");
    let path = folder.path().join(format!("kept/kent/{}/{}", &file.sha256[..2], file.sha256));
    let old = SystemTime::now() - Duration::from_secs(7200);
    File::options().write(true).open(&path).and_then(|it| it.set_modified(old)).expect("an old file");
    let known = async |_: &str, _: &[String]| {
        store.keep("kent", &file).await?;
        Ok(HashSet::new())
    };
    assert_eq!(store.sweep(hours(-1), known).await.expect("a sweep"), 0);
    assert!(path.exists());
}

#[actix_web::test]
async fn a_failure_to_ask_removes_nothing() {
    let store = Store::open("memory:").expect("a store");
    store.keep("kent", &received(b"x\n").await).await.expect("it is kept");
    let known = async |_: &str, _: &[String]| Err(crate::api::Problem::unavailable("away", 1));
    assert!(store.sweep(hours(1), known).await.is_err());
    assert_eq!(keys(&store).await.len(), 1);
}

#[actix_web::test]
async fn what_interrupted_writes_left_goes_too() {
    let (folder, [_, store]) = stores();
    let within = folder.path().join("kept/kent/aa");
    fs::create_dir_all(&within).expect("a folder");
    let begun = |name: String| {
        let path = within.join(name);
        fs::write(&path, "half").expect("a file");
        path
    };
    let digest = "a".repeat(64);
    let (ours, theirs) = (begun(format!("{digest}#1")), begun("notes#1".to_owned()));
    let none = async |_: &str, _: &[String]| Ok(HashSet::new());
    assert_eq!(store.sweep(hours(-1), none).await.expect("a sweep"), 0);
    assert!(ours.exists(), "it may still be written");
    assert_eq!(store.sweep(hours(1), none).await.expect("a sweep"), 1);
    assert!(!ours.exists() && theirs.exists());
}

#[tokio::test]
async fn it_can_run_in_a_task_of_its_own() {
    let store = Store::open("memory:").expect("a store");
    let sweeping =
        tokio::spawn(async move { store.sweep(hours(1), async |_: &str, _: &[String]| Ok(HashSet::new())).await });
    assert_eq!(sweeping.await.expect("no panic").expect("a sweep"), 0);
}

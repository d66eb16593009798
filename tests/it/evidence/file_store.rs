//! The marker of the file store: which store the service accepts, and what happens when the store goes away.

use std::fs;

use section55::file_integrity::{self, OpenStoreError, adopt_store, open_store};
use serde_json::json;

use super::Case;
use crate::support::Folder;

const MARKER: &str = "section55-store.json";

/// Returns the error of a store that must be refused.
fn refused<T>(opened: Result<T, OpenStoreError>) -> OpenStoreError {
    match opened {
        Err(error) => error,
        Ok(_) => panic!("the store was accepted"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_went_away_takes_no_uploads_and_its_files_are_not_marked() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let file = case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    let folder = case.app.files_folder();
    let away = folder.with_extension("away");
    fs::rename(&folder, &away).expect("a folder");
    // The second content is stored already, so its upload would write no bytes.
    for content in [&b"New."[..], b"Agreed."] {
        let answer = case.upload(&item, "b.txt", content).await.expect(503);
        assert!(answer.headers.contains_key("retry-after"));
    }
    assert!(!folder.exists(), "the folder is not made anew");
    for headers in [vec![], vec![("range", "bytes=0-2")]] {
        let answer = case.auditor.send(reqwest::Method::GET, &file.href(), &headers, None).await.expect(503);
        assert_eq!(answer.body["code"], "unavailable");
    }
    let (db, clock) = (&case.app.database.db, &case.app.clock);
    assert!(file_integrity::scrub(db, &case.app.files, clock, 30).await.is_err());
    fs::create_dir(&folder).expect("an empty folder, as where a volume is not mounted");
    case.upload(&item, "b.txt", b"New.").await.expect(503);
    case.auditor.get(&file.href()).await.expect(503);
    assert!(file_integrity::scrub(db, &case.app.files, clock, 30).await.is_err());
    assert_eq!(case.count_rows("select count(*) from stored_files where state <> 'intact'").await, 0);
    fs::remove_dir(&folder).expect("an empty folder");
    fs::rename(&away, &folder).expect("a folder");
    case.upload(&item, "b.txt", b"New.").await.expect(201);
    assert_eq!(case.auditor.get(&file.href()).await.expect(200).text, "Agreed.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_store_with_the_databases_own_marker_is_opened() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let (db, clock) = (&case.app.database.db, &case.app.clock);
    let own = case.app.files_folder().to_string_lossy().into_owned();
    let elsewhere = Folder::new();
    let empty = elsewhere.path().join("files").to_string_lossy().into_owned();
    // A database without files marks a new store.
    open_store(db, &empty, clock).await.expect("a new store");
    fs::remove_dir_all(&empty).expect("a folder");
    case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    open_store(db, &own, clock).await.expect("the store");
    assert!(matches!(refused(open_store(db, &empty, clock).await), OpenStoreError::Store(_)), "there is no folder");
    fs::create_dir(&empty).expect("a folder");
    let error = refused(open_store(db, &empty, clock).await);
    assert!(matches!(error, OpenStoreError::NoMarker { found: 0, sought: 1, .. }), "{error}");
    assert!(error.to_string().contains("adopt-files"), "{error}");
    assert_eq!(fs::read_dir(&empty).expect("a folder").count(), 0);
    // Another database refuses the store, also while it has no files.
    let other = Case::new().await;
    let administrator = other.app.database.administrator().await;
    administrator.batch_execute("update deployment set id = gen_random_uuid()").await.expect("another identity");
    let error = refused(open_store(&other.app.database.db, &own, clock).await);
    assert!(matches!(error, OpenStoreError::OtherDeployment { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_is_adopted_on_purpose_and_one_from_before_the_marker_by_its_files() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let file = case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    let (db, clock) = (&case.app.database.db, &case.app.clock);
    let folder = case.app.files_folder();
    let own = folder.to_string_lossy().into_owned();
    fs::remove_file(folder.join(MARKER)).expect("a marker");
    refused(open_store(db, &own, clock).await);
    case.upload(&item, "b.txt", b"New.").await.expect(503);
    let adopted = adopt_store(db, &own, clock).await.expect("an adoption");
    assert_eq!((adopted.previous, adopted.found, adopted.sought), (None, 1, 1));
    open_store(db, &own, clock).await.expect("the adopted store");
    case.upload(&item, "b.txt", b"New.").await.expect(201);
    let again = adopt_store(db, &own, clock).await.expect("an adoption");
    assert_eq!((again.previous, again.found, again.sought), (Some(adopted.own), 2, 2));
    // As after an upgrade from a version without markers: the store has the files of the database.
    let administrator = case.app.database.administrator().await;
    let unmarked = "update deployment set marked_at = null";
    administrator.batch_execute(unmarked).await.expect("an update");
    fs::remove_file(folder.join(MARKER)).expect("a marker");
    open_store(db, &own, clock).await.expect("the store of an earlier version");
    assert!(folder.join(MARKER).exists());
    administrator.batch_execute(unmarked).await.expect("an update");
    fs::remove_file(folder.join(MARKER)).expect("a marker");
    let digest = file.body["sha256"].as_str().expect("a digest");
    fs::remove_file(folder.join("cumbria").join(&digest[..2]).join(digest)).expect("the stored file");
    let error = refused(open_store(db, &own, clock).await);
    assert!(matches!(error, OpenStoreError::NoMarker { found: 1, sought: 2, .. }), "{error}");
}

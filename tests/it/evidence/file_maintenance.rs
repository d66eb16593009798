//! Background work on files: the deletion of unreferenced files, late scans, and infected files that cannot be
//! downloaded.

use chrono::{DateTime, TimeDelta, Utc};
use section55::clock::Clock;
use section55::evidence::file_maintenance;
use section55::files::{Scanner, UploadedFile};
use serde_json::json;

use super::{Case, clamd, fault, review_request};
use crate::support::App;

/// Returns a clock at this distance from the present time, at which the test writes its files.
fn clock_in(by: TimeDelta) -> Clock {
    Clock::fixed_at(DateTime::<Utc>::from(std::time::SystemTime::now()) + by)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreferenced_file_is_deleted_once_it_is_old_enough() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let sent = case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    let referenced = case.app.stored_files();
    let orphan = UploadedFile::from_bytes("b.txt", b"Unreferenced.").await.expect("a file");
    // The same content is an orphan in an area that has no row for it.
    let same = UploadedFile::from_bytes("c.txt", b"Agreed.").await.expect("a file");
    case.app.files.put("cumbria", &orphan).await.expect("stored");
    case.app.files.put("kent", &same).await.expect("stored");
    assert_eq!(case.app.stored_files().len(), 3);
    let delete = async |by| {
        let clock = clock_in(by);
        file_maintenance::delete_unreferenced_files(&case.app.database.db, &case.app.files, &clock)
            .await
            .expect("a deletion")
    };
    assert_eq!(delete(TimeDelta::minutes(59)).await, 0, "an upload may still insert its row");
    assert_eq!(delete(TimeDelta::minutes(61)).await, 2);
    assert_eq!(case.app.stored_files(), referenced);
    assert_eq!(delete(TimeDelta::days(4000)).await, 0);
    assert_eq!(case.auditor.get(&sent.href()).await.expect(200).text, "Agreed.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_files_of_withdrawn_evidence_are_not_deleted() {
    let case = Case::new().await;
    let item = case.add_submitted(json!({})).await;
    case.force.act(&item, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    let clock = clock_in(TimeDelta::days(4000));
    let deleted = file_maintenance::delete_unreferenced_files(&case.app.database.db, &case.app.files, &clock).await;
    assert_eq!(deleted.expect("a deletion"), 0);
    assert_eq!(case.app.stored_files().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clean_file_can_be_downloaded_and_an_infected_file_is_not_stored() {
    let case = Case::with_app(App::start_with_scanner(clamd::start().await).await).await;
    let item = case.add_draft(json!({})).await;
    let clean = case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    assert_eq!(clean.body["scan"], "clean");
    case.auditor.get(&clean.href()).await.expect(200);
    let (before, stored) = (case.app.database.fingerprint().await, case.app.stored_files());
    for marking in ["official", "official_sensitive"] {
        let path = format!("{item}/files?validate_only={}", marking == "official");
        let refused = case.force.upload(&path, "b.txt", b"This is EICAR.").await.expect(422);
        assert_eq!(refused.faults(), fault("/file", "infected"));
    }
    assert_eq!((case.app.database.fingerprint().await, case.app.stored_files()), (before, stored));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_waits_for_its_scan_cannot_be_downloaded() {
    let case = Case::with_app(App::start_with_scanner(clamd::unreachable_address()).await).await;
    let app = &case.app;
    let item = case.add_draft(json!({ "marking": "official_sensitive" })).await;
    let good = case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    let bad = case.upload(&item, "b.txt", b"This is EICAR.").await.expect(201);
    for sent in [&good, &bad] {
        assert_eq!(sent.body["scan"], "pending");
        let withheld = case.auditor.get(&sent.href()).await.expect(409);
        assert_eq!(withheld.body["code"], "file_withheld");
        let head = case.auditor.send(reqwest::Method::HEAD, &sent.href(), &[], None).await.expect(409);
        assert!(!head.headers.contains_key("etag"));
    }
    case.force.act(&item, json!({ "action": "submit" })).await.expect(200);
    let refused = case.opcc.act(&item, review_request("accept")).await.expect(422);
    assert_eq!(refused.faults(), fault("/files", "scanned"));
    let scan = async |address: String| {
        file_maintenance::scan_pending_files(&app.database.db, &app.files, &Scanner::new(Some(address)), &app.clock)
            .await
            .expect("a scan")
    };
    assert_eq!(scan(clamd::unreachable_address()).await, 0, "clamd cannot be reached");
    assert_eq!(scan(clamd::start().await).await, 2);
    assert_eq!(scan(clamd::start().await).await, 0);
    assert_eq!(case.auditor.get(&good.href()).await.expect(200).text, "Agreed.");
    for headers in [&[][..], &[("range", "bytes=0-3")], &[("if-none-match", "*")]] {
        let refused = case.auditor.send(reqwest::Method::GET, &bad.href(), headers, None).await.expect(409);
        assert!(!refused.text.contains("EICAR"));
    }
    assert_eq!(case.event_actions(&bad.href()).await, ["scan"]);
    assert_eq!(case.opcc.act(&item, review_request("accept")).await.expect(422).faults(), fault("/files", "scanned"));
    // If the same content is uploaded again while clamd cannot be reached, it has the earlier result.
    let again = case.upload(&item, "c.txt", b"This is EICAR.").await.expect(201);
    assert_eq!(again.body["scan"], "infected");
    case.auditor.get(&again.href()).await.expect(409);
    let files = case.auditor.get(&format!("{item}/files")).await.expect(200);
    let scans: Vec<&serde_json::Value> =
        files.body["items"].as_array().expect("a list").iter().map(|it| &it["scan"]).collect();
    assert_eq!(scans, ["clean", "infected", "infected"]);
}

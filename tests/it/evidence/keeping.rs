//! What is kept of files and what is not: orphans swept, scans made up for, what is infected never served.

use chrono::{DateTime, TimeDelta, Utc};
use section55::clock::Clock;
use section55::evidence::keeping;
use section55::files::{Received, Scanner};
use serde_json::json;

use super::{Case, clamd, fault, review};
use crate::support::App;

/// A clock that far from the time at which the files were really written.
fn later(by: TimeDelta) -> Clock {
    Clock::standing_at(DateTime::<Utc>::from(std::time::SystemTime::now()) + by)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_row_points_to_is_swept_once_it_is_old() {
    let case = Case::new().await;
    let item = case.item(json!({})).await;
    let sent = case.send(&item, "a.txt", b"Agreed.").await.expect(201);
    let kept = case.app.stored();
    let orphan = Received::of("b.txt", b"Nobody's.").await.expect("a file");
    // The same words in an area that has no row for them are an orphan there.
    let same = Received::of("c.txt", b"Agreed.").await.expect("a file");
    case.app.files.keep("cumbria", &orphan).await.expect("kept");
    case.app.files.keep("kent", &same).await.expect("kept");
    assert_eq!(case.app.stored().len(), 3);
    let sweep = async |by| keeping::sweep(&case.app.database.db, &case.app.files, &later(by)).await.expect("swept");
    assert_eq!(sweep(TimeDelta::minutes(59)).await, 0, "a row may still come");
    assert_eq!(sweep(TimeDelta::minutes(61)).await, 2);
    assert_eq!(case.app.stored(), kept);
    assert_eq!(sweep(TimeDelta::days(4000)).await, 0);
    assert_eq!(case.auditor.get(&sent.href()).await.expect(200).text, "Agreed.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn withdrawn_evidence_is_not_swept() {
    let case = Case::new().await;
    let item = case.submitted(json!({})).await;
    case.force.act(&item, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    let swept = keeping::sweep(&case.app.database.db, &case.app.files, &later(TimeDelta::days(4000))).await;
    assert_eq!(swept.expect("swept"), 0);
    assert_eq!(case.app.stored().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_scanned_clean_is_served_and_what_is_infected_is_not_kept() {
    let case = Case::of(App::scanned_at(clamd::start().await).await).await;
    let item = case.item(json!({})).await;
    let clean = case.send(&item, "a.txt", b"Agreed.").await.expect(201);
    assert_eq!(clean.body["scan"], "clean");
    case.auditor.get(&clean.href()).await.expect(200);
    let (before, stored) = (case.app.database.fingerprint().await, case.app.stored());
    for marking in ["official", "official_sensitive"] {
        let tried = format!("{item}/files?validate_only={}", marking == "official");
        let refused = case.force.upload(&tried, "b.txt", b"This is EICAR.").await.expect(422);
        assert_eq!(refused.faults(), fault("/file", "infected"));
    }
    assert_eq!((case.app.database.fingerprint().await, case.app.stored()), (before, stored));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_its_scan_is_withheld_until_it_is_decided() {
    let case = Case::of(App::scanned_at(clamd::away()).await).await;
    let app = &case.app;
    let item = case.item(json!({ "marking": "official_sensitive" })).await;
    let good = case.send(&item, "a.txt", b"Agreed.").await.expect(201);
    let bad = case.send(&item, "b.txt", b"This is EICAR.").await.expect(201);
    for sent in [&good, &bad] {
        assert_eq!(sent.body["scan"], "pending");
        let withheld = case.auditor.get(&sent.href()).await.expect(409);
        assert_eq!(withheld.body["code"], "file_withheld");
        let head = case.auditor.send(reqwest::Method::HEAD, &sent.href(), &[], None).await.expect(409);
        assert!(!head.headers.contains_key("etag"));
    }
    case.force.act(&item, json!({ "action": "submit" })).await.expect(200);
    let refused = case.opcc.act(&item, review("accept")).await.expect(422);
    assert_eq!(refused.faults(), fault("/files", "scanned"));
    let scan = async |address: String| {
        keeping::scan_pending(&app.database.db, &app.files, &Scanner::new(Some(address)), &app.clock)
            .await
            .expect("scanned")
    };
    assert_eq!(scan(clamd::away()).await, 0, "it waits on");
    assert_eq!(scan(clamd::start().await).await, 2);
    assert_eq!(scan(clamd::start().await).await, 0);
    assert_eq!(case.auditor.get(&good.href()).await.expect(200).text, "Agreed.");
    for headers in [&[][..], &[("range", "bytes=0-3")], &[("if-none-match", "*")]] {
        let refused = case.auditor.send(reqwest::Method::GET, &bad.href(), headers, None).await.expect(409);
        assert!(!refused.text.contains("EICAR"));
    }
    assert_eq!(case.events(&bad.href()).await, ["scan"]);
    assert_eq!(case.opcc.act(&item, review("accept")).await.expect(422).faults(), fault("/files", "scanned"));
    // Sent again while the scanner is away, it is what it was found to be.
    let again = case.send(&item, "c.txt", b"This is EICAR.").await.expect(201);
    assert_eq!(again.body["scan"], "infected");
    case.auditor.get(&again.href()).await.expect(409);
    let files = case.auditor.get(&format!("{item}/files")).await.expect(200);
    let scans: Vec<&serde_json::Value> =
        files.body["items"].as_array().expect("a list").iter().map(|it| &it["scan"]).collect();
    assert_eq!(scans, ["clean", "infected", "infected"]);
}

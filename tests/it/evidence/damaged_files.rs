//! Stored files whose bytes changed or are missing: they are never sent as a complete response, the check finds them, and
//! the right bytes take the mark off.

use std::fs;
use std::path::PathBuf;

use chrono::TimeDelta;
use reqwest::Method;
use section55::auth::Role;
use section55::clock::Clock;
use section55::evidence::file_maintenance;
use section55::file_integrity::{self, IntegrityFigures};
use section55::files::Scanner;
use serde_json::json;

use super::{Case, clamd};
use crate::imports::proposals::{propose, table};
use crate::support::{App, Reply};

const MIB: usize = 1 << 20;

/// Makes a text of two and a half MiB.
fn large_text() -> Vec<u8> {
    (0..5 * MIB / 2).map(|n| if n % 64 == 63 { b'\n' } else { b'a' + u8::try_from(n % 23).expect("a byte") }).collect()
}

/// Returns the path on the disk of a file that an area stored.
fn path_of(app: &App, area: &str, sha256: &str) -> PathBuf {
    app.files_folder().join(area).join(&sha256[..2]).join(sha256)
}

fn sha256(file: &Reply) -> String {
    file.body["sha256"].as_str().expect("a digest").to_owned()
}

/// Runs a round of the check at this many hours after the clock of the test. Returns the number of files read and the
/// figures.
async fn scrub_after(app: &App, hours: i64) -> (u64, IntegrityFigures) {
    let clock = Clock::fixed_at(app.clock.now() + TimeDelta::hours(hours));
    let (outcome, figures) =
        file_integrity::scrub(&app.database.db, &app.files, &clock, 30).await.expect("a round of the check");
    (outcome.checked, figures)
}

impl Case {
    /// Waits until the state of a stored file is this one.
    async fn wait_for_state(&self, sha256: &str, state: &str) {
        let client = self.app.database.administrator().await;
        for _ in 0..200 {
            let sql = "select state from stored_files where sha256 = $1";
            let row = client.query_one(sql, &[&sha256]).await.expect("a stored file");
            if row.get::<_, String>(0) == state {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("not within 10 seconds: the file is {state}");
    }

    /// Sends a download without a client that checks the length. Returns the status, the Content-Length and the body.
    async fn download(&self, path: &str, range: &str) -> (u16, usize, Vec<u8>) {
        let token = self.app.token("auditor@cumbria", &["auditor"], &["cumbria"]);
        let range = if range.is_empty() { String::new() } else { format!("Range: {range}\r\n") };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{range}\r\n"
        );
        let reply = self.app.send_raw(request.as_bytes()).await;
        let length = reply.head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        (reply.status, length.expect("a length"), reply.body)
    }
}

/// Damages the bytes of a file.
type Change = fn(&mut Vec<u8>);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changed_bytes_are_not_sent_and_the_file_is_withheld_until_they_are_right_again() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let changes: [(&str, Change); 4] = [
        ("a byte changed", |bytes| bytes[3] ^= 1),
        ("truncated", |bytes| bytes.truncate(5)),
        ("appended", |bytes| bytes.push(b'x')),
        ("replaced by the same length", |bytes| bytes.fill(b'z')),
    ];
    for (n, (name, change)) in changes.into_iter().enumerate() {
        let content = format!("0123456789 agreed {n}.");
        for range in [None, Some("bytes=0-7")] {
            let file = case.upload(&item, "a.txt", format!("{content}{range:?}").as_bytes()).await.expect(201);
            let (digest, href) = (sha256(&file), file.href());
            let etag = case.auditor.get(&href).await.expect(200).etag();
            let path = path_of(&case.app, "cumbria", &digest);
            let right = fs::read(&path).expect("the stored file");
            let mut wrong = right.clone();
            change(&mut wrong);
            fs::write(&path, wrong).expect("other bytes");
            let headers: Vec<_> = range.map(|range| ("range", range)).into_iter().collect();
            let refused = case.auditor.send(Method::GET, &href, &headers, None).await.expect(500);
            assert_eq!(refused.body["code"], "file_damaged", "{name} {range:?}");
            assert!(!refused.headers.contains_key("etag"), "{name}");
            // The download that found it has the file checked at once.
            case.wait_for_state(&digest, "damaged").await;
            for (method, headers) in [(Method::HEAD, vec![]), (Method::GET, vec![("if-none-match", etag.as_str())])] {
                case.auditor.send(method, &href, &headers, None).await.expect(500);
            }
            fs::write(&path, right).expect("the right bytes");
            assert_eq!(case.auditor.get(&href).await.expect(500).body["code"], "file_damaged", "known as damaged");
            let (_, figures) = scrub_after(&case.app, 1).await;
            assert_eq!((figures.damaged, figures.missing), (0, 0), "{name}");
            case.auditor.get(&href).await.expect(200);
            let actions = case.event_actions(&href).await;
            assert!(actions.iter().any(|action| action == "file_damaged"), "{actions:?}");
            assert_eq!(actions.last().map(String::as_str), Some("file_restored"), "{actions:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_download_breaks_off_before_the_damaged_part() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let text = large_text();
    let file = case.upload(&item, "a.txt", &text).await.expect(201);
    let (digest, href) = (sha256(&file), file.href());
    let (status, length, body) = case.download(&href, "").await;
    assert!((status, length) == (200, text.len()) && body == text);
    let path = path_of(&case.app, "cumbria", &digest);
    let mut wrong = text.clone();
    wrong[2 * MIB + 9] ^= 1;
    fs::write(&path, wrong).expect("other bytes");
    // The range ends before the damaged MiB, so the service neither reads nor reports it.
    let (status, length, body) = case.download(&href, "bytes=100-2097151").await;
    assert!((status, length) == (206, 2 * MIB - 100) && body == text[100..2 * MIB]);
    let range = format!("bytes={}-{}", 2 * MIB, text.len() - 1);
    for (range, sent) in [("", text.len()), (range.as_str(), 0)] {
        let (status, length, body) = case.download(&href, range).await;
        if sent == 0 {
            assert_eq!(status, 500, "{range}: the first block of the range is damaged");
        } else {
            assert_eq!((status, length), (200, sent));
            assert!(body.len() <= 2 * MIB && text.starts_with(&body), "{} bytes", body.len());
        }
        case.wait_for_state(&digest, "damaged").await;
        let sql = "update stored_files set state = 'intact' where sha256 = $1";
        case.app.database.administrator().await.execute(sql, &[&digest]).await.expect("an update");
    }
    // A file of an earlier version has no digests of its blocks: the whole file decides, also for a range.
    let sql = "update stored_files set block_digests = null where sha256 = $1";
    case.app.database.administrator().await.execute(sql, &[&digest]).await.expect("an update");
    let (status, length, body) = case.download(&href, "").await;
    assert_eq!((status, length), (200, text.len()));
    assert!(body.len() < text.len(), "{} bytes", body.len());
    case.wait_for_state(&digest, "damaged").await;
    fs::write(&path, &text).expect("the right bytes");
    scrub_after(&case.app, 1).await;
    let sql = "select count(*) from stored_files where octet_length(block_digests) = 96";
    assert_eq!(case.count_rows(sql).await, 1, "the check computed the digests of the blocks");
    let (status, _, body) = case.download(&href, &range).await;
    assert!(status == 206 && body == text[2 * MIB..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_file_has_a_problem_of_its_own_and_another_upload_replaces_it() {
    let case = Case::new().await;
    let item = case.add_draft(json!({ "marking": "official_sensitive" })).await;
    let file = case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    let (digest, href) = (sha256(&file), file.href());
    let path = path_of(&case.app, "cumbria", &digest);
    fs::remove_file(&path).expect("the stored file");
    let refused = case.auditor.get(&href).await.expect(500);
    assert_eq!(refused.body["code"], "file_missing");
    case.wait_for_state(&digest, "missing").await;
    let refused = case.auditor.send(Method::GET, &href, &[("range", "bytes=0-3")], None).await.expect(500);
    assert_eq!(refused.body["code"], "file_missing");
    assert_eq!(scrub_after(&case.app, 0).await.1.missing, 1);
    // The same content is stored again, although the area has a row for it.
    case.upload(&item, "b.txt", b"Agreed.").await.expect(201);
    assert!(path.exists());
    assert_eq!(scrub_after(&case.app, 1).await.1.missing, 0);
    assert_eq!(case.auditor.get(&href).await.expect(200).text, "Agreed.");
    let events = case.auditor.get("/v1/audit-events?action=file_missing").await.expect(200);
    let event = &events.body["items"][0];
    assert_eq!(
        (&event["from"], &event["to"], &event["resource"]),
        (&json!("intact"), &json!("missing"), &json!("file"))
    );
    assert_eq!(event["actor"]["subject"], "keeper");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_check_reads_every_file_in_time_and_marks_what_it_finds() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let mut files = Vec::new();
    for n in 0..6 {
        files.push(case.upload(&item, "a.txt", format!("Agreed {n}.").as_bytes()).await.expect(201));
    }
    for round in 0..6 {
        assert_eq!(scrub_after(&case.app, round).await.0, 1, "a round reads its share: one of six");
    }
    assert_eq!(scrub_after(&case.app, 6).await.0, 0, "nothing is due");
    assert_eq!(scrub_after(&case.app, 24 * 22).await.0, 0);
    assert_eq!(scrub_after(&case.app, 24 * 22).await.1.oldest_unread, TimeDelta::hours(24 * 22));
    let path = |n: usize| path_of(&case.app, "cumbria", &sha256(&files[n]));
    fs::write(path(0), b"Agreed x.").expect("other bytes");
    fs::remove_file(path(1)).expect("the stored file");
    let mut last = None;
    for round in 0..6 {
        last = Some(scrub_after(&case.app, 24 * 23 + round).await);
    }
    let figures = last.expect("a round").1;
    assert_eq!((figures.damaged, figures.missing), (1, 1));
    assert!(figures.oldest_unread < TimeDelta::hours(6), "all files were read: {figures:?}");
    for (n, code) in [(0, "file_damaged"), (1, "file_missing")] {
        assert_eq!(case.auditor.get(&files[n].href()).await.expect(500).body["code"], code);
        assert!(case.event_actions(&files[n].href()).await.contains(&code.to_owned()));
    }
    // An instance of an earlier version stores a file without a row, as during an upgrade.
    let sql = "delete from stored_files where sha256 = $1";
    case.app.database.administrator().await.execute(sql, &[&sha256(&files[2])]).await.expect("a deletion");
    assert_eq!(case.auditor.get(&files[2].href()).await.expect(200).text, "Agreed 2.");
    scrub_after(&case.app, 24 * 23 + 8).await;
    assert_eq!(case.count_rows("select count(*) from stored_files where block_digests is not null").await, 6);
    // A file that no record names any more is not counted.
    let sql = "update file_contents set disposed_at = now() where sha256 = $1";
    let client = case.app.database.administrator().await;
    client.batch_execute("set session_replication_role = replica").await.expect("no triggers");
    client.execute(sql, &[&sha256(&files[1])]).await.expect("an update");
    assert_eq!(scrub_after(&case.app, 24 * 23 + 9).await.1.missing, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_of_an_import_is_found_too() {
    let app = App::start().await;
    let (opcc, registrar) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Registrar, ""));
    let own = propose(&opcc, "", &table("D-1")).await.expect(201);
    let of_nobody = propose(&registrar, "", &table("D-2")).await.expect(201);
    for (person, import, folder) in [(&opcc, &own, "cumbria"), (&registrar, &of_nobody, "_registrar")] {
        let digest = import.body["file"]["sha256"].as_str().expect("a digest");
        fs::write(path_of(&app, folder, digest), b"{}").expect("other bytes");
        let file = format!("{}/file", import.href());
        assert_eq!(person.get(&file).await.expect(500).body["code"], "file_damaged", "{folder}");
    }
    let mut figures = scrub_after(&app, 0).await.1;
    for hour in 1..4 {
        figures = scrub_after(&app, hour).await.1;
    }
    assert_eq!((figures.damaged, figures.missing), (2, 0));
    for (person, import) in [(&opcc, &own), (&registrar, &of_nobody)] {
        let history = person.get(&format!("{}/history", import.href())).await.expect(200);
        assert_eq!(history.body["items"][0]["action"], "file_damaged");
        let transitions = person.get(&format!("{}/transitions?order=asc", import.href())).await.expect(200);
        assert_eq!(transitions.body["items"].as_array().map(Vec::len), Some(1), "the damage is no transition");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_does_not_keep_others_from_their_scan() {
    let case = Case::with_app(App::start_with_scanner(clamd::unreachable_address()).await).await;
    let item = case.add_draft(json!({})).await;
    let bad = case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
    let good = case.upload(&item, "b.txt", b"Agreed too.").await.expect(201);
    fs::write(path_of(&case.app, "cumbria", &sha256(&bad)), b"Changed").expect("other bytes");
    let (db, scanner) = (&case.app.database.db, Scanner::new(Some(clamd::start().await)));
    for scanned in [1, 0] {
        let found = file_maintenance::scan_pending_files(db, &case.app.files, &scanner, &case.app.clock).await;
        assert_eq!(found.expect("a scan"), scanned);
    }
    assert_eq!(case.auditor.get(&good.href()).await.expect(200).text, "Agreed too.");
    assert_eq!(case.auditor.get(&bad.href()).await.expect(409).body["code"], "file_withheld");
}

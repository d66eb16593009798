//! Downloads: headers, ranges, hostile file names, and the audit event of each download.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::Case;

const CONTENT: &[u8] = b"0123456789 agreed.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_sent_as_an_attachment_in_which_no_script_runs() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    // The content decides the media type. The name of the file does not matter.
    let file = case.upload(&item, "table.csv", b"a,b\n1,2\n").await.expect(201);
    assert_eq!(file.body["media_type"], "text/csv");
    let response = case.auditor.get(&file.href()).await.expect(200);
    let header = |name: &str| response.headers[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8");
    assert!(header("content-disposition").starts_with("attachment; filename=\"table.csv\""));
    assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'; object-src 'none';"));
    assert_eq!((header("x-content-type-options"), header("accept-ranges")), ("nosniff".into(), "bytes".into()));
    assert_eq!(response.etag(), format!("\"{}\"", file.body["sha256"].as_str().expect("a digest")));
    assert_eq!(response.text, "a,b\n1,2\n");
    for role in [Role::Opcc, Role::OpccApprover, Role::Constabulary, Role::ChiefOfficer] {
        case.app.person(role, "cumbria").get(&file.href()).await.expect(200);
    }
    case.app.person(Role::Auditor, "kent").get(&file.href()).await.expect(404);
    case.app.person(Role::Registrar, "").get(&file.href()).await.expect(403);
    case.app.public().get(&file.href()).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_file_name_has_no_effect() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    for (name, kept) in [
        ("../../../etc/passwd", "passwd"),
        ("..\\\\..\\\\boot.txt", "boot.txt"),
        ("/etc/shadow", "shadow"),
        ("C:\\\\x.txt", "x.txt"),
        ("a;b=c.txt", "a;b=c.txt"),
        ("<script>alert(1)<script>.txt", "<script>alert(1)<script>.txt"),
        ("'; drop table evidence; --.txt", "'; drop table evidence; --.txt"),
        ("%2e%2e%2f.txt", "%2e%2e%2f.txt"),
        ("résumé \u{202e}exe.txt", "résumé exe.txt"),
        ("CON", "CON"),
        (" ", "file"),
        (".", "file"),
        ("..", "file"),
    ] {
        let file = case.upload(&item, name, b"Agreed.").await.expect(201);
        assert_eq!(file.body["filename"], kept, "{name}");
        let response = case.auditor.get(&file.href()).await.expect(200);
        let disposition = response.headers["content-disposition"].to_str().expect("ascii");
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        let plain = disposition.split('"').nth(1).expect("a name");
        assert!(!plain.contains(['/', '\\', '<', '>', ';', '%']) || name.contains(';'), "{disposition}");
    }
    for path in case.app.stored_files() {
        let digest = path.rsplit('/').next().expect("a name");
        assert_eq!(
            (path.matches('/').count(), digest.len()),
            (2, 64),
            "{path}: a sender's file name must not become a path"
        );
    }
    for name in ["a.js", "a.ps1", "minutes.txt.exe", ".htaccess", "resume\u{202e}txt.exe", "minutes.pdf"] {
        let refused = case.upload(&item, name, b"Agreed.").await.expect(422);
        assert_eq!(refused.faults(), super::fault("/file", "wrong_ending"), "{name}");
    }
    let long = case.upload(&item, &"n".repeat(256), b"Long.").await.expect(422);
    assert_eq!(long.faults(), super::fault("/file", "too_long"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_range_request_returns_that_part_of_the_file() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let path = case.upload(&item, "a.txt", CONTENT).await.expect(201).href();
    let etag = case.auditor.get(&path).await.etag();
    let get_with = async |headers: &[(&str, &str)]| case.auditor.send(Method::GET, &path, headers, None).await;
    let all = std::str::from_utf8(CONTENT).expect("text");
    for (range, part, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/18"),
        ("bytes=5-", "56789 agreed.", "bytes 5-17/18"),
        ("bytes=-7", "agreed.", "bytes 11-17/18"),
        ("bytes=0-999", all, "bytes 0-17/18"),
        ("bytes=-999", all, "bytes 0-17/18"),
    ] {
        let response = get_with(&[("range", range)]).await.expect(206);
        assert_eq!(
            (response.text.as_str(), response.headers["content-range"].to_str().expect("text")),
            (part, content_range),
            "{range}"
        );
        assert_eq!(response.etag(), etag, "{range}");
        assert_eq!(get_with(&[("range", range), ("if-range", &etag)]).await.expect(206).text, part);
        assert_eq!(get_with(&[("range", range), ("if-range", "\"other\"")]).await.expect(200).text, all);
        get_with(&[("range", range), ("if-none-match", &etag)]).await.expect(304);
    }
    for range in ["bytes=18-", "bytes=99-100", "bytes=-0"] {
        let refused = get_with(&[("range", range)]).await.expect(416);
        assert_eq!(refused.headers["content-range"], "bytes */18", "{range}");
    }
    for range in ["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "nonsense"] {
        assert_eq!(get_with(&[("range", range)]).await.expect(200).text, all, "{range}");
    }
    let head = case.auditor.send(Method::HEAD, &path, &[], None).await.expect(200);
    assert_eq!((head.text.as_str(), head.headers["content-length"].to_str().expect("text")), ("", "18"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_download_that_sends_bytes_is_recorded() {
    let case = Case::new().await;
    for (marking, reads) in [("official", vec![]), ("official_sensitive", vec!["read"; 3])] {
        let item = case.add_draft(json!({ "marking": marking })).await;
        let path = case.upload(&item, "a.txt", CONTENT).await.expect(201).href();
        let send = async |method, headers: &[(&str, &str)]| case.auditor.send(method, &path, headers, None).await;
        let etag = send(Method::GET, &[]).await.expect(200).etag();
        send(Method::GET, &[("range", "bytes=0-3")]).await.expect(206);
        send(Method::HEAD, &[]).await.expect(200);
        send(Method::GET, &[("if-none-match", &etag)]).await.expect(304);
        send(Method::GET, &[("range", "bytes=99-")]).await.expect(416);
        assert_eq!(case.event_actions(&path).await, [vec!["download"; 2], reads].concat(), "{marking}");
    }
    let events = case.auditor.get("/v1/audit-events?action=download&sort=at&limit=1").await.expect(200);
    let event = &events.body["items"][0];
    assert_eq!((&event["resource"], &event["actor"]["subject"]), (&json!("file"), &json!("auditor@cumbria")));
}

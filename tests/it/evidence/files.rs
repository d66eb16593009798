//! Downloads: what a file is sent with, parts of it, names that are data, and the event of each reading.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::Case;

const WORDS: &[u8] = b"0123456789 agreed.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_comes_as_an_attachment_in_which_nothing_runs() {
    let case = Case::new().await;
    let item = case.item(json!({})).await;
    // What it is, its content says; not its name, nor its sender.
    let sent = case.send(&item, "table.pdf", b"a,b\n1,2\n").await.expect(201);
    assert_eq!(sent.body["media_type"], "text/csv");
    let got = case.auditor.get(&sent.href()).await.expect(200);
    let header = |name: &str| got.headers[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8");
    assert!(header("content-disposition").starts_with("attachment; filename=\"table.pdf\""));
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!((header("x-content-type-options"), header("accept-ranges")), ("nosniff".into(), "bytes".into()));
    assert_eq!(got.tag(), format!("\"{}\"", sent.body["sha256"].as_str().expect("a digest")));
    assert_eq!(got.text, "a,b\n1,2\n");
    for role in [Role::Opcc, Role::OpccApprover, Role::Constabulary, Role::ChiefOfficer] {
        case.app.person(role, "cumbria").get(&sent.href()).await.expect(200);
    }
    case.app.person(Role::Auditor, "kent").get(&sent.href()).await.expect(404);
    case.app.person(Role::Registrar, "").get(&sent.href()).await.expect(403);
    case.app.public().get(&sent.href()).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_are_data() {
    let case = Case::new().await;
    let item = case.item(json!({})).await;
    for name in [
        "../../../etc/passwd",
        "..\\\\..\\\\boot.ini",
        "/etc/shadow",
        "C:\\\\x.txt",
        ".htaccess",
        "a;b=c.txt",
        "<script>alert(1)</script>.txt",
        "'; drop table evidence; --.txt",
        "%2e%2e%2f.txt",
        "résumé \u{202e}txt.exe",
        "CON",
        " ",
        ".",
        "..",
    ] {
        let sent = case.send(&item, name, b"Agreed.").await.expect(201);
        assert_eq!(sent.body["filename"], name.replace("\\\\", "\\"), "{name}");
        let got = case.auditor.get(&sent.href()).await.expect(200);
        let disposition = got.headers["content-disposition"].to_str().expect("ascii");
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        let plain = disposition.split('"').nth(1).expect("a name");
        assert!(!plain.contains(['/', '\\', '<', '>', ';', '%']) || name.contains(';'), "{disposition}");
    }
    for path in case.app.stored() {
        let digest = path.rsplit('/').next().expect("a name");
        assert_eq!((path.matches('/').count(), digest.len()), (2, 64), "{path}: no name of theirs is a path of ours");
    }
    let long = case.send(&item, &"n".repeat(256), b"Long.").await.expect(422);
    assert_eq!(long.faults(), super::fault("/file", "too_long"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_a_file_is_sent_where_a_part_is_asked_for() {
    let case = Case::new().await;
    let item = case.item(json!({})).await;
    let path = case.send(&item, "a.txt", WORDS).await.expect(201).href();
    let tag = case.auditor.get(&path).await.tag();
    let ask = async |headers: &[(&str, &str)]| case.auditor.send(Method::GET, &path, headers, None).await;
    let all = std::str::from_utf8(WORDS).expect("text");
    for (range, part, said) in [
        ("bytes=0-3", "0123", "bytes 0-3/18"),
        ("bytes=5-", "56789 agreed.", "bytes 5-17/18"),
        ("bytes=-7", "agreed.", "bytes 11-17/18"),
        ("bytes=0-999", all, "bytes 0-17/18"),
        ("bytes=-999", all, "bytes 0-17/18"),
    ] {
        let got = ask(&[("range", range)]).await.expect(206);
        assert_eq!((got.text.as_str(), got.headers["content-range"].to_str().expect("text")), (part, said), "{range}");
        assert_eq!(got.tag(), tag, "{range}");
        assert_eq!(ask(&[("range", range), ("if-range", &tag)]).await.expect(206).text, part);
        assert_eq!(ask(&[("range", range), ("if-range", "\"other\"")]).await.expect(200).text, all);
        ask(&[("range", range), ("if-none-match", &tag)]).await.expect(304);
    }
    for range in ["bytes=18-", "bytes=99-100", "bytes=-0"] {
        let refused = ask(&[("range", range)]).await.expect(416);
        assert_eq!(refused.headers["content-range"], "bytes */18", "{range}");
    }
    for range in ["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "nonsense"] {
        assert_eq!(ask(&[("range", range)]).await.expect(200).text, all, "{range}");
    }
    let head = case.auditor.send(Method::HEAD, &path, &[], None).await.expect(200);
    assert_eq!((head.text.as_str(), head.headers["content-length"].to_str().expect("text")), ("", "18"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_download_is_an_event_and_nothing_that_sends_no_bytes_is_one() {
    let case = Case::new().await;
    for (marking, unsent) in [("official", vec![]), ("official_sensitive", vec!["read"; 3])] {
        let item = case.item(json!({ "marking": marking })).await;
        let path = case.send(&item, "a.txt", WORDS).await.expect(201).href();
        let ask = async |method, headers: &[(&str, &str)]| case.auditor.send(method, &path, headers, None).await;
        let tag = ask(Method::GET, &[]).await.expect(200).tag();
        ask(Method::GET, &[("range", "bytes=0-3")]).await.expect(206);
        ask(Method::HEAD, &[]).await.expect(200);
        ask(Method::GET, &[("if-none-match", &tag)]).await.expect(304);
        ask(Method::GET, &[("range", "bytes=99-")]).await.expect(416);
        assert_eq!(case.events(&path).await, [vec!["download"; 2], unsent].concat(), "{marking}");
    }
    let events = case.auditor.get("/v1/audit-events?action=download&sort=at&limit=1").await.expect(200);
    let event = &events.body["items"][0];
    assert_eq!((&event["resource"], &event["actor"]["subject"]), (&json!("file"), &json!("auditor@cumbria")));
}

//! Versions of an item's file: their numbers, and their content, which is stored once in each area.

use futures_util::future::join_all;
use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, review_request};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_are_numbered_and_never_deleted() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    for n in 1..=3 {
        let sent = case.upload(&item, &format!("v{n}.txt"), format!("Version {n}").as_bytes()).await.expect(201);
        assert_eq!((&sent.body["version"], &sent.body["scan"]), (&json!(n), &json!("unscanned")));
        assert_eq!(sent.headers["location"], sent.href());
    }
    assert_eq!(
        case.auditor.get(&item).await.body["state"],
        "draft",
        "an upload does not submit an item that was not reviewed"
    );
    let list = case.auditor.get(&format!("{item}/files")).await.expect(200);
    let files = list.body["items"].as_array().expect("a list").clone();
    let names: Vec<&Value> = files.iter().map(|file| &file["filename"]).collect();
    assert_eq!(names, ["v1.txt", "v2.txt", "v3.txt"]);
    for (n, file) in files.iter().enumerate() {
        let path = format!("/v1/files/{}", file["id"].as_str().expect("an id"));
        assert_eq!(case.auditor.get(&path).await.expect(200).text, format!("Version {}", n + 1));
        case.force.delete(&path, "*").await.expect(405);
    }
    assert_eq!(case.app.stored_files().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_content_is_stored_once_in_each_area() {
    let case = Case::new().await;
    let (first, second) = (case.add_draft(json!({})).await, case.add_draft(json!({})).await);
    let one = case.upload(&first, "one.txt", b"The same words.").await.expect(201);
    let two = case.upload(&second, "two.txt", b"The same words.").await.expect(201);
    case.upload(&first, "again.txt", b"The same words.").await.expect(201);
    assert_eq!(one.body["sha256"], two.body["sha256"]);
    assert_ne!((&one.body["id"], &one.body["filename"]), (&two.body["id"], &two.body["filename"]));
    let sha = one.body["sha256"].as_str().expect("a digest").to_owned();
    let object = |area: &str| format!("{area}/{}/{sha}", &sha[..2]);
    assert_eq!(case.app.stored_files(), [object("cumbria")]);
    assert_eq!(case.count_rows("select count(*) from evidence_files").await, 3);

    // Another area learns nothing: its HTTP response is the same as for content that no area has.
    let assignment = case.app.assignment_path(&case.inspection, "kent").await;
    let item = case.app.add_evidence(&assignment, "kent", json!({})).await.href();
    let force = case.app.person(Role::Constabulary, "kent");
    let path = format!("{item}/files");
    let form = |content: &str| {
        let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";
        format!("{head}{content}\r\n--edge--\r\n").into_bytes()
    };
    let headers = [("content-type", "multipart/form-data; boundary=edge"), ("x-request-id", "the-same")];
    let mut responses = Vec::new();
    for content in ["The same words.", "Different words"] {
        let validate = format!("{path}?validate_only=true");
        force.send(reqwest::Method::POST, &validate, &headers, Some(form(content))).await.expect(200);
        let mut sent = force.send(reqwest::Method::POST, &path, &headers, Some(form(content))).await.expect(201);
        for own in ["id", "sha256", "version", "links"] {
            sent.body[own] = Value::Null;
        }
        let names: Vec<String> = sent.headers.keys().map(ToString::to_string).filter(|name| name != "date").collect();
        responses.push((sent.body, names.len()));
    }
    assert_eq!(responses[0], responses[1]);
    let stored = case.app.stored_files();
    assert_eq!(stored.len(), 3);
    assert!(stored.contains(&object("cumbria")) && stored.contains(&object("kent")), "{stored:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_uploads_each_make_a_version_with_its_content() {
    let case = Case::new().await;
    let (one, two) = (case.add_draft(json!({})).await, case.add_draft(json!({})).await);
    let sent = join_all((0..12).map(async |n: usize| {
        let item = if n.is_multiple_of(2) { &one } else { &two };
        // Some of the uploads have the same content at the same time.
        case.upload(item, "a.txt", format!("Version {}", n % 4).as_bytes()).await.expect(201)
    }))
    .await;
    assert_eq!(case.app.stored_files().len(), 4);
    for item in [&one, &two] {
        let list = case.auditor.get(&format!("{item}/files")).await.expect(200);
        let numbers: Vec<&Value> =
            list.body["items"].as_array().expect("a list").iter().map(|it| &it["version"]).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
        assert_eq!(case.auditor.get(item).await.body["version"], 7, "each upload increases the version");
    }
    for (n, reply) in sent.iter().enumerate() {
        assert_eq!(case.auditor.get(&reply.href()).await.expect(200).text, format!("Version {}", n % 4));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_uploads_and_reviews_leave_correct_counts() {
    let case = Case::new().await;
    let item = case.add_submitted(json!({})).await;
    join_all((0..16).map(async |n: usize| {
        let reply = if n.is_multiple_of(2) {
            case.upload(&item, "a.txt", format!("Version {n}").as_bytes()).await
        } else {
            case.opcc.act(&item, review_request(["accept", "reject"][n / 2 % 2])).await
        };
        assert!([200, 201, 409].contains(&reply.status.as_u16()), "{}", reply.text);
    }))
    .await;
    let now = case.auditor.get(&item).await.expect(200);
    let files = now.body["files"].as_array().expect("a list");
    assert_eq!(files.len(), 9);
    let reviews = now.body["reviews"].as_array().expect("a list");
    let mut reviewed: Vec<i64> = reviews.iter().filter_map(|it| it["file_version"].as_i64()).collect();
    let all = reviewed.len();
    reviewed.dedup();
    assert_eq!(reviewed.len(), all, "a version was reviewed twice");
    let accepted = i64::from(now.body["state"] == "accepted");
    let assignment = case.get_assignment().await;
    let counts = (&assignment["evidence_count"], &assignment["accepted_evidence_count"]);
    assert_eq!(counts, (&json!(1), &json!(accepted)));
}

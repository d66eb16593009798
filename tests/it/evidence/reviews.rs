//! Reviews by the policing body: each with a note, of one version of the file, by somebody who did not make it.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Case, fault, review};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_review_has_its_note_and_is_of_one_version() {
    let case = Case::new().await;
    let item = case.submitted(json!({})).await;
    for (n, (action, decision)) in
        [("request_changes", "changes_requested"), ("reject", "rejected"), ("accept", "accepted")]
            .into_iter()
            .enumerate()
    {
        let bare = case.opcc.act(&item, json!({ "action": action })).await.expect(422);
        assert_eq!(bare.faults(), fault("/note", "required"));
        let version = n + 1;
        for other in [version + 1, version + 7] {
            let sent = json!({ "action": action, "note": "Seen.", "file_version": other });
            let refused = case.opcc.act(&item, sent).await.expect(422);
            assert_eq!(refused.faults(), fault("/file_version", "newest_version"));
        }
        let sent = json!({ "action": action, "note": format!("Note {version}"), "file_version": version });
        let now = case.opcc.act(&item, sent).await.expect(200);
        assert_eq!(now.body["state"], decision);
        case.send(&item, "next.txt", format!("Version {version}").as_bytes()).await.expect(201);
        assert_eq!(
            case.opcc.get(&item).await.body["state"],
            "submitted",
            "a new version of what was reviewed goes back"
        );
    }
    let now = case.auditor.get(&item).await.expect(200);
    let reviews = now.body["reviews"].as_array().expect("a list");
    let told: Vec<[&Value; 4]> =
        reviews.iter().map(|it| ["decision", "note", "file_version", "by"].map(|name| &it[name])).collect();
    let by = json!("opcc@cumbria (name)");
    assert_eq!(
        told,
        [
            [&json!("changes_requested"), &json!("Note 1"), &json!(1), &by],
            [&json!("rejected"), &json!("Note 2"), &json!(2), &by],
            [&json!("accepted"), &json!("Note 3"), &json!(3), &by],
        ]
    );
    assert_eq!(now.body["files"].as_array().map(Vec::len), Some(4));
    assert_eq!(case.line().await["accepted_evidence_count"], 0, "the version that was accepted is not the newest");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_rejected_is_submitted_with_a_new_version_alone() {
    let case = Case::new().await;
    let item = case.submitted(json!({})).await;
    case.opcc.act(&item, review("reject")).await.expect(200);
    let submit = json!({ "action": "submit" });
    let refused = case.force.act(&item, submit.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/files", "new_version"));
    // The same content is a version too: that it changes nothing is for the reviewer to say.
    case.send(&item, "minutes.txt", b"Agreed: it is done.").await.expect(201);
    assert_eq!(case.opcc.get(&item).await.body["state"], "submitted");
    let history = case.auditor.get(&format!("{item}/transitions")).await.expect(200);
    let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a move").clone();
    assert_eq!(
        (&last["action"], &last["from"], &last["to"]),
        (&json!("upload"), &json!("rejected"), &json!("submitted"))
    );
    case.opcc.act(&item, review("request_changes")).await.expect(200);
    assert_eq!(
        case.force.act(&item, submit).await.expect(200).body["state"],
        "submitted",
        "changes of the words will do"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_made_an_item_does_not_review_it() {
    let case = Case::new().await;
    let both = case.app.somebody("both", &["constabulary", "opcc_approver"], &["cumbria"]);
    let path = format!("{}/evidence", case.line);
    let authored = both.post(&path, json!({ "title": "A", "kind": "data" })).await.expect(201).href();
    case.send(&authored, "a.txt", b"Agreed.").await.expect(201);
    case.force.act(&authored, json!({ "action": "submit" })).await.expect(200);
    let sent = case.submitted(json!({})).await;
    both.upload(&format!("{sent}/files"), "b.txt", b"Mine.").await.expect(201);
    // An old version makes somebody an author as well.
    case.send(&sent, "c.txt", b"Not mine.").await.expect(201);
    for item in [&authored, &sent] {
        for action in ["accept", "reject", "request_changes"] {
            let refused = both.act(item, review(action)).await.expect(422);
            assert_eq!(refused.faults(), fault("/author", "another_person"), "{action}");
            let promised = both.get(item).await.body["allowed_actions"].as_array().expect("a list").clone();
            let promised = promised.iter().find(|it| it["action"] == action).expect("the action").clone();
            assert_eq!(promised["blocked_by"][0]["code"], "another_person", "{action}");
        }
        case.opcc.act(item, review("accept")).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_reviews_at_once_one_is_kept() {
    let case = Case::new().await;
    let item = case.submitted(json!({})).await;
    let actions = ["accept", "reject", "request_changes"];
    let replies = join_all((0..12).map(|n| case.opcc.act(&item, review(actions[n % 3])))).await;
    let done: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(done.len(), 1);
    assert!(replies.iter().all(|reply| reply.status == 200 || reply.status == 409));
    let now = case.auditor.get(&item).await.expect(200);
    assert_eq!((&now.body["reviews"], &now.body["state"]), (&done[0].body["reviews"], &done[0].body["state"]));
    assert_eq!(now.body["reviews"].as_array().map(Vec::len), Some(1));
    let accepted = i64::from(now.body["state"] == "accepted");
    assert_eq!(case.line().await["accepted_evidence_count"], accepted);
}

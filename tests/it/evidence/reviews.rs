//! Reviews by the policing body. Each has a note, is of one version of the file, and is made by another person.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Case, fault, review_request};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_review_has_a_note_and_is_of_the_newest_version() {
    let case = Case::new().await;
    let item = case.add_submitted(json!({})).await;
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
        case.upload(&item, "next.txt", format!("Version {version}").as_bytes()).await.expect(201);
        assert_eq!(
            case.opcc.get(&item).await.body["state"],
            "submitted",
            "a new version of reviewed evidence submits it again"
        );
    }
    let now = case.auditor.get(&item).await.expect(200);
    let reviews = now.body["reviews"].as_array().expect("a list");
    let found: Vec<[&Value; 4]> =
        reviews.iter().map(|it| ["decision", "note", "file_version", "by"].map(|name| &it[name])).collect();
    let by = json!("opcc@cumbria (name)");
    assert_eq!(
        found,
        [
            [&json!("changes_requested"), &json!("Note 1"), &json!(1), &by],
            [&json!("rejected"), &json!("Note 2"), &json!(2), &by],
            [&json!("accepted"), &json!("Note 3"), &json!(3), &by],
        ]
    );
    assert_eq!(now.body["files"].as_array().map(Vec::len), Some(4));
    assert_eq!(case.get_assignment().await["accepted_evidence_count"], 0, "the accepted version is not the newest");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rejected_evidence_needs_a_new_version_to_be_submitted() {
    let case = Case::new().await;
    let item = case.add_submitted(json!({})).await;
    case.opcc.act(&item, review_request("reject")).await.expect(200);
    let submit = json!({ "action": "submit" });
    let refused = case.force.act(&item, submit.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/files", "new_version"));
    // A version with the same content counts too. The reviewer decides whether it is enough.
    case.upload(&item, "minutes.txt", b"Agreed: it is done.").await.expect(201);
    assert_eq!(case.opcc.get(&item).await.body["state"], "submitted");
    let history = case.auditor.get(&format!("{item}/transitions?order=asc")).await.expect(200);
    let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a transition").clone();
    assert_eq!(
        (&last["action"], &last["from"], &last["to"]),
        (&json!("upload"), &json!("rejected"), &json!("submitted"))
    );
    case.opcc.act(&item, review_request("request_changes")).await.expect(200);
    assert_eq!(
        case.force.act(&item, submit).await.expect(200).body["state"],
        "submitted",
        "no new version is needed after requested changes"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_author_of_an_item_cannot_review_it() {
    let case = Case::new().await;
    let both = case.app.person_with_roles("both", &["constabulary", "opcc_approver"], &["cumbria"]);
    let path = format!("{}/evidence", case.assignment);
    let authored = both.post(&path, json!({ "title": "A", "kind": "data" })).await.expect(201).href();
    case.upload(&authored, "a.txt", b"Agreed.").await.expect(201);
    case.force.act(&authored, json!({ "action": "submit" })).await.expect(200);
    let sent = case.add_submitted(json!({})).await;
    both.upload(&format!("{sent}/files"), "b.txt", b"Mine.").await.expect(201);
    // A person who uploaded an older version is an author too.
    case.upload(&sent, "c.txt", b"Not mine.").await.expect(201);
    for item in [&authored, &sent] {
        for action in ["accept", "reject", "request_changes"] {
            let refused = both.act(item, review_request(action)).await.expect(422);
            assert_eq!(refused.faults(), fault("/author", "another_person"), "{action}");
            let actions = both.get(item).await.body["allowed_actions"].as_array().expect("a list").clone();
            let allowed = actions.iter().find(|it| it["action"] == action).expect("the action").clone();
            assert_eq!(allowed["blocked_by"][0]["code"], "another_person", "{action}");
        }
        case.opcc.act(item, review_request("accept")).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_of_many_concurrent_reviews_succeeds() {
    let case = Case::new().await;
    let item = case.add_submitted(json!({})).await;
    let actions = ["accept", "reject", "request_changes"];
    let replies = join_all((0..12).map(|n| case.opcc.act(&item, review_request(actions[n % 3])))).await;
    let done: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(done.len(), 1);
    assert!(replies.iter().all(|reply| reply.status == 200 || reply.status == 409));
    let now = case.auditor.get(&item).await.expect(200);
    assert_eq!((&now.body["reviews"], &now.body["state"]), (&done[0].body["reviews"], &done[0].body["state"]));
    assert_eq!(now.body["reviews"].as_array().map(Vec::len), Some(1));
    let accepted = i64::from(now.body["state"] == "accepted");
    assert_eq!(case.get_assignment().await["accepted_evidence_count"], accepted);
}

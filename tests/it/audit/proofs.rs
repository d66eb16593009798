//! Checkpoints, which anyone may read, and inclusion and consistency proofs, which auditors may request.

use section55::auth::Role;
use section55::ledger::{
    Checkpoint, Entry, Hash, TreeHead, VerifyingKey, is_consistent, json_leaf_hash, root_from_inclusion_proof,
};
use serde_json::{Value, json};

use super::bundles::app_with_logged_responses;
use crate::support::audit::{ORIGIN, key};
use crate::support::{App, Person};

/// Parses a list of base64 hashes.
fn hashes(list: &Value) -> Vec<Hash> {
    let texts = list.as_array().expect("a list").iter();
    texts.map(|text| Hash::from_base64(text.as_str().expect("a text")).expect("a hash")).collect()
}

/// Returns the ids of the newest events that the auditor can read.
async fn event_ids(auditor: &Person) -> Vec<String> {
    let events = auditor.get("/v1/audit-events?limit=200").await.expect(200);
    let items = events.body["items"].as_array().expect("a list").clone();
    items.iter().map(|event| event["id"].as_str().expect("an id").to_owned()).collect()
}

/// Verifies a proof from the entry to the signed checkpoint, and returns the checkpoint.
fn verify_proof(proof: &Value) -> Checkpoint {
    let entry: Entry = serde_json::from_value(proof["entry"].clone()).expect("an entry");
    let head: TreeHead = serde_json::from_value(proof["head"].clone()).expect("a head");
    let checkpoint = proof["checkpoint"].as_str().expect("a note");
    let checkpoint = Checkpoint::open(checkpoint, key().public()).expect("a signature");
    assert_eq!((&entry.log, entry.id.to_string()), (&head.log, proof["id"].as_str().expect("an id").to_owned()));
    let leaf = json_leaf_hash(&proof["entry"]).expect("a leaf");
    let index = proof["index"].as_u64().expect("a position");
    assert_eq!(root_from_inclusion_proof(leaf, index, head.size, &hashes(&proof["proof"])), Some(head.root));
    let leaf = json_leaf_hash(&proof["head"]).expect("a leaf");
    let index = proof["head_index"].as_u64().expect("a position");
    let root = root_from_inclusion_proof(leaf, index, checkpoint.size, &hashes(&proof["head_proof"]));
    assert_eq!(root, Some(checkpoint.root));
    checkpoint
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_that_an_auditor_reads_has_a_valid_proof_of_at_most_4_kib() {
    let app = app_with_logged_responses().await;
    let auditor = app.person(Role::Auditor, "cumbria");
    let ids = event_ids(&auditor).await;
    assert!(ids.len() > 15, "{}", ids.len());
    for id in &ids {
        let proof = auditor.get(&format!("/v1/audit/events/{id}/proof")).await.expect(200);
        verify_proof(&proof.body);
        // Estimate the size of the proof in a log of a million events whose log of heads has a million leaves.
        let longer = 2 * 20 * 47 - 47 * (hashes(&proof.body["proof"]).len() + hashes(&proof.body["head_proof"]).len());
        assert!(proof.text.len() + longer <= 4096, "{} and {longer}", proof.text.len());
    }
    let not_cumbrias = |event: &&String| !ids.contains(event);
    let kent = event_ids(&app.person(Role::Auditor, "kent")).await;
    for id in kent.iter().filter(not_cumbrias).take(5) {
        auditor.get(&format!("/v1/audit/events/{id}/proof")).await.expect(404);
    }
    app.person(Role::Opcc, "cumbria").get(&format!("/v1/audit/events/{}/proof", ids[0])).await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_without_a_position_gets_a_proof_after_sequencing() {
    let app = App::start().await;
    let auditor = app.person(Role::Auditor, "cumbria");
    auditor.get("/v1/audit/consistency").await.expect(404);
    auditor.get("/v1/audit/bundle").await.expect(404);
    app.public().get("/v1/audit/checkpoint").await.expect(404);
    app.create_published_inspection("95003").await;
    let id = event_ids(&auditor).await.remove(0);
    let unavailable = auditor.get(&format!("/v1/audit/events/{id}/proof")).await.expect(503);
    assert_eq!(unavailable.headers["retry-after"], "1");
    app.sequence().await;
    verify_proof(&auditor.get(&format!("/v1/audit/events/{id}/proof")).await.expect(200).body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anyone_can_read_checkpoints_and_each_extends_the_previous_one() {
    let app = app_with_logged_responses().await;
    for n in 4..8 {
        app.create_published_inspection(&format!("9500{n}")).await;
        app.sequence().await;
    }
    let listed = app.public().get("/v1/audit/checkpoints").await.expect(200);
    let parsed = VerifyingKey::parse(listed.body["key"].as_str().expect("a key")).expect("a key");
    let items = listed.body["items"].as_array().expect("a list");
    let checkpoints: Vec<Checkpoint> = items
        .iter()
        .map(|item| Checkpoint::open(item["note"].as_str().expect("a note"), &parsed).expect("signed"))
        .collect();
    assert_eq!(checkpoints.len(), 5);
    assert_eq!(checkpoints[0].origin, format!("{ORIGIN}/1"));
    let newest = app.public().get("/v1/audit/checkpoint").await.expect(200);
    assert_eq!(items[0]["note"], newest.text.as_str());
    let below = checkpoints[2].size;
    let older = app.public().get(&format!("/v1/audit/checkpoints?before={below}")).await.expect(200);
    assert_eq!(older.body["items"].as_array().expect("a list").len(), 2);
    let auditor = app.person(Role::Auditor, "cumbria");
    for pair in checkpoints.windows(2) {
        let (new, old) = (&pair[0], &pair[1]);
        let path = format!("/v1/audit/consistency?from={}&to={}", old.size, new.size);
        let proof = auditor.get(&path).await.expect(200);
        assert!(is_consistent(old.size, new.size, old.root, new.root, &hashes(&proof.body["proof"])));
        assert_eq!(proof.body["from_root"], old.root.to_string());
    }
    let of_cumbria = auditor.get("/v1/audit/consistency?area=cumbria&from=3").await.expect(200);
    let root = |name: &str| Hash::from_base64(of_cumbria.body[name].as_str().expect("a root")).expect("a hash");
    let to = of_cumbria.body["to"].as_u64().expect("a size");
    assert!(is_consistent(3, to, root("from_root"), root("to_root"), &hashes(&of_cumbria.body["proof"])));
    auditor.get("/v1/audit/consistency?area=kent").await.expect(404);
    auditor.get("/v1/audit/consistency?from=9&to=2").await.expect(400);
    auditor.get("/v1/audit/consistency?from=1&to=100000").await.expect(400);
    assert_eq!(
        auditor.get("/v1/audit/consistency?from=x").await.expect(400).faults(),
        [("/from".to_owned(), "out_of_range".to_owned())]
    );
    assert_eq!(json!(checkpoints[0].size), items[0]["size"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tree_head_that_the_restored_log_does_not_have_is_410() {
    let app = app_with_logged_responses().await;
    let auditor = app.person(Role::Auditor, "cumbria");
    // Returns the query of the newest tree head of a log.
    let newest = async |person: &crate::support::Person, log: &str| {
        let found = person.get(&format!("/v1/audit/consistency?from=1{log}")).await.expect(200);
        let root = found.body["to_root"].as_str().expect("a root").replace('+', "%2B");
        format!("from={}&from_root={root}{log}", found.body["to"])
    };
    let logs = ["&area=cumbria", ""];
    let at_backup = [newest(&auditor, logs[0]).await, newest(&auditor, logs[1]).await];
    let restored = app.start_on_copy().await;
    app.create_published_inspection("95101").await;
    let response = app.create_published_inspection("95102").await;
    app.response_path(&response, "cumbria").await;
    app.sequence().await;
    let reader = restored.person(Role::Auditor, "cumbria");
    for (log, known) in logs.into_iter().zip(at_backup) {
        let later = newest(&auditor, log).await;
        assert_ne!(later, known);
        let ask = async |query: &str| reader.get(&format!("/v1/audit/consistency?{query}")).await;
        // The restored log is smaller than the tree head, and later larger.
        for reference in ["95103", "95104", "95105"] {
            assert_eq!(ask(&later).await.expect(410).body["code"], "tree_head_unknown", "{later}");
            ask(&known).await.expect(200);
            restored.create_published_inspection(&format!("{reference}{}", log.len())).await;
            restored.sequence().await;
        }
    }
    let wrong = auditor.get("/v1/audit/consistency?from_root=AAAA").await.expect(400);
    assert_eq!(wrong.faults(), [("/from_root".to_owned(), "wrong_format".to_owned())]);
}

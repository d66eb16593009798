//! Checkpoints outside the database: posting them to witnesses, storing them in a file, comparing them with the
//! database, and opening a new epoch after a restore.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use section55::audit::{BatchOutcome, SequencerError, Witnesses};
use section55::ledger::{Checkpoint, Verifier};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::bundles::{export, verify};
use crate::support::App;
use crate::support::audit::{ORIGIN, key};

/// Starts a witness that stores the last note it received and returns it on GET. Returns its address and the stored
/// note.
async fn start_witness() -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let stored = Arc::new(Mutex::new(String::new()));
    let state = stored.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let mut chunk = [0; 4096];
            loop {
                let count = stream.read(&mut chunk).await.unwrap_or(0);
                request.extend_from_slice(&chunk[..count]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length =
                    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
                if body.len() >= length || count == 0 {
                    if head.starts_with("POST") {
                        *state.lock().expect("no panic") = body.to_owned();
                    }
                    break;
                }
            }
            let body = state.lock().expect("no panic").clone();
            let response =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(response.as_bytes()).await;
        }
    });
    (url, stored)
}

/// Returns the path of a new checkpoint file.
fn file() -> PathBuf {
    std::env::temp_dir().join(format!("section55-checkpoint-{}", uuid::Uuid::now_v7()))
}

/// Waits up to 10 seconds until a condition holds.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("after 10 seconds it is still not true that {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sequencer_task_posts_checkpoints_to_the_witnesses() {
    let app = App::start().await;
    let (url, stored) = start_witness().await;
    let running = app.sequencer().await.with_witnesses(Witnesses::new(None, vec![url])).spawn();
    app.create_published_inspection("98001").await;
    let has_newest = async || {
        let newest = app.public().get("/v1/audit/checkpoint").await;
        let administrator = app.database.administrator().await;
        let waiting: i64 =
            administrator.query_one("select count(*) from audit_queue", &[]).await.expect("a count").get(0);
        newest.status == 200 && waiting == 0 && *stored.lock().expect("no panic") == newest.text
    };
    until("the witness has the newest checkpoint", has_newest).await;
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_from_a_witness_that_no_key_of_this_log_signed_is_ignored() {
    let app = App::start().await;
    let (url, stored) = start_witness().await;
    let sequencer = app.sequencer().await.with_witnesses(Witnesses::new(None, vec![url.clone()]));
    let mut client = sequencer.connect().await.expect("a connection");
    app.create_published_inspection("98005").await;
    while sequencer.sequence_once(&mut client).await.expect("a batch") != BatchOutcome::QueueEmpty {}
    let note = app.public().get("/v1/audit/checkpoint").await.expect(200).text;
    let ours = Checkpoint::open(&note, key().public()).expect("signed");
    // A checkpoint that the database lacks, and one of a distant epoch. Neither counts unless a key of this log
    // signed it.
    let ahead = Checkpoint { size: ours.size + 5, ..ours.clone() };
    let far = Checkpoint { origin: format!("{ORIGIN}/2000000000"), ..ours.clone() };
    let other_key = crate::support::audit::key_from_seed(b"the seed of a witness, 32 bytes..");
    let unsigned =
        |checkpoint: &Checkpoint| format!("{}\n{}\n{}\n\n", checkpoint.origin, checkpoint.size, checkpoint.root);
    for (what, given) in [
        ("a note by another key with the same name", ahead.sign(&other_key)),
        ("a note by another key in a distant epoch", far.sign(&other_key)),
        ("a note without a signature", unsigned(&ahead)),
        (
            "a note with our signature of another text",
            note.replace(&format!("\n{}\n", ours.size), &format!("\n{}\n", ours.size + 5)),
        ),
        ("a text that is not a note", "<html>It works!</html>".to_owned()),
        ("a response that is too large", "x".repeat(1 << 20)),
    ] {
        *stored.lock().expect("no panic") = given;
        let unsigned_by = sequencer
            .check_witnesses(&mut client)
            .await
            .unwrap_or_else(|error| panic!("{what} stopped the sequencer: {error}"));
        // A witness whose response is too large counts as a witness that did not respond.
        assert_eq!(
            unsigned_by,
            if what == "a response that is too large" { Vec::new() } else { vec![url.clone()] },
            "{what}"
        );
    }
    *stored.lock().expect("no panic") = far.sign(&other_key);
    assert_eq!(
        sequencer.open_epoch(&mut client, "A trial.").await.expect("an epoch"),
        2,
        "the distant epoch is ignored"
    );
    // A second signature, by another key, is allowed beside ours.
    let cosigned = ours.sign(&other_key);
    let signature = cosigned.lines().last().expect("a signature");
    *stored.lock().expect("no panic") = format!("{note}{signature}\n");
    assert_eq!(sequencer.check_witnesses(&mut client).await.expect("ours"), Vec::<String>::new());
    *stored.lock().expect("no panic") = Checkpoint { origin: format!("{ORIGIN}/2"), ..ahead }.sign(&key());
    let refused = sequencer.check_witnesses(&mut client).await;
    assert!(matches!(refused, Err(SequencerError::Forked(_, 2))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_database_is_signed_only_after_a_new_epoch_states_the_reason() {
    let app = App::start().await;
    let path = file();
    let sequencer = app.sequencer().await.with_witnesses(Witnesses::new(Some(path.clone()), Vec::new()));
    let mut client = sequencer.connect().await.expect("a connection");
    sequencer.check_witnesses(&mut client).await.expect("no checkpoint is known yet");
    let sequence = async |client: &mut _| {
        while sequencer.sequence_once(client).await.expect("a batch") != BatchOutcome::QueueEmpty {}
    };
    app.create_published_inspection("98002").await;
    sequence(&mut client).await;
    // Back up the log now. The events that follow are lost by the restore.
    let backup = app.database.administrator().await;
    let tables = ["audit_leaves", "audit_tiles", "audit_heads", "audit_checkpoints"];
    for table in tables {
        backup.batch_execute(&format!("create table backup_{table} as select * from {table}")).await.expect("a backup");
    }
    app.create_published_inspection("98003").await;
    sequence(&mut client).await;
    sequencer.check_witnesses(&mut client).await.expect("the database holds the last checkpoint");
    let lost = std::fs::read_to_string(&path).expect("the last checkpoint");
    backup.batch_execute("set session_replication_role = replica").await.expect("no triggers");
    backup
        .batch_execute("delete from events where id not in (select event_id from backup_audit_leaves)")
        .await
        .expect("events lost");
    for table in tables {
        let sql = format!("delete from {table}; insert into {table} select * from backup_{table}");
        backup.batch_execute(&sql).await.expect("the backup");
    }
    backup.batch_execute("set session_replication_role = origin").await.expect("triggers");
    let refused = sequencer.check_witnesses(&mut client).await;
    assert!(matches!(refused, Err(SequencerError::Forked(_, 1))), "{refused:?}");
    // The background task of a service must sign nothing either.
    app.create_published_inspection("98004").await;
    let running = sequencer.clone().spawn();
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    running.abort();
    let waiting: i64 = backup.query_one("select count(*) from audit_queue", &[]).await.expect("a count").get(0);
    assert!(waiting > 40, "{waiting}");
    let epoch = sequencer.open_epoch(&mut client, "Restored from the backup of that night.").await.expect("an epoch");
    assert_eq!(epoch, 2);
    sequencer.check_witnesses(&mut client).await.expect("the known checkpoint is of the new epoch");
    sequence(&mut client).await;
    let bundle = export(&app, "cumbria", "").await;
    let found = verify(&bundle).expect("a valid bundle");
    assert_eq!(found.checkpoint.origin, format!("{ORIGIN}/2"));
    let opening: serde_json::Value = serde_json::from_str(bundle.lines().nth(2).expect("the opening")).expect("JSON");
    assert_eq!(opening["opening"]["reason"], "Restored from the backup of that night.");
    assert_eq!(opening["opening"]["previous"], lost.as_str(), "the opening holds the last checkpoint of the old epoch");
    let old = Checkpoint::open(&lost, key().public()).expect("signed");
    assert_eq!(old.origin, format!("{ORIGIN}/1"));
    let mut verifier = Verifier::new(None);
    bundle.lines().try_for_each(|line| verifier.verify_line(line)).expect("a valid bundle by the key that it names");
    std::fs::remove_file(path).expect("no file");
}

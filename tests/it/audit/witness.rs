//! What is known outside the database: posted to witnesses, kept in a file, held against the database before it is signed
//! on; and the new epoch where the two differ.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use section55::audit::{Sequenced, SequencerError, Witness};
use section55::ledger::{Checkpoint, Verifier};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::bundles::{export, verify};
use crate::support::App;
use crate::support::audit::{ORIGIN, key};

/// A witness that keeps the last note it was sent and gives it back; gives its address and what it holds.
async fn witness() -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let held = Arc::new(Mutex::new(String::new()));
    let kept = held.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            loop {
                let count = stream.read(&mut piece).await.unwrap_or(0);
                request.extend_from_slice(&piece[..count]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length =
                    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
                if body.len() >= length || count == 0 {
                    if head.starts_with("POST") {
                        *kept.lock().expect("no panic") = body.to_owned();
                    }
                    break;
                }
            }
            let body = kept.lock().expect("no panic").clone();
            let answer =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (url, held)
}

fn file() -> PathBuf {
    std::env::temp_dir().join(format!("section55-checkpoint-{}", uuid::Uuid::now_v7()))
}

async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("waited in vain until {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sequencer_runs_by_itself_and_tells_the_witnesses() {
    let app = App::start().await;
    let (url, held) = witness().await;
    let running = app.sequencer().await.witness(Witness::new(None, vec![url])).spawn();
    app.published_inspection("98001").await;
    let newest = async || {
        let newest = app.public().get("/v1/audit/checkpoint").await;
        let waiting = app.database.administrator().await;
        let waiting: i64 = waiting.query_one("select count(*) from audit_queue", &[]).await.expect("a count").get(0);
        newest.status == 200 && waiting == 0 && *held.lock().expect("no panic") == newest.text
    };
    until("the witness has the newest checkpoint", newest).await;
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_that_gives_what_we_did_not_sign_neither_stops_nor_misleads() {
    let app = App::start().await;
    let (url, held) = witness().await;
    let sequencer = app.sequencer().await.witness(Witness::new(None, vec![url.clone()]));
    let mut client = sequencer.connect().await.expect("a connection");
    app.published_inspection("98005").await;
    while sequencer.sequence_once(&mut client).await.expect("a batch") != Sequenced::Nothing {}
    let note = app.public().get("/v1/audit/checkpoint").await.expect(200).text;
    let ours = Checkpoint::open(&note, key().public()).expect("signed");
    // What a restored database would be held against, were it signed by us; and an epoch far from here.
    let ahead = Checkpoint { size: ours.size + 5, ..ours.clone() };
    let far = Checkpoint { origin: format!("{ORIGIN}/2000000000"), ..ours.clone() };
    let others = crate::support::audit::seeded(b"the seed of a witness, 32 bytes..");
    let unsigned = |it: &Checkpoint| format!("{}\n{}\n{}\n\n", it.origin, it.size, it.root);
    for (what, given) in [
        ("another key of our name", ahead.sign(&others)),
        ("another key, far ahead", far.sign(&others)),
        ("no signature", unsigned(&ahead)),
        (
            "our signature of another text",
            note.replace(&format!("\n{}\n", ours.size), &format!("\n{}\n", ours.size + 5)),
        ),
        ("no note", "<html>It works!</html>".to_owned()),
        ("no end", "x".repeat(1 << 20)),
    ] {
        *held.lock().expect("no panic") = given;
        let strange = sequencer.compare(&mut client).await.unwrap_or_else(|error| panic!("{what} stopped it: {error}"));
        // What is no answer is as no answer: the witness is not heard.
        assert_eq!(strange, if what == "no end" { Vec::new() } else { vec![url.clone()] }, "{what}");
    }
    *held.lock().expect("no panic") = far.sign(&others);
    assert_eq!(sequencer.open_epoch(&mut client, "To try it.").await.expect("an epoch"), 2, "and not far from here");
    // A cosignature beside ours is no fault; what we signed counts.
    let beside = ours.sign(&others);
    let signature = beside.lines().last().expect("a signature");
    *held.lock().expect("no panic") = format!("{note}{signature}\n");
    assert_eq!(sequencer.compare(&mut client).await.expect("ours"), Vec::<String>::new());
    *held.lock().expect("no panic") = Checkpoint { origin: format!("{ORIGIN}/2"), ..ahead }.sign(&key());
    let refused = sequencer.compare(&mut client).await;
    assert!(matches!(refused, Err(SequencerError::Forked(_, 2))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_restored_is_not_signed_on_until_a_new_epoch_says_why() {
    let app = App::start().await;
    let path = file();
    let sequencer = app.sequencer().await.witness(Witness::new(Some(path.clone()), Vec::new()));
    let mut client = sequencer.connect().await.expect("a connection");
    sequencer.compare(&mut client).await.expect("nothing is known yet");
    let sequence =
        async |client: &mut _| while sequencer.sequence_once(client).await.expect("a batch") != Sequenced::Nothing {};
    app.published_inspection("98002").await;
    sequence(&mut client).await;
    // A backup of now, and more that is lost with what comes after it.
    let backup = app.database.administrator().await;
    let tables = ["audit_leaves", "audit_tiles", "audit_heads", "audit_checkpoints"];
    for table in tables {
        backup.batch_execute(&format!("create table kept_{table} as select * from {table}")).await.expect("a backup");
    }
    app.published_inspection("98003").await;
    sequence(&mut client).await;
    sequencer.compare(&mut client).await.expect("it is as it was signed");
    let lost = std::fs::read_to_string(&path).expect("the last checkpoint");
    backup.batch_execute("set session_replication_role = replica").await.expect("no triggers");
    backup
        .batch_execute("delete from events where id not in (select event_id from kept_audit_leaves)")
        .await
        .expect("events lost");
    for table in tables {
        let sql = format!("delete from {table}; insert into {table} select * from kept_{table}");
        backup.batch_execute(&sql).await.expect("the backup");
    }
    backup.batch_execute("set session_replication_role = origin").await.expect("triggers");
    let refused = sequencer.compare(&mut client).await;
    assert!(matches!(refused, Err(SequencerError::Forked(_, 1))), "{refused:?}");
    // Started as a service would be, it signs nothing.
    app.published_inspection("98004").await;
    let running = sequencer.clone().spawn();
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    running.abort();
    let waiting: i64 = backup.query_one("select count(*) from audit_queue", &[]).await.expect("a count").get(0);
    assert!(waiting > 40, "{waiting}");
    let epoch = sequencer.open_epoch(&mut client, "Restored from the backup of that night.").await.expect("an epoch");
    assert_eq!(epoch, 2);
    sequencer.compare(&mut client).await.expect("what is known is of this epoch now");
    sequence(&mut client).await;
    let bundle = export(&app, "cumbria", "").await;
    let found = verify(&bundle).expect("a bundle as it should be");
    assert_eq!(found.checkpoint.origin, format!("{ORIGIN}/2"));
    let opening: serde_json::Value = serde_json::from_str(bundle.lines().nth(2).expect("the opening")).expect("JSON");
    assert_eq!(opening["opening"]["reason"], "Restored from the backup of that night.");
    assert_eq!(opening["opening"]["previous"], lost.as_str(), "the old head stands in the first leaf");
    let old = Checkpoint::open(&lost, key().public()).expect("signed");
    assert_eq!(old.origin, format!("{ORIGIN}/1"));
    let mut verifier = Verifier::new(None);
    bundle.lines().try_for_each(|line| verifier.line(line)).expect("by the key it names too");
    std::fs::remove_file(path).expect("no file");
}

//! How often a request waits for the database: counted on the wire, between the service and its PostgreSQL.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use section55::auth::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::support::{App, Reply};

/// Passes bytes on, and counts how often the service speaks after PostgreSQL has answered.
struct Wire {
    folder: PathBuf,
    flights: Arc<AtomicUsize>,
}

impl Wire {
    fn to(server: PathBuf) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("s55w-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let name = server.file_name().expect("a name");
        let _ = std::fs::remove_file(folder.join(name));
        let listener = UnixListener::bind(folder.join(name)).expect("a socket");
        let flights = Arc::new(AtomicUsize::new(0));
        let counted = flights.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server.clone(), counted.clone()));
            }
        });
        Self { folder, flights }
    }

    fn folder(&self) -> &Path {
        &self.folder
    }

    fn taken(&self) -> usize {
        self.flights.swap(0, Ordering::SeqCst)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn pass(client: UnixStream, server: PathBuf, flights: Arc<AtomicUsize>) {
    let Ok(server) = UnixStream::connect(server).await else { return };
    let answered = Arc::new(AtomicBool::new(true));
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let heard = answered.clone();
    let forth = tokio::spawn(async move {
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
            if heard.swap(false, Ordering::SeqCst) {
                flights.fetch_add(1, Ordering::SeqCst);
            }
            if to_server.write_all(&buffer[..count]).await.is_err() {
                return;
            }
        }
    });
    let mut buffer = vec![0; 65_536];
    while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
        answered.store(true, Ordering::SeqCst);
        if to_client.write_all(&buffer[..count]).await.is_err() {
            break;
        }
    }
    forth.abort();
}

/// Holds the flights of a request to so many: the fewest of many tries, since each connection prepares its statements once, one
/// that rested is checked first, and what arrives in pieces counts as more. A try begins with what takes it there.
async fn at_most(wire: &Wire, most: usize, what: &str, mut ask: impl AsyncFnMut()) {
    let mut fewest = usize::MAX;
    for _ in 0..24 {
        wire.taken();
        ask().await;
        // What nobody waits for arrives a moment later.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        fewest = fewest.min(wire.taken());
    }
    assert!(fewest <= most, "{what}: {fewest} flights");
}

/// A service that reaches its database by a wire, with a response and a line of Cumbria's.
struct Slow {
    app: App,
    slow: App,
    wire: Wire,
    inspection: Reply,
    response: String,
    line: String,
}

impl Slow {
    async fn start() -> Self {
        let app = App::start().await;
        let inspection = app.published_inspection("77001").await;
        let response = app.response(&inspection, "cumbria").await;
        let line = app.assignment(&inspection, "cumbria").await;
        let wire = Wire::to(app.database.socket().await);
        let slow = app.through(wire.folder()).await;
        Self { app, slow, wire, inspection, response, line }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reading_waits_once_for_the_database() {
    let Slow { app, slow, wire, inspection, response, line } = Slow::start().await;
    let kent = app.response(&inspection, "kent").await;
    app.bring_to(&kent, "kent", "published").await;
    let (public, opcc) = (slow.public(), slow.person(Role::Opcc, "cumbria"));
    let recommendation = format!("{}/recommendations", inspection.href());
    let recommendation = public.get(&recommendation).await.expect(200).body["items"][0]["links"]["self"].clone();
    let recommendation = recommendation.as_str().expect("a link");
    for path in [inspection.href().as_str(), recommendation, &kent] {
        at_most(&wire, 1, &format!("the public of {path}"), async || drop(public.get(path).await.expect(200))).await;
    }
    for path in [recommendation, &response, &line] {
        at_most(&wire, 1, &format!("one's own {path}"), async || drop(opcc.get(path).await.expect(200))).await;
    }
}

/// To hold and read; to write, record and commit. What a move names is looked up while its record is read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_or_line_moved_waits_twice() {
    let Slow { app, slow, wire, response, line, .. } = Slow::start().await;
    let (opcc, chief) = (slow.person(Role::Opcc, "cumbria"), slow.person(Role::ChiefOfficer, "cumbria"));
    let reopened = json!({ "action": "return", "reason": "A slip." });
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    let text = json!({ "action": "submit_comments", "text": "The force accepts the report." });
    at_most(&wire, 2, "a move of a response with texts", async || {
        chief.act(&response, text.clone()).await.expect(200);
    })
    .await;
    app.write_whole(&response, "cumbria").await;
    let approver = slow.person(Role::OpccApprover, "cumbria");
    at_most(&wire, 2, "a response returned", async || {
        opcc.act(&response, json!({ "action": "submit" })).await.expect(200);
        wire.taken();
        approver.act(&response, reopened.clone()).await.expect(200);
    })
    .await;
    let force = slow.person(Role::Constabulary, "cumbria");
    force.act(&line, json!({ "action": "allocate", "owner": "Insp. Owner" })).await.expect(200);
    force.act(&line, json!({ "action": "start" })).await.expect(200);
    at_most(&wire, 2, "a move of a line", async || {
        force.act(&line, json!({ "action": "depend", "dependency": "CPS" })).await.expect(200);
        wire.taken();
        force.act(&line, json!({ "action": "resume" })).await.expect(200);
    })
    .await;
    let newer = app.published_inspection("77002").await;
    let named = newer.body["id"].clone();
    let forgone = json!({ "action": "mark_not_required", "reason": "duplicated_by", "duplicate_of": named });
    at_most(&wire, 2, "a response that another answers", async || {
        approver.act(&response, json!({ "action": "reinstate", "reason": "It was not." })).await;
        wire.taken();
        approver.act(&response, forgone.clone()).await.expect(200);
    })
    .await;
    let named = opcc.get(&format!("{}/recommendations", newer.href())).await.expect(200).body["items"][0]["id"].clone();
    let superseded = json!({ "action": "supersede", "superseded_by": named });
    at_most(&wire, 2, "a line superseded", async || {
        force.act(&line, json!({ "action": "reopen", "reason": "It was not." })).await;
        wire.taken();
        force.act(&line, superseded.clone()).await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_positions_and_what_is_kept_move_as_fast() {
    let Slow { app, slow, wire, response, line, .. } = Slow::start().await;
    let (opcc, force) = (slow.person(Role::Opcc, "cumbria"), slow.person(Role::Constabulary, "cumbria"));
    let (approver, chief) = (slow.person(Role::OpccApprover, "cumbria"), slow.person(Role::ChiefOfficer, "cumbria"));
    let item = app.evidence(&line, "cumbria", json!({})).await.href();
    let sent = json!({ "title": "Minutes of the board" });
    at_most(&wire, 2, "an item of evidence amended", async || {
        force.patch(&item, "*", sent.clone()).await.expect(200);
    })
    .await;
    let refused = json!({ "action": "refuse_lowering", "reason": "It names people." });
    let lowered = json!({ "action": "request_lowering", "reason": "It names nobody." });
    let marking = format!("{item}/marking");
    opcc.act(&marking, json!({ "action": "raise" })).await.expect(200);
    at_most(&wire, 2, "a marking moved", async || {
        opcc.act(&marking, lowered.clone()).await.expect(200);
        wire.taken();
        force.act(&marking, refused.clone()).await.expect(200);
    })
    .await;
    app.person(Role::Constabulary, "cumbria")
        .upload(&format!("{item}/files"), "minutes.txt", b"Agreed.")
        .await
        .expect(201);
    let changes = json!({ "action": "request_changes", "note": "Which board?" });
    at_most(&wire, 2, "an item of evidence reviewed", async || {
        force.act(&item, json!({ "action": "submit" })).await.expect(200);
        wire.taken();
        opcc.act(&item, changes.clone()).await.expect(200);
    })
    .await;
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    let view_path = format!("{line}/positions/body_view");
    at_most(&wire, 2, "a position taken", async || drop(opcc.put(&view_path, "*", view.clone()).await.expect(200)))
        .await;
    let kept =
        json!({ "resource": "response", "resource_id": response[response.len() - 36..], "reason": "An inquiry." });
    at_most(&wire, 2, "a hold lifted", async || {
        let hold = approver.post("/v1/legal-holds", kept.clone()).await.expect(201).href();
        wire.taken();
        approver.act(&hold, json!({ "action": "lift", "reason": "It is over." })).await.expect(200);
    })
    .await;
    let mut erasure = kept.clone();
    erasure["ground"] = json!("erasure");
    at_most(&wire, 2, "a disposal refused", async || {
        let proposed = approver.post("/v1/disposals", erasure.clone()).await.expect(201).href();
        wire.taken();
        chief.act(&proposed, json!({ "action": "refuse", "reason": "Not yet." })).await.expect(200);
    })
    .await;
}

//! The number of round trips to the database that a request takes, counted between the service and PostgreSQL.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use section55::auth::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::support::{App, Reply};

/// A proxy in front of PostgreSQL. It counts a round trip whenever the service sends something after PostgreSQL has
/// sent.
struct CountingProxy {
    folder: PathBuf,
    round_trips: Arc<AtomicUsize>,
}

impl CountingProxy {
    fn start(server: PathBuf) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("s55w-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let name = server.file_name().expect("a name");
        let _ = std::fs::remove_file(folder.join(name));
        let listener = UnixListener::bind(folder.join(name)).expect("a socket");
        let round_trips = Arc::new(AtomicUsize::new(0));
        let counter = round_trips.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, server.clone(), counter.clone()));
            }
        });
        Self { folder, round_trips }
    }

    fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the number of round trips since the last call.
    fn take_count(&self) -> usize {
        self.round_trips.swap(0, Ordering::SeqCst)
    }
}

impl Drop for CountingProxy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn forward(client: UnixStream, server: PathBuf, round_trips: Arc<AtomicUsize>) {
    let Ok(server) = UnixStream::connect(server).await else { return };
    let server_has_sent = Arc::new(AtomicBool::new(true));
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let server_sent_before = server_has_sent.clone();
    let to_postgres = tokio::spawn(async move {
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
            if server_sent_before.swap(false, Ordering::SeqCst) {
                round_trips.fetch_add(1, Ordering::SeqCst);
            }
            if to_server.write_all(&buffer[..count]).await.is_err() {
                return;
            }
        }
    });
    let mut buffer = vec![0; 65_536];
    while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
        server_has_sent.store(true, Ordering::SeqCst);
        if to_client.write_all(&buffer[..count]).await.is_err() {
            break;
        }
    }
    to_postgres.abort();
}

/// Asserts that a request takes at most this many round trips. The smallest count of many attempts decides: each
/// connection prepares its statements once, an idle connection is checked first, and data that arrives in pieces
/// counts more than once. An attempt may begin with requests that prepare the record.
async fn assert_round_trips(proxy: &CountingProxy, maximum: usize, what: &str, mut request: impl AsyncFnMut()) {
    let mut smallest = usize::MAX;
    for _ in 0..24 {
        proxy.take_count();
        request().await;
        // A commit that nothing waits for arrives a moment later.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        smallest = smallest.min(proxy.take_count());
    }
    assert!(smallest <= maximum, "{what}: {smallest} round trips");
}

/// A service whose database is behind the proxy, with a response and an assignment of Cumbria.
struct ProxiedService {
    app: App,
    proxied: App,
    proxy: CountingProxy,
    inspection: Reply,
    response: String,
    assignment: String,
}

impl ProxiedService {
    async fn start() -> Self {
        let app = App::start().await;
        let inspection = app.create_published_inspection("77001").await;
        let response = app.response_path(&inspection, "cumbria").await;
        let assignment = app.assignment_path(&inspection, "cumbria").await;
        let proxy = CountingProxy::start(app.database.socket().await);
        let proxied = app.start_instance_through_socket(proxy.folder()).await;
        Self { app, proxied, proxy, inspection, response, assignment }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_takes_one_round_trip() {
    let ProxiedService { app, proxied, proxy, inspection, response, assignment } = ProxiedService::start().await;
    let kent = app.response_path(&inspection, "kent").await;
    app.advance_response_to(&kent, "kent", "published").await;
    let (public, opcc) = (proxied.public(), proxied.person(Role::Opcc, "cumbria"));
    let recommendation = format!("{}/recommendations", inspection.href());
    let recommendation = public.get(&recommendation).await.expect(200).body["items"][0]["links"]["self"].clone();
    let recommendation = recommendation.as_str().expect("a link");
    for path in [inspection.href().as_str(), recommendation, &kent] {
        assert_round_trips(&proxy, 1, &format!("the public reads {path}"), async || {
            drop(public.get(path).await.expect(200));
        })
        .await;
    }
    for path in [recommendation, &response, &assignment] {
        assert_round_trips(&proxy, 1, &format!("the area reads {path}"), async || {
            drop(opcc.get(path).await.expect(200));
        })
        .await;
    }
}

/// The first round trip locks and reads, the second writes, audits and commits. Another record that the request names
/// is read in the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transition_of_a_response_or_assignment_takes_two_round_trips() {
    let ProxiedService { app, proxied, proxy, response, assignment, .. } = ProxiedService::start().await;
    let (opcc, chief) = (proxied.person(Role::Opcc, "cumbria"), proxied.person(Role::ChiefOfficer, "cumbria"));
    let returned = json!({ "action": "return", "reason": "A slip." });
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    let text = json!({ "action": "submit_comments", "text": "The force accepts the report." });
    assert_round_trips(&proxy, 2, "a transition of a response with texts", async || {
        chief.act(&response, text.clone()).await.expect(200);
    })
    .await;
    app.write_all_texts(&response, "cumbria").await;
    let approver = proxied.person(Role::OpccApprover, "cumbria");
    assert_round_trips(&proxy, 2, "the return of a response", async || {
        opcc.act(&response, json!({ "action": "submit" })).await.expect(200);
        proxy.take_count();
        approver.act(&response, returned.clone()).await.expect(200);
    })
    .await;
    let force = proxied.person(Role::Constabulary, "cumbria");
    force.act(&assignment, json!({ "action": "allocate", "owner": "Insp. Owner" })).await.expect(200);
    force.act(&assignment, json!({ "action": "start" })).await.expect(200);
    assert_round_trips(&proxy, 2, "a transition of an assignment", async || {
        force.act(&assignment, json!({ "action": "depend", "dependency": "CPS" })).await.expect(200);
        proxy.take_count();
        force.act(&assignment, json!({ "action": "resume" })).await.expect(200);
    })
    .await;
    let newer = app.create_published_inspection("77002").await;
    let named = newer.body["id"].clone();
    let not_required = json!({ "action": "mark_not_required", "reason": "duplicated_by", "duplicate_of": named });
    assert_round_trips(&proxy, 2, "marking a response as a duplicate", async || {
        approver.act(&response, json!({ "action": "reinstate", "reason": "It was not." })).await;
        proxy.take_count();
        approver.act(&response, not_required.clone()).await.expect(200);
    })
    .await;
    let named = opcc.get(&format!("{}/recommendations", newer.href())).await.expect(200).body["items"][0]["id"].clone();
    let superseded = json!({ "action": "supersede", "superseded_by": named });
    assert_round_trips(&proxy, 2, "superseding an assignment", async || {
        force.act(&assignment, json!({ "action": "reopen", "reason": "It was not." })).await;
        proxy.take_count();
        force.act(&assignment, superseded.clone()).await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_of_evidence_positions_and_retention_take_two_round_trips() {
    let ProxiedService { app, proxied, proxy, response, assignment, .. } = ProxiedService::start().await;
    let (opcc, force) = (proxied.person(Role::Opcc, "cumbria"), proxied.person(Role::Constabulary, "cumbria"));
    let (approver, chief) =
        (proxied.person(Role::OpccApprover, "cumbria"), proxied.person(Role::ChiefOfficer, "cumbria"));
    let evidence = app.add_evidence(&assignment, "cumbria", json!({})).await.href();
    let mut number = 0;
    assert_round_trips(&proxy, 2, "an update of evidence", async || {
        number += 1;
        let update = json!({ "title": format!("Minutes of meeting {number}") });
        force.patch(&evidence, "*", update).await.expect(200);
    })
    .await;
    let refuse_lowering = json!({ "action": "refuse_lowering", "reason": "It names people." });
    let request_lowering = json!({ "action": "request_lowering", "reason": "It names nobody." });
    let marking = format!("{evidence}/marking");
    opcc.act(&marking, json!({ "action": "raise" })).await.expect(200);
    assert_round_trips(&proxy, 2, "a change of a marking", async || {
        opcc.act(&marking, request_lowering.clone()).await.expect(200);
        proxy.take_count();
        force.act(&marking, refuse_lowering.clone()).await.expect(200);
    })
    .await;
    app.person(Role::Constabulary, "cumbria")
        .upload(&format!("{evidence}/files"), "minutes.txt", b"Agreed.")
        .await
        .expect(201);
    let changes = json!({ "action": "request_changes", "note": "Which board?" });
    assert_round_trips(&proxy, 2, "a review of evidence", async || {
        force.act(&evidence, json!({ "action": "submit" })).await.expect(200);
        proxy.take_count();
        opcc.act(&evidence, changes.clone()).await.expect(200);
    })
    .await;
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    let view_path = format!("{assignment}/positions/body_view");
    assert_round_trips(&proxy, 2, "recording a position", async || {
        drop(opcc.put(&view_path, "*", view.clone()).await.expect(200));
    })
    .await;
    let hold_request =
        json!({ "resource": "response", "resource_id": response[response.len() - 36..], "reason": "An inquiry." });
    assert_round_trips(&proxy, 2, "lifting a legal hold", async || {
        let hold = approver.post("/v1/legal-holds", hold_request.clone()).await.expect(201).href();
        proxy.take_count();
        approver.act(&hold, json!({ "action": "lift", "reason": "It is over." })).await.expect(200);
    })
    .await;
    let mut erasure = hold_request.clone();
    erasure["ground"] = json!("erasure");
    assert_round_trips(&proxy, 2, "refusing a disposal", async || {
        let proposed = approver.post("/v1/disposals", erasure.clone()).await.expect(201).href();
        proxy.take_count();
        chief.act(&proposed, json!({ "action": "refuse", "reason": "Not yet." })).await.expect(200);
    })
    .await;
}

//! The HTTP server: the layers around every operation, the threads beside the workers, and a shutdown that fails no
//! request.

mod background_thread;
mod cache_invalidation;
mod client_address;
mod components;
mod compression;
mod cors;
mod limits;
mod request_context;

use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use background_thread::BackgroundThread;
pub use client_address::ProxyHeader;
pub use components::ServerComponents;
pub use cors::{OriginError, Origins};
pub use limits::Limits;
use limits::RequestCounts;
use tokio_util::task::TaskTracker;

use crate::api::{Api, ClientAddress, RateLimit, ResponseCache};
use crate::auth::Sightings;
use crate::changes::{Feed, StreamPlaces};
use crate::clock::Clock;
use crate::expansion;
use crate::exports;
use crate::files;
use crate::imports::Importer;
use crate::jobs;
use crate::monitor;
use crate::notifications::NotificationContext;
use crate::operations;
use crate::people;
use crate::service::{Description, Readiness};
use crate::webhooks::WebhookContext;

/// A running server.
pub struct RunningServer {
    /// The address that it listens on.
    pub address: SocketAddr,
    /// The cache of public responses, if there is one.
    pub cache: Option<Arc<ResponseCache>>,
    /// The callers that were seen and are not in the directories of people yet.
    pub sightings: Sightings,
    handle: ServerHandle,
    readiness: Data<Readiness>,
    writes: TaskTracker,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
    feed: Feed,
    jobs_thread: BackgroundThread,
    exports_thread: BackgroundThread,
    cache_thread: Option<BackgroundThread>,
    feed_thread: BackgroundThread,
}

/// Returns the number of worker threads: the configured number, or the number of the machine's cores.
pub fn worker_threads(configured: Option<usize>) -> std::io::Result<NonZeroUsize> {
    configured.and_then(NonZeroUsize::new).map_or_else(std::thread::available_parallelism, Ok)
}

/// Starts serving on a listener.
pub fn start(components: ServerComponents, listener: TcpListener) -> std::io::Result<RunningServer> {
    start_with_operations(components, operations::routes(), listener)
}

/// Starts serving other operations than the service's own, within the same layers.
pub fn start_with_operations(
    mut components: ServerComponents,
    api: Api,
    listener: TcpListener,
) -> std::io::Result<RunningServer> {
    let address = listener.local_addr()?;
    let api = Arc::new(api);
    let security_txt = security_txt(&components.security_contact, &components.clock);
    let description = Data::new(Description {
        openapi: operations::served_document,
        openapi_with_examples: operations::served_document_with_examples,
        security_txt,
    });
    let workflows = Data::new(operations::workflows());
    let readiness = Data::new(Readiness::default());
    let writes = TaskTracker::new();
    let counts = Arc::new(RequestCounts::new(components.limits));
    let clock = components.clock.clone();
    let cache_bytes = components.cache_bytes;
    let new_cache = || ResponseCache::new(cache_bytes, move || clock.today()).with_stale_limit(components.cache_stale);
    let cache = (cache_bytes > 0).then(|| Arc::new(new_cache()));
    components.db = components.db.with_response_cache(cache.clone());
    // Each thread has its own connections, so those that the start used would be beside the limit.
    components.db.release_idle_connections();
    let workers = worker_threads(components.workers)?;
    let [jobs_db, feed_db] = components.db.for_background_threads().map_err(std::io::Error::other)?;
    let invalidate = |cache: Arc<ResponseCache>| {
        let db = feed_db.clone();
        BackgroundThread::start("cache", move || cache_invalidation::run(db, cache))
    };
    let cache_thread = cache.clone().map(invalidate).transpose()?;
    let sightings = Sightings::default();
    let jobs_thread = {
        let (db, files) = (jobs_db, components.files.clone());
        let (scanner, clock) = (components.scanner.clone(), components.clock.clone());
        let (days, counts) = (components.file_check_days, counts.clone());
        let (machine_clock, readiness) = (components.machine_clock, readiness.clone());
        let (sightings, interval) = (sightings.clone(), components.sightings_interval);
        BackgroundThread::start("jobs", move || async move {
            let monitor = monitor::run(db.clone(), clock.clone(), machine_clock, readiness.into_inner());
            let people = people::run(db.clone(), sightings, interval);
            tokio::join!(jobs::run(db, files, days, scanner, clock, move || counts.remove_idle()), monitor, people);
        })?
    };
    let client_address = {
        let counts = counts.clone();
        Data::new(ClientAddress::new(move |request| counts.address(request)))
    };
    let rate_limit = Data::new(RateLimit::new(move |request| counts.count(request)));
    let (exporter, export_worker) = exports::channel();
    let exports_thread = {
        let db = components.exports_db;
        BackgroundThread::start("exports", move || export_worker.run(db))?
    };
    let (origins, exporter) = (Data::new(components.origins), Data::new(exporter));
    let feed = Feed::default();
    let webhooks = WebhookContext::new(feed_db.clone(), components.clock.clone(), components.webhooks);
    let webhooks = webhooks.map_err(std::io::Error::other)?;
    let notifications = NotificationContext::new(feed_db.clone(), components.clock.clone(), components.notifications);
    let feed_thread = {
        let (feed, webhooks) = (feed.clone(), webhooks.clone());
        BackgroundThread::start("feeds", move || async move {
            let (deliver, notify) = (webhooks.dispatch(feed.draining()), notifications.run(feed.draining()));
            tokio::join!(feed.poll_streams(&feed_db), deliver, notify);
        })?
    };
    let stream_places = Data::new(StreamPlaces::new(components.streams));
    let (feed_data, feed_cursor_key) = (Data::new(feed.clone()), Data::new(components.feed_cursor_key));
    let (webhooks, calendar_key) = (Data::new(webhooks), Data::new(components.calendar_key));
    let checker = Data::new(files::ContentChecker::with_program(components.workbook_reader.program()));
    let importer = Importer {
        db: components.db.clone(),
        clock: components.clock.clone(),
        workbook_reader: components.workbook_reader,
        running: writes.clone(),
    };
    let db = components.db;
    let cache_data = cache.clone().map(Data::from);
    let data = (
        Data::from(components.verifier),
        Data::new(components.clock),
        Data::new(components.cursor_key),
        Data::new(writes.clone()),
        Data::new(components.files),
        Data::new(components.scanner),
    );
    let expander = Data::new(expansion::http::expander());
    let (readiness_data, sightings_data) = (readiness.clone(), Data::new(sightings.clone()));
    let server = HttpServer::new(move || {
        let (verifier, clock, cursor_key, writes, files, scanner) = data.clone();
        let (api, cache) = (api.clone(), cache_data.clone());
        if let Some(cache) = cache.clone() {
            actix_web::rt::spawn(async move { cache.return_freed_memory().await });
        }
        let worker_db = db.for_worker_thread(workers).unwrap_or_else(|error| {
            tracing::error!(%error, "worker thread shares the connections of other threads");
            db.clone()
        });
        App::new()
            .app_data(verifier)
            .app_data(clock)
            .app_data(cursor_key)
            .app_data(writes)
            .app_data(files)
            .app_data(scanner)
            .app_data(checker.clone())
            .app_data(rate_limit.clone())
            .app_data(client_address.clone())
            .app_data(origins.clone())
            .app_data(exporter.clone())
            .app_data(Data::new(Importer { db: worker_db.clone(), ..importer.clone() }))
            .app_data(Data::new(worker_db))
            .app_data(expander.clone())
            .app_data(feed_data.clone())
            .app_data(feed_cursor_key.clone())
            .app_data(calendar_key.clone())
            .app_data(stream_places.clone())
            .app_data(webhooks.clone())
            .app_data(readiness_data.clone())
            .app_data(sightings_data.clone())
            .app_data(description.clone())
            .app_data(workflows.clone())
            .configure(move |app| {
                if let Some(cache) = cache {
                    app.app_data(cache);
                }
                api.configure(app);
            })
            .wrap(from_fn(request_context::wrap))
    })
    .client_request_timeout(Duration::from_secs(5))
    .client_disconnect_timeout(Duration::from_secs(2))
    .keep_alive(Duration::from_secs(30))
    .shutdown_timeout(15)
    .disable_signals();
    let server = server.workers(workers.get()).listen(listener)?.run();
    let handle = server.handle();
    Ok(RunningServer {
        address,
        cache,
        sightings,
        handle,
        readiness,
        writes,
        task: tokio::spawn(server),
        feed,
        jobs_thread,
        exports_thread,
        cache_thread,
        feed_thread,
    })
}

impl RunningServer {
    /// Reports "not ready", waits `grace` so that load balancers notice, completes the requests in progress, and ends.
    pub async fn stop(self, grace: Duration) -> std::io::Result<()> {
        self.readiness.drain();
        self.feed.drain();
        tokio::time::sleep(grace).await;
        self.handle.stop(true).await;
        self.jobs_thread.stop().await;
        self.exports_thread.stop().await;
        if let Some(thread) = self.cache_thread {
            thread.stop().await;
        }
        self.feed_thread.stop().await;
        self.writes.close();
        // A write whose client disconnected may still run. None of its statements takes longer than this.
        let _ = tokio::time::timeout(Duration::from_secs(10), self.writes.wait()).await;
        self.task.await.map_err(std::io::Error::other)?
    }
}

/// Returns `security.txt` (RFC 9116), which must state when it expires: 180 days from now.
fn security_txt(contact: &str, clock: &Clock) -> Vec<u8> {
    let expires = (clock.now() + chrono::Days::new(180)).format("%Y-%m-%dT00:00:00Z");
    format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en, cy\n").into_bytes()
}

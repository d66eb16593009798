//! The HTTP server: what every request passes through, the limits, and how it stops without failing a request.

mod background_thread;
mod cache_invalidation;
mod compression;
mod cors;
mod deprecation;
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
pub use cors::Origins;
use limits::Counts;
pub use limits::Limits;
use tokio_util::task::TaskTracker;

use crate::api::{Api, CursorKey, RateLimit, ResponseCache};
use crate::auth::token::Verifier;
use crate::changes::{Feed, Places};
use crate::clock::Clock;
use crate::db::Db;
use crate::expansion;
use crate::exports;
use crate::files;
use crate::imports::{Importer, table::Sheets};
use crate::jobs;
use crate::operations;
use crate::service::{Description, Readiness};
use crate::webhooks::{Settings, WebhookContext};

/// What a server is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The database again, through a few connections of the exports' own.
    pub exports: Db,
    /// Who is believed.
    pub verifier: Arc<Verifier>,
    /// What time it is.
    pub clock: Clock,
    /// The key of cursors.
    pub cursors: CursorKey,
    /// What seals positions of the feed.
    pub places: Places,
    /// What webhooks are set up with.
    pub webhooks: Settings,
    /// Where the bytes of files are kept.
    pub files: files::Store,
    /// What scans them.
    pub scanner: files::Scanner,
    /// What reads workbooks.
    pub sheets: Sheets,
    /// Whom to tell of a vulnerability: a `mailto:` or `https:` URI.
    pub security_contact: String,
    /// How often a caller may ask.
    pub limits: Limits,
    /// The origins whose pages may send tokens.
    pub origins: Origins,
    /// How many bytes of finished answers are kept for the public; none where it is 0.
    pub cache: u64,
    /// How many threads answer; as many as the machine has cores where it is none.
    pub workers: Option<usize>,
}

/// A running server.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
    readiness: Data<Readiness>,
    writes: TaskTracker,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
    jobs: BackgroundThread,
    exporting: BackgroundThread,
    following: Option<BackgroundThread>,
    /// The answers that are kept, where any are.
    pub shelf: Option<Arc<ResponseCache>>,
    feed: Feed,
    feeding: BackgroundThread,
}

/// How many threads answer: as many as were asked for, or as the machine has cores.
pub fn workers(asked: Option<usize>) -> std::io::Result<NonZeroUsize> {
    asked.and_then(NonZeroUsize::new).map_or_else(std::thread::available_parallelism, Ok)
}

/// Starts serving on a listener.
pub fn start(parts: Parts, listener: TcpListener) -> std::io::Result<Running> {
    start_with(parts, operations::routes(), listener)
}

/// Starts serving other operations than the service's own, with all that every request passes through.
pub fn start_with(mut parts: Parts, api: Api, listener: TcpListener) -> std::io::Result<Running> {
    let address = listener.local_addr()?;
    let api = Arc::new(api);
    let security = security_text(&parts.security_contact, &parts.clock);
    let description = Data::new(Description { openapi: operations::DOCUMENT, security });
    let workflows = Data::new(operations::workflows());
    let readiness = Data::new(Readiness::default());
    let writes = TaskTracker::new();
    let counts = Arc::new(Counts::new(parts.limits));
    let today = parts.clock.clone();
    let shelf = (parts.cache > 0).then(|| Arc::new(ResponseCache::new(parts.cache, move || today.today())));
    parts.db = parts.db.clearing(shelf.clone());
    let workers = workers(parts.workers)?;
    let own = |db: &Db| db.for_one_of(workers).map_err(std::io::Error::other);
    let follow = |shelf: Arc<ResponseCache>| {
        let db = own(&parts.db)?;
        BackgroundThread::start("following", move || cache_invalidation::follow(db, shelf))
    };
    let following = shelf.clone().map(follow).transpose()?;
    let jobs = {
        let (db, files) = (own(&parts.db)?, parts.files.clone());
        let (scanner, clock) = (parts.scanner.clone(), parts.clock.clone());
        let counts = counts.clone();
        BackgroundThread::start("jobs", move || jobs::run(db, files, scanner, clock, move || counts.forget()))?
    };
    let gate = Data::new(RateLimit::new(move |request| counts.count(request)));
    let origins = Data::new(parts.origins);
    let (desk, work) = exports::desk();
    let exporting = {
        let db = parts.exports;
        BackgroundThread::start("exports", move || work.work(db))?
    };
    let desk = Data::new(desk);
    let feed = Feed::default();
    let fed = own(&parts.db)?;
    let webhooks =
        WebhookContext::new(fed.clone(), parts.clock.clone(), parts.webhooks).map_err(std::io::Error::other)?;
    let feeding = {
        let (db, feed, webhooks) = (fed, feed.clone(), webhooks.clone());
        BackgroundThread::start("feeds", move || async move {
            tokio::join!(feed.follow(&db), webhooks.dispatch(feed.ending()));
        })?
    };
    let webhooks = Data::new(webhooks);
    let (followed, places) = (Data::new(feed.clone()), Data::new(parts.places));
    let importer =
        Importer { db: parts.db.clone(), clock: parts.clock.clone(), sheets: parts.sheets, running: writes.clone() };
    let db = parts.db;
    let kept = shelf.clone().map(Data::from);
    let data = (
        Data::from(parts.verifier),
        Data::new(parts.clock),
        Data::new(parts.cursors),
        Data::new(writes.clone()),
        Data::new(parts.files),
        Data::new(parts.scanner),
    );
    let expander = Data::new(expansion::http::expander());
    let ready = readiness.clone();
    let server = HttpServer::new(move || {
        let (verifier, clock, cursors, writes, files, scanner) = data.clone();
        let (api, kept) = (api.clone(), kept.clone());
        let own = db.for_one_of(workers).unwrap_or_else(|error| {
            tracing::error!(%error, "a worker shares the connections of all");
            db.clone()
        });
        App::new()
            .app_data(verifier)
            .app_data(clock)
            .app_data(cursors)
            .app_data(writes)
            .app_data(files)
            .app_data(scanner)
            .app_data(gate.clone())
            .app_data(origins.clone())
            .app_data(desk.clone())
            .app_data(Data::new(Importer { db: own.clone(), ..importer.clone() }))
            .app_data(Data::new(own))
            .app_data(expander.clone())
            .app_data(followed.clone())
            .app_data(places.clone())
            .app_data(webhooks.clone())
            .app_data(ready.clone())
            .app_data(description.clone())
            .app_data(workflows.clone())
            .configure(move |app| {
                if let Some(kept) = kept {
                    app.app_data(kept);
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
    Ok(Running {
        address,
        handle,
        readiness,
        writes,
        task: tokio::spawn(server),
        jobs,
        exporting,
        following,
        shelf,
        feed,
        feeding,
    })
}

impl Running {
    /// Says that requests should go elsewhere, waits `grace` for that to be heard, answers what is under way, and ends.
    pub async fn stop(self, grace: Duration) -> std::io::Result<()> {
        self.readiness.drain();
        self.feed.drain();
        tokio::time::sleep(grace).await;
        self.handle.stop(true).await;
        self.jobs.stop().await;
        self.exporting.stop().await;
        if let Some(following) = self.following {
            following.stop().await;
        }
        self.feeding.stop().await;
        self.writes.close();
        // A write whose client hung up may still run; no step of it takes longer than this.
        let _ = tokio::time::timeout(Duration::from_secs(10), self.writes.wait()).await;
        self.task.await.map_err(std::io::Error::other)?
    }
}

/// RFC 9116; it must name a day on which it ends.
fn security_text(contact: &str, clock: &Clock) -> Vec<u8> {
    let expires = (clock.now() + chrono::Days::new(180)).format("%Y-%m-%dT00:00:00Z");
    format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en, cy\n").into_bytes()
}

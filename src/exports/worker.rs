//! Where exports are made: on a thread of their own with their own few connections, so that whoever asks for half a
//! million rows takes nothing from those who ask for one.

use std::pin::pin;
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::format::Wanted;
use super::lists::{Export, Reading};
use super::sheet::Sheet;
use crate::api::{Problem, Query};
use crate::auth::Call;
use crate::db::Db;

/// How long an answer waits for the first records, so that what fails at once is told as a problem.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long the reader may take for one chunk.
const STALL: Duration = Duration::from_secs(30);
/// How long an export may take as a whole.
const WHOLE: Duration = Duration::from_secs(20 * 60);

type Job = Box<dyn FnOnce(Db) -> LocalBoxFuture<'static, ()> + Send>;

/// The bytes of an export as they are made; a fault ends them, and with them the connection.
pub type Content = mpsc::Receiver<Result<Bytes, Problem>>;

/// Takes orders for exports.
#[derive(Clone)]
pub struct ExportWorker(mpsc::UnboundedSender<Job>);

/// The orders taken.
pub struct Jobs(mpsc::UnboundedReceiver<Job>);

/// A desk, and the orders it takes.
pub fn desk() -> (ExportWorker, Jobs) {
    let (to, from) = mpsc::unbounded_channel();
    (ExportWorker(to), Jobs(from))
}

impl Jobs {
    /// Makes what is ordered, as many at a time as `db` has connections, until there is no desk any more.
    pub async fn work(mut self, db: Db) {
        let tasks = tokio::task::LocalSet::new();
        let working = tasks.run_until(async {
            while let Some(job) = self.0.recv().await {
                tokio::task::spawn_local(job(db.clone()));
            }
        });
        working.await;
    }
}

/// What is wanted of a list, and for whom.
pub struct Order<L> {
    /// The call, where a token came with it.
    pub call: Option<Call>,
    /// When it came in.
    pub at: DateTime<Utc>,
    /// Which records, in which order.
    pub query: Query<L>,
    /// How they are to be written.
    pub wanted: Wanted,
}

impl ExportWorker {
    /// Orders an export: given once its first records are read, or take their time.
    pub async fn order<L: Export>(&self, order: Order<L>) -> Result<Content, Problem> {
        let (ready, is_ready) = oneshot::channel();
        let (chunks, content) = mpsc::channel(4);
        let out = Out { chunks, ready: Some(ready) };
        let job: Job = Box::new(move |db| Box::pin(make(db, order, out)));
        self.0.send(job).map_err(|_| Problem::unavailable("no exports are made any more", 5))?;
        is_ready.await.map_err(|_| Problem::internal("an export ended without a word"))??;
        Ok(content)
    }
}

/// Where an export goes.
struct Out {
    chunks: mpsc::Sender<Result<Bytes, Problem>>,
    /// To whom it is told, once, that bytes will come or why none do.
    ready: Option<oneshot::Sender<Result<(), Problem>>>,
}

impl Out {
    fn ready(&mut self) {
        if let Some(ready) = self.ready.take() {
            // Who has gone is noticed at the first chunk.
            let _ = ready.send(Ok(()));
        }
    }

    async fn send(&self, bytes: Bytes) -> Result<(), Problem> {
        if bytes.is_empty() {
            return Ok(());
        }
        match timeout(STALL, self.chunks.send(Ok(bytes))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Problem::unavailable("the reader of an export has gone", 1)),
            Err(_) => Err(Problem::unavailable("the reader of an export takes nothing", 1)),
        }
    }

    /// Tells a failure: as an answer where there was none yet, else by breaking off.
    async fn fail(mut self, problem: Problem) {
        match self.ready.take() {
            Some(ready) => drop(ready.send(Err(problem))),
            None => {
                tracing::warn!(problem = %problem, "an export broke off");
                drop(timeout(STALL, self.chunks.send(Err(problem))).await);
            }
        }
    }
}

async fn make<L: Export>(db: Db, order: Order<L>, mut out: Out) {
    let made = timeout(WHOLE, write(&db, order, &mut out)).await;
    let late = |_| Err(Problem::unavailable("an export took too long", 1));
    if let Err(problem) = made.unwrap_or_else(late) {
        out.fail(problem).await;
    }
}

async fn write<L: Export>(db: &Db, order: Order<L>, out: &mut Out) -> Result<(), Problem> {
    let Order { call, at, mut query, wanted } = order;
    query.limit = L::BATCH;
    let mut sheet = Sheet::begin(wanted, L::NAME, L::COLUMNS)?;
    match &call {
        None => {
            db.scan_published(async |db| fill(&Reading::Public(db, at), &query, &mut sheet, out).await).await?;
        }
        Some(call) => {
            db.scan(&call.actor, async |db| fill(&Reading::Own(db, call), &query, &mut sheet, out).await).await?;
        }
    }
    let mut rest = sheet.end().await?;
    while let Some(bytes) = rest.next()? {
        out.send(bytes).await?;
    }
    Ok(())
}

/// Writes every record.
async fn fill<L: Export>(
    reading: &Reading<'_>,
    query: &Query<L>,
    sheet: &mut Sheet,
    out: &mut Out,
) -> Result<(), Problem> {
    let mut records = {
        let mut first = pin!(L::batch(reading, query));
        match timeout(PATIENCE, &mut first).await {
            Ok(records) => records?,
            Err(_) => {
                out.ready();
                first.await?
            }
        }
    };
    out.ready();
    loop {
        for record in &records {
            sheet.add(record)?;
        }
        out.send(sheet.written()?).await?;
        if records.len() < L::BATCH {
            return Ok(());
        }
        if out.chunks.is_closed() {
            return Err(Problem::unavailable("the reader of an export has gone", 1));
        }
        records = L::batch(reading, query).await?;
    }
}

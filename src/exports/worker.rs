//! The worker that writes exports. It has a thread and connections of its own, so that an export of half a million rows
//! does not delay other requests.

use std::pin::pin;
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::format::ExportOptions;
use super::lists::{Export, ReadAccess};
use super::writer::ExportWriter;
use crate::api::{ListQuery, Problem};
use crate::auth::Call;
use crate::db::Db;

/// The time that the HTTP response waits for the first records. A failure within it becomes a problem document.
const FIRST_BATCH_TIMEOUT: Duration = Duration::from_secs(4);
/// The time that the client may take to receive one chunk.
const CHUNK_TIMEOUT: Duration = Duration::from_secs(30);
/// The time that a whole export may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(20 * 60);

type Job = Box<dyn FnOnce(Db) -> LocalBoxFuture<'static, ()> + Send>;

/// The bytes of an export as they are written. An error ends them and closes the connection.
pub type ExportBody = mpsc::Receiver<Result<Bytes, Problem>>;

/// Sends export requests to the worker.
#[derive(Clone)]
pub struct Exporter(mpsc::UnboundedSender<Job>);

/// Writes the exports that an [`Exporter`] requests.
pub struct ExportWorker(mpsc::UnboundedReceiver<Job>);

/// Creates an exporter and the worker that it sends requests to.
pub fn channel() -> (Exporter, ExportWorker) {
    let (to, from) = mpsc::unbounded_channel();
    (Exporter(to), ExportWorker(from))
}

impl ExportWorker {
    /// Writes exports until the last exporter is dropped. The connections of `db` limit how many run at once.
    pub async fn run(mut self, db: Db) {
        let tasks = tokio::task::LocalSet::new();
        let work = tasks.run_until(async {
            while let Some(job) = self.0.recv().await {
                tokio::task::spawn_local(job(db.clone()));
            }
        });
        work.await;
    }
}

/// A request for an export.
pub struct ExportRequest<L> {
    /// The caller; none for a request without a token.
    pub call: Option<Call>,
    /// The time of the request.
    pub at: DateTime<Utc>,
    /// The filters and the order.
    pub query: ListQuery<L>,
    /// The format and its options.
    pub options: ExportOptions,
}

impl Exporter {
    /// Starts an export. Returns its bytes as soon as the first records are read, or after [`FIRST_BATCH_TIMEOUT`].
    pub async fn start<L: Export>(&self, request: ExportRequest<L>) -> Result<ExportBody, Problem> {
        let (ready, is_ready) = oneshot::channel();
        let (chunks, body) = mpsc::channel(4);
        let sink = ExportSink { chunks, ready: Some(ready) };
        let job: Job = Box::new(move |db| Box::pin(export(db, request, sink)));
        self.0.send(job).map_err(|_| Problem::unavailable("the export worker has stopped", 5))?;
        is_ready.await.map_err(|_| Problem::internal("an export ended before its first records"))??;
        Ok(body)
    }
}

/// The receiving end of an export.
struct ExportSink {
    chunks: mpsc::Sender<Result<Bytes, Problem>>,
    /// Reports once that bytes will follow, or the problem that prevents them.
    ready: Option<oneshot::Sender<Result<(), Problem>>>,
}

impl ExportSink {
    fn report_ready(&mut self) {
        if let Some(ready) = self.ready.take() {
            // If the client has gone, sending the first chunk fails.
            let _ = ready.send(Ok(()));
        }
    }

    async fn send(&self, bytes: Bytes) -> Result<(), Problem> {
        if bytes.is_empty() {
            return Ok(());
        }
        match timeout(CHUNK_TIMEOUT, self.chunks.send(Ok(bytes))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Problem::unavailable("the client of an export has closed the connection", 1)),
            Err(_) => Err(Problem::unavailable("the client of an export has received nothing for 30 seconds", 1)),
        }
    }

    /// Reports a failure: as the HTTP response if that has not begun, else by closing the connection.
    async fn fail(mut self, problem: Problem) {
        match self.ready.take() {
            Some(ready) => drop(ready.send(Err(problem))),
            None => {
                tracing::warn!(problem = %problem, "an export failed after the response had begun");
                drop(timeout(CHUNK_TIMEOUT, self.chunks.send(Err(problem))).await);
            }
        }
    }
}

async fn export<L: Export>(db: Db, request: ExportRequest<L>, mut sink: ExportSink) {
    let result = timeout(EXPORT_TIMEOUT, write(&db, request, &mut sink)).await;
    let too_slow = |_| Err(Problem::unavailable("an export took longer than 20 minutes", 1));
    if let Err(problem) = result.unwrap_or_else(too_slow) {
        sink.fail(problem).await;
    }
}

async fn write<L: Export>(db: &Db, request: ExportRequest<L>, sink: &mut ExportSink) -> Result<(), Problem> {
    let ExportRequest { call, at, mut query, options } = request;
    query.limit = L::BATCH;
    let mut writer = ExportWriter::new(options, L::NAME, L::COLUMNS)?;
    match &call {
        None => {
            db.scan_published(async |db| write_all(&ReadAccess::Published(db, at), &query, &mut writer, sink).await)
                .await?;
        }
        Some(call) => {
            db.scan(&call.actor, async |db| write_all(&ReadAccess::Caller(db, call), &query, &mut writer, sink).await)
                .await?;
        }
    }
    let mut remaining = writer.finish().await?;
    while let Some(bytes) = remaining.next_chunk()? {
        sink.send(bytes).await?;
    }
    Ok(())
}

/// Writes all records of the list.
async fn write_all<L: Export>(
    access: &ReadAccess<'_>,
    query: &ListQuery<L>,
    writer: &mut ExportWriter,
    sink: &mut ExportSink,
) -> Result<(), Problem> {
    let mut records = {
        let mut first = pin!(L::read_batch(access, query));
        match timeout(FIRST_BATCH_TIMEOUT, &mut first).await {
            Ok(records) => records?,
            Err(_) => {
                sink.report_ready();
                first.await?
            }
        }
    };
    sink.report_ready();
    loop {
        for record in &records {
            writer.write(record)?;
        }
        sink.send(writer.take_bytes()?).await?;
        if records.len() < L::BATCH {
            return Ok(());
        }
        if sink.chunks.is_closed() {
            return Err(Problem::unavailable("the client of an export has closed the connection", 1));
        }
        records = L::read_batch(access, query).await?;
    }
}

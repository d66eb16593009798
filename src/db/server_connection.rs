//! A connection as a pool holds it. A connection that is thrown away keeps its place in the pool's limit until its
//! work at the server has ended, and the server is asked to cancel that work.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{self, Metrics, RecycleError, RecycleResult};
use deadpool_postgres::ClientWrapper;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_postgres::NoTls;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connect::Connector;
use super::error::error_text;

/// The wait for connections that were thrown away to end. Whoever needs a connection then looks for an idle one again,
/// and tries again if there is none.
const PLACE_TIMEOUT: Duration = Duration::from_millis(50);
/// A connection that was idle for longer is checked before use. A check costs as much as a read.
const CHECK_AFTER_IDLE: Duration = Duration::from_secs(1);
/// The longest time that a check may take.
pub(super) const CHECK_TIMEOUT: Duration = Duration::from_millis(500);

/// The time in which work may end by itself after its connection was thrown away.
const CANCEL_AFTER: Duration = Duration::from_millis(100);
/// The longest time that sending one request to cancel may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(2);
/// The time between two requests to cancel.
const CANCEL_INTERVAL: Duration = Duration::from_secs(5);
/// The time that a process of PostgreSQL may need to end after its connection was closed.
pub(super) const EXIT_TIME: Duration = Duration::from_millis(500);

/// Why a pool has no connection to give.
#[derive(Debug, thiserror::Error)]
pub(super) enum CreateError {
    /// PostgreSQL refused the connection, or the network failed.
    #[error("{}", error_text(.0))]
    Refused(#[source] tokio_postgres::Error),
    /// Connections that were thrown away are still at work at the server, and count towards the limit.
    #[error("connections that were abandoned are still open at the server, so no other may be opened")]
    Abandoned,
    /// An idle connection gave no result.
    #[error("an idle connection did not respond in time")]
    Unresponsive,
}

/// Makes the connections of one pool, at most as many at a time as the pool has places.
pub(super) struct Manager {
    connector: Arc<Connector>,
    places: Arc<Semaphore>,
}

/// A connection to PostgreSQL.
pub(super) struct ServerConnection {
    client: Arc<ClientWrapper>,
    tls: Option<MakeRustlsConnect>,
    places: Option<Places>,
}

/// What a connection occupies until its work at the server has ended.
struct Places {
    _in_pool: OwnedSemaphorePermit,
    /// The place among the writes, while the connection writes.
    of_write: Option<OwnedSemaphorePermit>,
}

impl Manager {
    /// Creates the manager of a pool with this number of places.
    pub(super) fn new(connector: Arc<Connector>, places: usize) -> Self {
        Self { connector, places: Arc::new(Semaphore::new(places)) }
    }
}

impl managed::Manager for Manager {
    type Type = ServerConnection;
    type Error = CreateError;

    async fn create(&self) -> Result<ServerConnection, CreateError> {
        let place = timeout(PLACE_TIMEOUT, self.places.clone().acquire_owned()).await;
        let place = place.ok().and_then(Result::ok).ok_or(CreateError::Abandoned)?;
        let refused = |error| {
            tracing::warn!(error = error_text(&error), "PostgreSQL refused a connection");
            CreateError::Refused(error)
        };
        let (client, task) = self.connector.connect().await.map_err(refused)?;
        let client = Arc::new(ClientWrapper::new(client, task));
        let places = Some(Places { _in_pool: place, of_write: None });
        let connection = ServerConnection { client, tls: self.connector.tls().cloned(), places };
        connection.client.batch_execute(self.connector.begin_session()).await.map_err(refused)?;
        Ok(connection)
    }

    async fn recycle(&self, connection: &mut ServerConnection, metrics: &Metrics) -> RecycleResult<CreateError> {
        if connection.client.is_closed() {
            return Err(RecycleError::message("the connection is closed"));
        }
        if metrics.last_used() <= CHECK_AFTER_IDLE {
            return Ok(());
        }
        match timeout(CHECK_TIMEOUT, connection.client.simple_query("")).await {
            Ok(result) => result.map(drop).map_err(|error| RecycleError::Backend(CreateError::Refused(error))),
            Err(_) => Err(RecycleError::Backend(CreateError::Unresponsive)),
        }
    }
}

impl ServerConnection {
    /// Returns the client that sends statements.
    pub(super) fn client(&self) -> &ClientWrapper {
        &self.client
    }

    /// Keeps a place among the writes until [`Self::release_write_place`], or until the work of a connection that is
    /// thrown away has ended.
    pub(super) fn keep_write_place(&mut self, place: OwnedSemaphorePermit) {
        if let Some(places) = &mut self.places {
            places.of_write = Some(place);
        }
    }

    /// Gives the place among the writes to another write.
    pub(super) fn release_write_place(&mut self) {
        if let Some(places) = &mut self.places {
            places.of_write = None;
        }
    }
}

impl Drop for ServerConnection {
    fn drop(&mut self) {
        // Without a runtime, the thread of the connection has ended, and the connection with it.
        let Ok(runtime) = Handle::try_current() else { return };
        if self.client.is_closed() {
            return;
        }
        let (client, tls, places) = (self.client.clone(), self.tls.clone(), self.places.take());
        runtime.spawn(async move {
            end(&client, tls).await;
            drop(client);
            tokio::time::sleep(EXIT_TIME).await;
            drop(places);
        });
    }
}

/// Waits until the work of a connection has ended, and asks the server to cancel it. A commit that waits for a
/// synchronous standby is not undone by this: it ends without waiting for the standby any longer.
async fn end(client: &ClientWrapper, tls: Option<MakeRustlsConnect>) {
    // Statements run in order: this one has a result when all before it have ended.
    let mut ended = pin!(client.simple_query(""));
    if timeout(CANCEL_AFTER, &mut ended).await.is_ok() {
        return;
    }
    let token = client.cancel_token();
    let mut has_warned = false;
    loop {
        let cancel = async {
            match tls.clone() {
                Some(tls) => token.cancel_query(tls).await,
                None => token.cancel_query(NoTls).await,
            }
        };
        // Whether it was cancelled, only the end of the work shows.
        let _ = timeout(CANCEL_TIMEOUT, cancel).await;
        if timeout(CANCEL_INTERVAL, &mut ended).await.is_ok() {
            return;
        }
        if !has_warned {
            tracing::warn!("an abandoned statement does not end, and its connection counts until it does");
            has_warned = true;
        }
    }
}

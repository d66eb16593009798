//! Connection pools. Every wait has a limit: 1 s for a free connection, 2 s to connect, 0.5 s to check an idle
//! connection. PostgreSQL's own limits are below the service's, so that PostgreSQL always ends a slow statement
//! first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{BuildError, Pool, QueueMode, Status};
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connect::{self, Connector};
use super::error::error_text;
use super::server_connection::{CHECK_TIMEOUT, EXIT_TIME, Manager};

/// The longest time that making a connection outside any pool may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where a database is, and the role to connect as.
#[derive(Clone, Debug)]
pub struct Address {
    config: Config,
    /// The role to act as, if it is not the one that connects.
    role: Option<&'static str>,
    /// The one place for the connections of [`Address::connect`], if there is a limit.
    place: Option<Arc<Semaphore>>,
}

/// Why a pool cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// The address is malformed.
    #[error("the database address is malformed: {0}")]
    Address(#[source] tokio_postgres::Error),
    /// The pool cannot be created.
    #[error("the connection pool cannot be created: {0}")]
    Build(#[source] BuildError),
    /// The machine's certificate authorities cannot be used.
    #[error("the machine's certificate authorities cannot be used: {0}")]
    Authorities(#[source] rustls::Error),
}

impl Address {
    /// Parses `postgresql://…` or `key=value` text, as libpq accepts them.
    ///
    /// # Errors
    /// [`PoolError::Address`] when the text is malformed.
    pub fn parse(text: &str) -> Result<Self, PoolError> {
        text.parse().map(|config| Self { config, role: None, place: None }).map_err(PoolError::Address)
    }

    /// Returns the same address, with the privileges of another role that the connecting role is a member of.
    #[must_use]
    pub fn with_role(&self, role: &'static str) -> Self {
        Self { role: Some(role), ..self.clone() }
    }

    /// Returns the same address, from which [`Self::connect`] makes one connection at a time.
    #[must_use]
    pub fn with_one_connection(&self) -> Self {
        Self { place: Some(Arc::new(Semaphore::new(1))), ..self.clone() }
    }

    /// Makes one connection outside any pool, within 5 seconds.
    ///
    /// # Errors
    /// [`ConnectError`] when the database refuses the connection or TLS cannot be set up.
    pub async fn connect(&self) -> Result<Client, ConnectError> {
        let place = match &self.place {
            Some(place) => {
                let free = tokio::time::timeout(CONNECT_TIMEOUT, place.clone().acquire_owned()).await;
                Some(free.ok().and_then(Result::ok).ok_or(ConnectError::Occupied)?)
            }
            None => None,
        };
        let mut config = self.config.clone();
        config.connect_timeout(CONNECT_TIMEOUT);
        let client = if self.is_local() {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(drive(connection, place));
            client
        } else {
            let (client, connection) = config.connect(tls()?).await?;
            tokio::spawn(drive(connection, place));
            client
        };
        if let Some(role) = self.role {
            client.batch_execute(&connect::set_role(role)).await?;
        }
        Ok(client)
    }

    fn is_local(&self) -> bool {
        self.config.get_ssl_mode() == SslMode::Disable
            || self.config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)))
    }
}

/// Why a connection was not made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// PostgreSQL refused the connection, or the network failed.
    #[error("cannot connect to the database: {}", error_text(.0))]
    Refused(#[from] tokio_postgres::Error),
    /// The one connection that the address allows is still open at the server.
    #[error("cannot connect to the database: the earlier connection is still open at the server")]
    Occupied,
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] PoolError),
}

/// Drives a connection until it ends, and then gives its place to another.
async fn drive(
    connection: impl Future<Output = Result<(), tokio_postgres::Error>>,
    place: Option<OwnedSemaphorePermit>,
) {
    // Its statements report its failure.
    let _ = connection.await;
    if place.is_some() {
        tokio::time::sleep(EXIT_TIME).await;
    }
}

fn tls() -> Result<MakeRustlsConnect, PoolError> {
    let mut roots = RootCertStore::empty();
    // Unreadable certificates in the machine's store are skipped; the rest are used.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(PoolError::Authorities)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// The connections of one role: a shared pool, and a pool for each thread that asked for its own. The thread that
/// made a connection drives it. While that thread computes, the connection makes no progress, so other threads should
/// not use it.
#[derive(Clone)]
pub struct Pools {
    own: Arc<ThreadPool>,
    all: Arc<Mutex<Vec<Arc<ThreadPool>>>>,
    settings: Arc<PoolSettings>,
}

/// One pool.
struct ThreadPool {
    pool: Pool<Manager>,
    size: usize,
    /// Fewer places than connections: reads go on when every write waits.
    write_places: Arc<Semaphore>,
}

/// How the pools of a role are made.
struct PoolSettings {
    connector: Arc<Connector>,
    /// The number of connections beside those of each pool: the pipelined one of the public role.
    beside_pool: usize,
}

/// Creates the pools of one role, with at most `size` connections. PostgreSQL refuses writes on `read_only` ones.
///
/// # Errors
/// [`PoolError`] when TLS cannot be set up or the pool cannot be created. No connection is made yet.
pub fn open_pools(address: &Address, size: usize, read_only: bool) -> Result<Pools, PoolError> {
    open_pools_with(address, size, read_only, usize::from(read_only))
}

/// Creates the pools of one role like [`open_pools`], with `beside_pool` connections beside those of each pool.
pub(super) fn open_pools_with(
    address: &Address,
    size: usize,
    read_only: bool,
    beside_pool: usize,
) -> Result<Pools, PoolError> {
    let tls = if address.is_local() { None } else { Some(tls()?) };
    let connector = Connector::new(address.config.clone(), tls, address.role, read_only);
    let settings = PoolSettings { connector: Arc::new(connector), beside_pool };
    let own = Arc::new(settings.pool(size, size + settings.beside_pool)?);
    Ok(Pools { all: Arc::new(Mutex::new(vec![own.clone()])), own, settings: Arc::new(settings) })
}

impl PoolSettings {
    /// Creates a pool of `size` connections. `places` limits these and the pipelined one together.
    fn pool(&self, size: usize, places: usize) -> Result<ThreadPool, PoolError> {
        let manager = Manager::new(self.connector.clone(), places);
        let pool = Pool::builder(manager)
            .max_size(size)
            // The connection that was used last has warm caches, here and in PostgreSQL.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(Duration::from_secs(1)))
            .create_timeout(Some(Duration::from_secs(2)))
            // Above the limit of the check itself, which then reports its own reason.
            .recycle_timeout(Some(2 * CHECK_TIMEOUT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(PoolError::Build)?;
        let for_reads = if size > 1 { (size / 4).max(1) } else { 0 };
        Ok(ThreadPool { pool, size, write_places: Arc::new(Semaphore::new(size - for_reads)) })
    }
}

impl Pools {
    /// Returns the pools with a pool of `size` connections for another thread.
    pub(super) fn for_thread(&self, size: usize) -> Result<Self, PoolError> {
        self.with_another(self.settings.pool(size, size + self.settings.beside_pool)?)
    }

    /// Returns the pools with a pool for a pipelined connection only.
    pub(super) fn for_pipelined_connection(&self) -> Result<Self, PoolError> {
        self.with_another(self.settings.pool(1, 1)?)
    }

    fn with_another(&self, pool: ThreadPool) -> Result<Self, PoolError> {
        let own = Arc::new(pool);
        self.with_all(|all| all.push(own.clone()));
        Ok(Self { own, ..self.clone() })
    }

    /// Returns the largest number of connections of this thread.
    pub(super) fn size(&self) -> usize {
        self.own.size
    }

    /// Closes the idle connections of this thread's pool.
    pub(super) fn release_idle(&self) {
        self.own.pool.retain(|_, _| false);
    }

    /// Returns this thread's pool.
    pub(super) fn pool(&self) -> &Pool<Manager> {
        &self.own.pool
    }

    /// Returns the places of the writes of this thread.
    pub(super) fn write_places(&self) -> Arc<Semaphore> {
        self.own.write_places.clone()
    }

    /// Returns the sums over all threads.
    pub(super) fn status(&self) -> Status {
        let zero = Status { max_size: 0, size: 0, available: 0, waiting: 0 };
        self.with_all(|all| {
            all.iter().map(|one| one.pool.status()).fold(zero, |sum, one| Status {
                max_size: sum.max_size + one.max_size,
                size: sum.size + one.size,
                available: sum.available + one.available,
                waiting: sum.waiting + one.waiting,
            })
        })
    }

    /// Closes every connection of every thread without waiting.
    pub(super) fn close(&self) {
        self.with_all(|all| all.iter().for_each(|one| one.pool.close()));
    }

    fn with_all<T>(&self, work: impl FnOnce(&mut Vec<Arc<ThreadPool>>) -> T) -> T {
        work(&mut self.all.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

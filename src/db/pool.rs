//! Connection pools. Every wait has a limit: 1 s for a free connection, 2 s to connect, 0.5 s to check an idle
//! connection. PostgreSQL's own limits are below the service's, so that PostgreSQL always ends a slow statement
//! first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool::managed::{Hook, HookError, QueueMode};
use deadpool_postgres::{ClientWrapper, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Status};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connect::{self, Connector};

/// Where a database is, and the role to connect as.
#[derive(Clone, Debug)]
pub struct Address {
    config: Config,
}

/// Why a pool cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// The address is malformed.
    #[error("the database address is malformed: {0}")]
    Address(#[source] tokio_postgres::Error),
    /// The pool cannot be created.
    #[error("the connection pool cannot be created: {0}")]
    Build(#[source] deadpool_postgres::BuildError),
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
        text.parse().map(|config| Self { config }).map_err(PoolError::Address)
    }

    /// Returns the same address, with the privileges of another role that the connecting role is a member of.
    #[must_use]
    pub fn with_role(&self, role: &'static str) -> Self {
        let mut config = self.config.clone();
        let options = config.get_options().unwrap_or_default().to_owned();
        config.options(format!("{options} -c role={role}"));
        Self { config }
    }

    /// Makes one connection outside any pool, within 5 seconds.
    ///
    /// # Errors
    /// [`ConnectError`] when the database refuses the connection or TLS cannot be set up.
    pub async fn connect(&self) -> Result<tokio_postgres::Client, ConnectError> {
        let mut config = self.config.clone();
        config.connect_timeout(Duration::from_secs(5));
        if self.is_local() {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(connection);
            return Ok(client);
        }
        let (client, connection) = config.connect(tls()?).await?;
        tokio::spawn(connection);
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
    #[error("cannot connect to the database")]
    Refused(#[from] tokio_postgres::Error),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] PoolError),
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

/// A connection that was idle for longer is checked before use. A check costs as much as a read.
const CHECK_AFTER_IDLE: Duration = Duration::from_secs(1);
/// The longest time that a check may take.
const CHECK_TIMEOUT: Duration = Duration::from_millis(500);

/// Checks that an idle connection still gets results.
async fn check(client: &ClientWrapper) -> Result<(), HookError<tokio_postgres::Error>> {
    match tokio::time::timeout(CHECK_TIMEOUT, client.simple_query("")).await {
        Ok(result) => result.map(drop).map_err(HookError::Backend),
        Err(_) => Err(HookError::message("an idle connection did not answer in time")),
    }
}

/// The connections of one role: a shared pool, and a pool for each thread that asked for its own. The thread that
/// made a connection drives it. While that thread computes, the connection makes no progress, so other threads should
/// not use it.
#[derive(Clone)]
pub struct Pools {
    pool: Pool,
    size: usize,
    all: Arc<Mutex<Vec<Pool>>>,
    settings: Arc<PoolSettings>,
}

/// How the pools of a role are made.
struct PoolSettings {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    read_only: bool,
}

/// Returns the default numbers of connections of the service's role and of the public role for a number of threads. A
/// query mostly occupies a core of the database server, so more connections would only wait for each other.
pub fn default_pool_sizes(threads: usize) -> (usize, usize) {
    ((4 * threads).clamp(4, 32), (2 * threads).clamp(2, 16))
}

/// Creates the pools of one role, with at most `size` connections. PostgreSQL refuses writes on `read_only` ones.
///
/// # Errors
/// [`PoolError`] when TLS cannot be set up or the pool cannot be created. No connection is made yet.
pub fn open_pools(address: &Address, size: usize, read_only: bool) -> Result<Pools, PoolError> {
    let mut config = address.config.clone();
    let starts_read_only = read_only && connect::starts_read_only(&config);
    let option = if starts_read_only { " -c default_transaction_read_only=on" } else { "" };
    let given = config.get_options().unwrap_or_default().to_owned();
    config.options(format!(
        "{given} -c search_path=record -c statement_timeout=4000 -c lock_timeout=2000 \
         -c idle_in_transaction_session_timeout=10000 -c timezone=UTC -c plan_cache_mode=force_generic_plan -c jit=off \
         -c random_page_cost=1.1{option}"
    ));
    config.application_name("section55").connect_timeout(Duration::from_secs(2));
    let tls = if address.is_local() { None } else { Some(tls()?) };
    let settings = PoolSettings { config, tls, read_only: read_only && !starts_read_only };
    let pool = settings.pool(size)?;
    Ok(Pools { all: Arc::new(Mutex::new(vec![pool.clone()])), pool, size, settings: Arc::new(settings) })
}

impl PoolSettings {
    fn pool(&self, size: usize) -> Result<Pool, PoolError> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let connector = Connector::new(self.tls.clone(), self.read_only);
        let manager = Manager::from_connect(self.config.clone(), connector, recycling);
        Pool::builder(manager)
            .max_size(size)
            // The connection that was used last has warm caches, here and in PostgreSQL.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(Duration::from_secs(1)))
            .create_timeout(Some(Duration::from_secs(2)))
            .recycle_timeout(Some(CHECK_TIMEOUT))
            .post_recycle(Hook::async_fn(|client: &mut ClientWrapper, metrics| {
                let must_check = metrics.last_used() > CHECK_AFTER_IDLE;
                Box::pin(async move { if must_check { check(client).await } else { Ok(()) } })
            }))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(PoolError::Build)
    }
}

impl Pools {
    /// Returns the pools with a pool of `size` connections for another thread.
    pub(super) fn for_thread(&self, size: usize) -> Result<Self, PoolError> {
        let pool = self.settings.pool(size)?;
        self.with_all(|all| all.push(pool.clone()));
        Ok(Self { pool, size, ..self.clone() })
    }

    /// Returns the largest number of connections of this thread.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Returns this thread's pool.
    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Returns the sums over all threads.
    pub(super) fn status(&self) -> Status {
        let zero = Status { max_size: 0, size: 0, available: 0, waiting: 0 };
        self.with_all(|all| {
            all.iter().map(Pool::status).fold(zero, |sum, one| Status {
                max_size: sum.max_size + one.max_size,
                size: sum.size + one.size,
                available: sum.available + one.available,
                waiting: sum.waiting + one.waiting,
            })
        })
    }

    /// Closes every connection of every thread without waiting.
    pub(super) fn close(&self) {
        self.with_all(|all| all.iter().for_each(Pool::close));
    }

    fn with_all<T>(&self, work: impl FnOnce(&mut Vec<Pool>) -> T) -> T {
        work(&mut self.all.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

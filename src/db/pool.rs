//! Pools of connections, every timeout set: waiting 1 s, connecting 2 s, checking what has rested 0.5 s, and PostgreSQL's own limits
//! below the service's, so that the inner clock always ends first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool::managed::{Hook, HookError, QueueMode};
use deadpool_postgres::{ClientWrapper, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Status};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Where a database is and as which role it is entered.
#[derive(Clone, Debug)]
pub struct Address {
    config: Config,
}

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// The address cannot be read.
    #[error("the database address cannot be read: {0}")]
    Address(#[source] tokio_postgres::Error),
    /// The pool cannot be made.
    #[error("the pool cannot be made: {0}")]
    Build(#[source] deadpool_postgres::BuildError),
    /// The machine's certificate authorities cannot be used.
    #[error("the machine's certificate authorities cannot be used: {0}")]
    Authorities(#[source] rustls::Error),
}

impl Address {
    /// Reads `postgresql://…` or `key=value` text, as libpq writes it.
    pub fn read(text: &str) -> Result<Self, PoolError> {
        text.parse().map(|config| Self { config }).map_err(PoolError::Address)
    }

    /// The same place, entered with the privileges of another role that the first may take on.
    #[must_use]
    pub fn acting_as(&self, role: &'static str) -> Self {
        let mut config = self.config.clone();
        let options = config.get_options().unwrap_or_default().to_owned();
        config.options(format!("{options} -c role={role}"));
        Self { config }
    }

    /// Connects once, outside any pool.
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
    /// PostgreSQL or the network said so.
    #[error("cannot connect to the database")]
    Refused(#[from] tokio_postgres::Error),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] PoolError),
}

fn tls() -> Result<MakeRustlsConnect, PoolError> {
    let mut roots = RootCertStore::empty();
    // What the machine trusts; a store with a few unreadable certificates is still one.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(PoolError::Authorities)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// How long a connection may have rested and yet be taken for whole; a check costs as much as a reading.
const RESTED: Duration = Duration::from_secs(1);
/// How long a check may take.
const CHECKING: Duration = Duration::from_millis(500);

/// Whether a connection that rested still gets an answer.
async fn check(client: &ClientWrapper) -> Result<(), HookError<tokio_postgres::Error>> {
    match tokio::time::timeout(CHECKING, client.simple_query("")).await {
        Ok(answer) => answer.map(drop).map_err(HookError::Backend),
        Err(_) => Err(HookError::message("no answer in time")),
    }
}

/// The connections of one role: a pool for all, and one for each thread that asked for its own. A connection is driven by
/// the thread that made it, and stands still while that thread computes: no other should wait on it.
#[derive(Clone)]
pub struct Pools {
    pool: Pool,
    size: usize,
    all: Arc<Mutex<Vec<Pool>>>,
    connector: Arc<Connector>,
}

/// How a role's connections are made.
struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

/// How many connections of the service's role and of the public's suit so many threads: with more, which are mostly on the
/// database's own cores, each only waits longer for the others.
pub fn suited(threads: usize) -> (usize, usize) {
    ((4 * threads).clamp(4, 32), (2 * threads).clamp(2, 16))
}

/// Up to `size` connections; `read_only` ones refuse writes in PostgreSQL itself.
pub fn open(address: &Address, size: usize, read_only: bool) -> Result<Pools, PoolError> {
    let mut config = address.config.clone();
    let read_only = if read_only { " -c default_transaction_read_only=on" } else { "" };
    let given = config.get_options().unwrap_or_default().to_owned();
    config.options(format!(
        "{given} -c search_path=record -c statement_timeout=4000 -c lock_timeout=2000 \
         -c idle_in_transaction_session_timeout=10000 -c timezone=UTC -c plan_cache_mode=force_generic_plan -c jit=off \
         -c random_page_cost=1.1{read_only}"
    ));
    config.application_name("section55").connect_timeout(Duration::from_secs(2));
    let tls = if address.is_local() { None } else { Some(tls()?) };
    let connector = Connector { config, tls };
    let pool = connector.pool(size)?;
    Ok(Pools { all: Arc::new(Mutex::new(vec![pool.clone()])), pool, size, connector: Arc::new(connector) })
}

impl Connector {
    fn pool(&self, size: usize) -> Result<Pool, PoolError> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &self.tls {
            None => Manager::from_config(self.config.clone(), NoTls, recycling),
            Some(tls) => Manager::from_config(self.config.clone(), tls.clone(), recycling),
        };
        Pool::builder(manager)
            .max_size(size)
            // What was used last is warm, there and here.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(Duration::from_secs(1)))
            .create_timeout(Some(Duration::from_secs(2)))
            .recycle_timeout(Some(CHECKING))
            .post_recycle(Hook::async_fn(|client: &mut ClientWrapper, metrics| {
                let rested = metrics.last_used() > RESTED;
                Box::pin(async move { if rested { check(client).await } else { Ok(()) } })
            }))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(PoolError::Build)
    }
}

impl Pools {
    /// The same for another thread, with up to `size` connections of its own.
    pub(super) fn for_thread(&self, size: usize) -> Result<Self, PoolError> {
        let pool = self.connector.pool(size)?;
        self.every(|all| all.push(pool.clone()));
        Ok(Self { pool, size, ..self.clone() })
    }

    /// How many connections this thread may have.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// This thread's pool.
    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// How all of them together are.
    pub(super) fn status(&self) -> Status {
        let nothing = Status { max_size: 0, size: 0, available: 0, waiting: 0 };
        self.every(|all| {
            all.iter().map(Pool::status).fold(nothing, |sum, one| Status {
                max_size: sum.max_size + one.max_size,
                size: sum.size + one.size,
                available: sum.available + one.available,
                waiting: sum.waiting + one.waiting,
            })
        })
    }

    /// Closes every connection; waits for none.
    pub(super) fn close(&self) {
        self.every(|all| all.iter().for_each(Pool::close));
    }

    fn every<T>(&self, work: impl FnOnce(&mut Vec<Pool>) -> T) -> T {
        work(&mut self.all.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

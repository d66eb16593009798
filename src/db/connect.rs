//! How a pool makes its connections: with the address's `target_session_attrs`, and read-only where the role only reads.

use deadpool_postgres::{ConfigConnectImpl, Connect};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Makes connections of one role.
pub(super) struct Connector {
    tls: Option<MakeRustlsConnect>,
    read_only: bool,
}

impl Connector {
    /// Creates a connector, with TLS if there is a TLS configuration.
    pub(super) fn new(tls: Option<MakeRustlsConnect>, read_only: bool) -> Self {
        Self { tls, read_only }
    }

    /// Makes a connection in which writing is possible as far as the server and the role allow it.
    fn connect_to(&self, config: &Config) -> BoxFuture<'static, Result<(Client, JoinHandle<()>), Error>> {
        let config = config.clone();
        match self.tls.clone() {
            None => async move { ConfigConnectImpl { tls: NoTls }.connect(&config).await }.boxed(),
            Some(tls) => async move { ConfigConnectImpl { tls }.connect(&config).await }.boxed(),
        }
    }
}

impl Connect for Connector {
    fn connect(&self, config: &Config) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), Error>> {
        let connecting = self.connect_to(config);
        async move {
            let (client, task) = connecting.await?;
            if self.read_only {
                client.batch_execute("set default_transaction_read_only = on").await?;
            }
            Ok((client, task))
        }
        .boxed()
    }
}

/// Returns whether `default_transaction_read_only` can be set by the startup message.
///
/// With `target_session_attrs=read-write`, the driver takes a server only if the new session can write. A read-only
/// session never could, so the setting follows after the connection.
pub(super) fn starts_read_only(config: &Config) -> bool {
    config.get_target_session_attrs() != TargetSessionAttrs::ReadWrite
}

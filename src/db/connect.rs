//! How a pool makes its connections: with the address's `target_session_attrs`, the role that acts, and the settings of
//! the session.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The settings of every session. They are sent as a statement after the connection is made: PgBouncer refuses or
/// ignores them in the startup message.
const SETTINGS: &str = "set search_path = record; set statement_timeout = 4000; set lock_timeout = 2000;
    set idle_in_transaction_session_timeout = 10000; set timezone = 'UTC';
    set plan_cache_mode = force_generic_plan; set jit = off; set random_page_cost = 1.1";

/// The time until a server that no longer responds counts as gone, where the address sets none.
const GONE_AFTER: Duration = Duration::from_secs(30);
/// The default of the driver, which the address has when it sets none.
const DEFAULT_KEEPALIVE: Duration = Duration::from_secs(2 * 60 * 60);

/// Makes connections of one role.
pub(super) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// The statements that begin each session.
    begin_session: String,
}

impl Connector {
    /// Creates a connector, with TLS if there is a TLS configuration. `role` is the role to act as, if it is not the one
    /// that connects. PostgreSQL refuses writes on `read_only` connections.
    pub(super) fn new(
        mut config: Config,
        tls: Option<MakeRustlsConnect>,
        role: Option<&'static str>,
        read_only: bool,
    ) -> Self {
        config.application_name("section55").connect_timeout(Duration::from_secs(2));
        detect_dead_servers(&mut config);
        // With this attribute, the driver takes only a server whose new session cannot write.
        if read_only && config.get_target_session_attrs() == TargetSessionAttrs::ReadOnly {
            let given = config.get_options().unwrap_or_default().to_owned();
            config.options(format!("{given} -c default_transaction_read_only=on"));
        }
        let read_only = if read_only { "; set default_transaction_read_only = on" } else { "" };
        let begin_session = format!("{}{SETTINGS}{read_only}", role.map(set_role).unwrap_or_default());
        Self { config, tls, begin_session }
    }

    /// Returns the TLS configuration, if there is one.
    pub(super) fn tls(&self) -> Option<&MakeRustlsConnect> {
        self.tls.as_ref()
    }

    /// Makes a connection, and the task that drives it. Its session is still to begin.
    pub(super) async fn connect(&self) -> Result<(Client, JoinHandle<()>), Error> {
        match self.tls.clone() {
            None => {
                let (client, connection) = self.config.connect(NoTls).await?;
                Ok((client, tokio::spawn(drive(connection))))
            }
            Some(tls) => {
                let (client, connection) = self.config.connect(tls).await?;
                Ok((client, tokio::spawn(drive(connection))))
            }
        }
    }

    /// Returns the statements that begin each session.
    pub(super) fn begin_session(&self) -> &str {
        &self.begin_session
    }
}

/// Returns the statement that makes a session act as a role.
pub(super) fn set_role(role: &str) -> String {
    format!("set role {role}; ")
}

/// Drives a connection until it ends. Its statements report its failure.
async fn drive(connection: impl Future<Output = Result<(), Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a database connection ended");
    }
}

/// Makes the operating system notice a server that is gone without closing its connections. Such a connection would
/// otherwise count towards the limit for two hours.
fn detect_dead_servers(config: &mut Config) {
    if config.get_keepalives_idle() == DEFAULT_KEEPALIVE {
        config.keepalives_idle(GONE_AFTER / 3).keepalives_interval(GONE_AFTER / 6).keepalives_retries(4);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(GONE_AFTER);
    }
}

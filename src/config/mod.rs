//! The settings of the service. Each is a flag and an environment variable. Secrets can also come from a file.

mod listen;
mod mail;
mod streams;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

pub use listen::{ListenSettings, parse_address, with_port};
pub use mail::MailSettings;
pub use streams::StreamSettings;

/// The requests a minute that one subject may send unless a setting says otherwise.
pub const DEFAULT_RATE_SIGNED_IN: u32 = 1200;
/// The requests a minute that one address without a token may send unless a setting says otherwise.
pub const DEFAULT_RATE_PUBLIC: u32 = 600;

/// The address of the database.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Database")]
pub struct DatabaseSettings {
    /// Database, with the service's role (postgresql://section55_app@host/section55)
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,
    /// File that holds DATABASE_URL
    #[arg(long, env = "DATABASE_URL_FILE", conflicts_with = "database_url")]
    pub database_url_file: Option<PathBuf>,
}

/// The settings of the audit log's sequencer.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Audit log")]
pub struct AuditSettings {
    /// Database, with the sequencer's role; without it, this instance does not sequence audit events
    #[arg(long, env = "DATABASE_LOG_URL", hide_env_values = true)]
    pub database_log_url: Option<SecretString>,
    /// File that holds DATABASE_LOG_URL
    #[arg(long, env = "DATABASE_LOG_URL_FILE", conflicts_with = "database_log_url")]
    pub database_log_url_file: Option<PathBuf>,
    /// Ed25519 key that signs the audit log's checkpoints (PKCS #8 in PEM); required with DATABASE_LOG_URL
    #[arg(long, env = "SECTION55_AUDIT_KEY_FILE")]
    pub audit_key_file: Option<PathBuf>,
    /// Name that the checkpoints state, unique to this service (section55.example.police.uk/audit)
    #[arg(long, env = "SECTION55_AUDIT_ORIGIN")]
    pub audit_origin: Option<String>,
    /// File for the last signed checkpoint, on a durable volume outside the database
    #[arg(long, env = "SECTION55_AUDIT_CHECKPOINT_FILE")]
    pub audit_checkpoint_file: Option<PathBuf>,
    /// Addresses of witnesses, comma-separated: each accepts checkpoints and returns the last one it accepted
    #[arg(long, env = "SECTION55_AUDIT_WITNESSES", value_delimiter = ',')]
    pub audit_witnesses: Vec<String>,
}

/// The settings of `section55 serve`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: section55 serve --issuers-file issuers.json --secret-file secret --port 8143")]
pub struct ServeSettings {
    /// The database.
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// Database, with the public role; without it, the role of DATABASE_URL acts as section55_public
    #[arg(long, help_heading = "Database", env = "DATABASE_PUBLIC_URL", hide_env_values = true)]
    pub database_public_url: Option<SecretString>,
    /// File that holds DATABASE_PUBLIC_URL
    #[arg(long, help_heading = "Database", env = "DATABASE_PUBLIC_URL_FILE", conflicts_with = "database_public_url")]
    pub database_public_url_file: Option<PathBuf>,
    /// The audit log.
    #[command(flatten)]
    pub audit: AuditSettings,
    /// Where to listen.
    #[command(flatten)]
    pub listen: ListenSettings,
    /// JSON list of token issuers: issuer, audiences, profile (rfc9068 or entra), jwks_url or jwks_file, …
    #[arg(long, help_heading = "Tokens and secrets", env = "SECTION55_ISSUERS_FILE")]
    pub issuers_file: PathBuf,
    /// Secret of at least 32 bytes, the same for every instance; encrypts cursors and the secrets of webhooks
    #[arg(long, help_heading = "Tokens and secrets", env = "SECTION55_SECRET", hide_env_values = true)]
    pub secret: Option<SecretString>,
    /// File that holds SECTION55_SECRET
    #[arg(long, help_heading = "Tokens and secrets", env = "SECTION55_SECRET_FILE", conflicts_with = "secret")]
    pub secret_file: Option<PathBuf>,
    /// Largest number of database connections of this instance; by default 9 for one worker, else 8 and 7 for each
    /// worker, at most 64
    #[arg(long, help_heading = "Database", env = "SECTION55_DATABASE_CONNECTIONS")]
    pub database_connections: Option<usize>,
    /// Size of the cache of responses to requests without a token, in MiB; 0 for no cache
    #[arg(long, help_heading = "Public reads", env = "SECTION55_CACHE_MIB", default_value_t = 64)]
    pub cache_mib: u64,
    /// Seconds for which cached responses stay in use while the database does not respond; 0 for never
    #[arg(long, help_heading = "Public reads", env = "SECTION55_CACHE_STALE_SECONDS", default_value_t = 600)]
    pub cache_stale_seconds: u64,
    /// Requests a minute for one subject of a token, counted by each instance; 0 for no limit
    #[arg(long, help_heading = "Clients and proxies", env = "SECTION55_RATE_SIGNED_IN", default_value_t = DEFAULT_RATE_SIGNED_IN)]
    pub rate_signed_in: u32,
    /// Requests a minute for one address without a token, counted by each instance; 0 for no limit
    #[arg(long, help_heading = "Clients and proxies", env = "SECTION55_RATE_PUBLIC", default_value_t = DEFAULT_RATE_PUBLIC)]
    pub rate_public: u32,
    /// Number of proxies in front that append to SECTION55_PROXY_HEADER; with 0 the header is ignored
    #[arg(long, help_heading = "Clients and proxies", env = "SECTION55_PROXIES", default_value_t = 0)]
    pub proxies: usize,
    /// Header in which the proxies state their clients' addresses
    #[arg(long, help_heading = "Clients and proxies", env = "SECTION55_PROXY_HEADER", value_parser = ["x-forwarded-for", "forwarded"],
          default_value = "x-forwarded-for")]
    pub proxy_header: String,
    /// Origins whose pages may send tokens, comma-separated; pages of any origin may read the published copy
    #[arg(long, help_heading = "Clients and proxies", env = "SECTION55_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,
    /// The streams of changes.
    #[command(flatten)]
    pub stream: StreamSettings,
    /// Address and port of the metrics for Prometheus; without it, no metrics are served
    #[arg(long, help_heading = "Operation", env = "SECTION55_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Exports at once with a token, and as many without; by default 2, or 1 with few database connections
    #[arg(long, help_heading = "Operation", env = "SECTION55_EXPORTS")]
    pub exports: Option<usize>,
    /// Allow webhooks to be sent by http as well as https
    #[arg(long, help_heading = "Webhooks", env = "SECTION55_WEBHOOK_HTTP")]
    pub webhook_http: bool,
    /// Networks outside the public internet that webhooks may be sent to (10.20.0.0/16), comma-separated
    #[arg(long, help_heading = "Webhooks", env = "SECTION55_WEBHOOK_ALLOW", value_delimiter = ',')]
    pub webhook_allow: Vec<IpNet>,
    /// Ports that webhooks may be sent to besides 443, and 80 with SECTION55_WEBHOOK_HTTP, comma-separated
    #[arg(long, help_heading = "Webhooks", env = "SECTION55_WEBHOOK_PORTS", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..))]
    pub webhook_ports: Vec<u16>,
    /// Certificate authorities in PEM to trust for receivers of webhooks, beside the machine's own
    #[arg(long, help_heading = "Webhooks", env = "SECTION55_WEBHOOK_CA_FILE")]
    pub webhook_ca_file: Option<PathBuf>,
    /// E-mails.
    #[command(flatten)]
    pub mail: MailSettings,
    /// Worker threads that process requests; by default one for each core
    #[arg(long, help_heading = "Operation", env = "SECTION55_WORKERS")]
    pub workers: Option<usize>,
    /// Seconds at shutdown between reporting "not ready" and accepting no more requests
    #[arg(long, help_heading = "Operation", env = "SECTION55_DRAIN_SECONDS", default_value_t = 10)]
    pub drain_seconds: u64,
    /// Store of evidence files: a folder, s3://bucket/prefix or az://container/prefix
    #[arg(long, help_heading = "Files", env = "SECTION55_FILES", default_value = "files")]
    pub files: String,
    /// Days within which every stored file is read and compared with its digest
    #[arg(long, help_heading = "Files", env = "SECTION55_FILES_CHECK_DAYS", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub files_check_days: u32,
    /// clamd's host:port or the path of its socket; without it, files are not scanned
    #[arg(long, help_heading = "Files", env = "CLAMD_ADDRESS")]
    pub clamd_address: Option<String>,
    /// Where to report a vulnerability, as a URI, for /.well-known/security.txt
    #[arg(
        long,
        help_heading = "Operation",
        env = "SECTION55_SECURITY_CONTACT",
        default_value = "mailto:security@section55.example"
    )]
    pub security_contact: String,
}

/// The settings of the log.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Log")]
pub struct LogSettings {
    /// Filter of the log, in the syntax of tracing (info, section55=debug, …)
    #[arg(long, env = "SECTION55_LOG", default_value = "info", global = true)]
    pub log: String,
    /// Format of the log
    #[arg(long, env = "SECTION55_LOG_FORMAT", value_parser = ["json", "text"], default_value = "json", global = true)]
    pub log_format: String,
}

/// Why the settings are refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A required setting is missing.
    #[error("{0} is not set, and is required")]
    Missing(&'static str),
    /// A file named by a setting cannot be read.
    #[error("{setting}: {} cannot be read: {source}", path.display())]
    File {
        /// The setting.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The secret is too short.
    #[error("SECTION55_SECRET has {0} bytes: use at least 32")]
    ShortSecret(usize),
}

/// Returns a setting from its value or from its file. The last line end of the file is not part of the value.
fn read_setting(
    setting: &'static str,
    value: Option<&SecretString>,
    file: Option<&PathBuf>,
) -> Result<Option<SecretString>, ConfigError> {
    match (value, file) {
        (Some(value), _) => Ok(Some(value.clone())),
        (None, Some(path)) => fs::read_to_string(path)
            .map(|text| Some(text.trim_end_matches(['\r', '\n']).to_owned().into()))
            .map_err(|source| ConfigError::File { setting, path: path.clone(), source }),
        (None, None) => Ok(None),
    }
}

impl DatabaseSettings {
    /// Returns the address of the database, if one is set.
    ///
    /// # Errors
    /// [`ConfigError::File`] when the file cannot be read.
    pub fn url(&self) -> Result<Option<SecretString>, ConfigError> {
        read_setting("DATABASE_URL", self.database_url.as_ref(), self.database_url_file.as_ref())
    }

    /// Returns the address of the database.
    ///
    /// # Errors
    /// [`ConfigError`] when no address is set or the file cannot be read.
    pub fn required(&self) -> Result<SecretString, ConfigError> {
        self.url()?.ok_or(ConfigError::Missing("DATABASE_URL"))
    }
}

impl AuditSettings {
    /// Returns the address for the sequencer; none when this instance does not sequence.
    ///
    /// # Errors
    /// [`ConfigError::File`] when the file cannot be read.
    pub fn log_url(&self) -> Result<Option<SecretString>, ConfigError> {
        read_setting("DATABASE_LOG_URL", self.database_log_url.as_ref(), self.database_log_url_file.as_ref())
    }

    /// Returns the file of the key that signs checkpoints, and the name that they state.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] when one of them is not set.
    pub fn audit_key(&self) -> Result<(&Path, &str), ConfigError> {
        let path = self.audit_key_file.as_deref().ok_or(ConfigError::Missing("SECTION55_AUDIT_KEY_FILE"))?;
        let origin = self.audit_origin.as_deref().ok_or(ConfigError::Missing("SECTION55_AUDIT_ORIGIN"))?;
        Ok((path, origin))
    }
}

impl ServeSettings {
    /// Returns the address for the public role, if one is set.
    ///
    /// # Errors
    /// [`ConfigError::File`] when the file cannot be read.
    pub fn public_url(&self) -> Result<Option<SecretString>, ConfigError> {
        read_setting("DATABASE_PUBLIC_URL", self.database_public_url.as_ref(), self.database_public_url_file.as_ref())
    }

    /// Returns the service's secret.
    ///
    /// # Errors
    /// [`ConfigError`] when no secret is set, it is too short, or the file cannot be read.
    pub fn secret(&self) -> Result<SecretString, ConfigError> {
        let secret = read_setting("SECTION55_SECRET", self.secret.as_ref(), self.secret_file.as_ref())?;
        let secret = secret.ok_or(ConfigError::Missing("SECTION55_SECRET"))?;
        match secret.expose_secret().len() {
            32.. => Ok(secret),
            length => Err(ConfigError::ShortSecret(length)),
        }
    }

    /// Returns the text of the list of issuers.
    ///
    /// # Errors
    /// [`ConfigError::File`] when the file cannot be read.
    pub fn issuers(&self) -> Result<String, ConfigError> {
        let path = self.issuers_file.clone();
        fs::read_to_string(&path).map_err(|source| ConfigError::File {
            setting: "SECTION55_ISSUERS_FILE",
            path,
            source,
        })
    }
}

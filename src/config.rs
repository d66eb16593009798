//! Every setting of the service: each a flag and an environment variable; secrets also from a file.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

/// The database's addresses.
#[derive(Args, Clone, Debug)]
pub struct DatabaseSettings {
    /// Where the database is, entered as the service's role (postgresql://section55_app@host/section55)
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,
    /// A file that holds DATABASE_URL
    #[arg(long, env = "DATABASE_URL_FILE", conflicts_with = "database_url")]
    pub database_url_file: Option<PathBuf>,
}

/// The settings of the audit log's sequencer.
#[derive(Args, Clone, Debug)]
pub struct AuditSettings {
    /// The database as the sequencer's role; without it, events wait until another instance gives them their places
    #[arg(long, env = "DATABASE_LOG_URL", hide_env_values = true)]
    pub database_log_url: Option<SecretString>,
    /// A file that holds DATABASE_LOG_URL
    #[arg(long, env = "DATABASE_LOG_URL_FILE", conflicts_with = "database_log_url")]
    pub database_log_url_file: Option<PathBuf>,
    /// The Ed25519 key that signs the log's checkpoints, in PEM (PKCS #8); needed with DATABASE_LOG_URL
    #[arg(long, env = "SECTION55_AUDIT_KEY_FILE")]
    pub audit_key_file: Option<PathBuf>,
    /// The name the log's checkpoints bear, this service's own (section55.example.police.uk/audit)
    #[arg(long, env = "SECTION55_AUDIT_ORIGIN")]
    pub audit_origin: Option<String>,
    /// A file outside the database, on a volume that is kept, that holds the last checkpoint that was signed
    #[arg(long, env = "SECTION55_AUDIT_CHECKPOINT_FILE")]
    pub audit_checkpoint_file: Option<PathBuf>,
    /// Addresses that each checkpoint is posted to and that give the last one they took, comma-separated
    #[arg(long, env = "SECTION55_AUDIT_WITNESSES", value_delimiter = ',')]
    pub audit_witnesses: Vec<String>,
}

/// The settings of `section55 serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeSettings {
    /// The database
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// The database as the public's role; without it, DATABASE_URL's role takes on section55_public
    #[arg(long, env = "DATABASE_PUBLIC_URL", hide_env_values = true)]
    pub database_public_url: Option<SecretString>,
    /// A file that holds DATABASE_PUBLIC_URL
    #[arg(long, env = "DATABASE_PUBLIC_URL_FILE", conflicts_with = "database_public_url")]
    pub database_public_url_file: Option<PathBuf>,
    /// The audit log
    #[command(flatten)]
    pub audit: AuditSettings,
    /// Where to listen
    #[arg(long, env = "SECTION55_LISTEN", default_value = "127.0.0.1:8055")]
    pub listen: SocketAddr,
    /// The JSON list of token issuers: issuer, audiences, profile (rfc9068 or entra), jwks_url or jwks_file, …
    #[arg(long, env = "SECTION55_ISSUERS_FILE")]
    pub issuers_file: PathBuf,
    /// A secret of at least 32 bytes, the same for every instance; cursors are sealed with a key made from it
    #[arg(long, env = "SECTION55_SECRET", hide_env_values = true)]
    pub secret: Option<SecretString>,
    /// A file that holds SECTION55_SECRET
    #[arg(long, env = "SECTION55_SECRET_FILE", conflicts_with = "secret")]
    pub secret_file: Option<PathBuf>,
    /// Connections for signed-in callers; four for each thread that answers, 32 at most, without it
    #[arg(long, env = "SECTION55_POOL")]
    pub pool: Option<usize>,
    /// Connections for the public; two for each thread that answers, 16 at most, without it
    #[arg(long, env = "SECTION55_PUBLIC_POOL")]
    pub public_pool: Option<usize>,
    /// MiB of finished answers to whoever comes without a token that are kept, 0 for none
    #[arg(long, env = "SECTION55_CACHE_MIB", default_value_t = 64)]
    pub cache_mib: u64,
    /// Requests a minute that one subject is answered, 0 for any number; each instance counts its own
    #[arg(long, env = "SECTION55_RATE_SIGNED_IN", default_value_t = 1200)]
    pub rate_signed_in: u32,
    /// Requests a minute that one address is answered without a token, 0 for any number
    #[arg(long, env = "SECTION55_RATE_PUBLIC", default_value_t = 600)]
    pub rate_public: u32,
    /// How many proxies before the service add to X-Forwarded-For; none is believed where it is 0
    #[arg(long, env = "SECTION55_PROXIES", default_value_t = 0)]
    pub proxies: usize,
    /// The origins whose pages may send tokens, comma-separated; what is published, pages of any origin may read
    #[arg(long, env = "SECTION55_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,
    /// Where to serve measurements for Prometheus; nowhere without it
    #[arg(long, env = "SECTION55_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Connections for exports, and so how many are made at a time, for signed-in callers and for the public each
    #[arg(long, env = "SECTION55_EXPORTS", default_value_t = 2)]
    pub exports: usize,
    /// Webhooks may be sent by http too, not by https alone
    #[arg(long, env = "SECTION55_WEBHOOK_HTTP")]
    pub webhook_http: bool,
    /// Networks that webhooks may be sent to although they are not of the open internet (10.20.0.0/16), comma-separated
    #[arg(long, env = "SECTION55_WEBHOOK_ALLOW", value_delimiter = ',')]
    pub webhook_allow: Vec<IpNet>,
    /// Certificate authorities in PEM that receivers of webhooks may have theirs from, beside the machine's own
    #[arg(long, env = "SECTION55_WEBHOOK_CA_FILE")]
    pub webhook_ca_file: Option<PathBuf>,
    /// Threads that answer; as many as there are cores without it
    #[arg(long, env = "SECTION55_WORKERS")]
    pub workers: Option<usize>,
    /// Seconds between saying "not ready" and accepting no more, when told to stop
    #[arg(long, env = "SECTION55_DRAIN_SECONDS", default_value_t = 5)]
    pub drain_seconds: u64,
    /// Where the bytes of files are kept: a folder, s3://bucket/prefix or az://container/prefix
    #[arg(long, env = "SECTION55_FILES", default_value = "files")]
    pub files: String,
    /// clamd's host:port or the path of its socket; nothing is scanned without it
    #[arg(long, env = "CLAMD_ADDRESS")]
    pub clamd_address: Option<String>,
    /// Whom to tell of a vulnerability, as a URI, for /.well-known/security.txt
    #[arg(long, env = "SECTION55_SECURITY_CONTACT", default_value = "mailto:security@section55.example")]
    pub security_contact: String,
}

/// The settings of the log.
#[derive(Args, Clone, Debug)]
pub struct LogSettings {
    /// What to log, as tracing's filter (info, section55=debug, …)
    #[arg(long, env = "SECTION55_LOG", default_value = "info", global = true)]
    pub log: String,
    /// The form of the log
    #[arg(long, env = "SECTION55_LOG_FORMAT", value_parser = ["json", "text"], default_value = "json", global = true)]
    pub log_format: String,
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A setting is missing.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// A file named by a setting cannot be read.
    #[error("{setting}: {} cannot be read: {source}", path.display())]
    File {
        /// The setting.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The secret is too short to be one.
    #[error("SECTION55_SECRET has {0} bytes; at least 32 are needed")]
    ShortSecret(usize),
}

/// A setting given outright or in a file, whose last line end is not part of it.
fn given(
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
    /// The database's address, if one was given.
    pub fn url(&self) -> Result<Option<SecretString>, ConfigError> {
        given("DATABASE_URL", self.database_url.as_ref(), self.database_url_file.as_ref())
    }

    /// The database's address.
    pub fn required(&self) -> Result<SecretString, ConfigError> {
        self.url()?.ok_or(ConfigError::Missing("DATABASE_URL"))
    }
}

impl AuditSettings {
    /// The sequencer's address, where this instance is to sequence.
    pub fn log_url(&self) -> Result<Option<SecretString>, ConfigError> {
        given("DATABASE_LOG_URL", self.database_log_url.as_ref(), self.database_log_url_file.as_ref())
    }

    /// The file of the key that signs checkpoints, and the name they bear.
    pub fn audit_key(&self) -> Result<(&Path, &str), ConfigError> {
        let path = self.audit_key_file.as_deref().ok_or(ConfigError::Missing("SECTION55_AUDIT_KEY_FILE"))?;
        let origin = self.audit_origin.as_deref().ok_or(ConfigError::Missing("SECTION55_AUDIT_ORIGIN"))?;
        Ok((path, origin))
    }
}

impl ServeSettings {
    /// The public's address, where it has its own.
    pub fn public_url(&self) -> Result<Option<SecretString>, ConfigError> {
        given("DATABASE_PUBLIC_URL", self.database_public_url.as_ref(), self.database_public_url_file.as_ref())
    }

    /// The service's secret.
    pub fn secret(&self) -> Result<SecretString, ConfigError> {
        let secret = given("SECTION55_SECRET", self.secret.as_ref(), self.secret_file.as_ref())?;
        let secret = secret.ok_or(ConfigError::Missing("SECTION55_SECRET"))?;
        match secret.expose_secret().len() {
            32.. => Ok(secret),
            short => Err(ConfigError::ShortSecret(short)),
        }
    }

    /// The text of the list of issuers.
    pub fn issuers(&self) -> Result<String, ConfigError> {
        let path = self.issuers_file.clone();
        fs::read_to_string(&path).map_err(|source| ConfigError::File {
            setting: "SECTION55_ISSUERS_FILE",
            path,
            source,
        })
    }
}

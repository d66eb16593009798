//! The commands and their arguments. Their doc comments are the texts of `--help`.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::TimeDelta;
use clap::{Parser, Subcommand};

use super::develop::DevSettings;
use super::import::ImportArguments;
use crate::auth::Role;
use crate::config::{AuditSettings, DatabaseSettings, LogSettings, ServeSettings};
use crate::dev::postgres::default_dir;

// No doc comments on these two types: clap would print them in `--help`.
#[derive(Parser)]
#[command(name = "section55", version)]
#[command(about = "Records how policing bodies and forces respond to police inspections in England and Wales")]
pub struct Command {
    #[command(flatten)]
    pub log: LogSettings,
    #[command(subcommand)]
    pub action: Action,
}

#[derive(Subcommand)]
pub enum Action {
    /// Run the service on this machine with a private PostgreSQL, demo data and a token for each role
    Dev(DevSettings),
    /// Run the service against DATABASE_URL
    Serve(Box<ServeSettings>),
    /// Migrate the database to this program's schema, as its owner or an administrator
    Migrate {
        #[command(flatten)]
        database: DatabaseSettings,
        /// Change nothing, and fail if the schema is behind
        #[arg(long)]
        check: bool,
    },
    /// Print the tables of the database as Markdown with entity-relationship diagrams
    Schema {
        #[command(flatten)]
        database: DatabaseSettings,
    },
    /// Sign a token with the development key of a data folder
    Token {
        /// Roles of the token, separated by commas
        #[arg(long, value_delimiter = ',', required = true)]
        role: Vec<Role>,
        /// Areas of the token, separated by commas
        #[arg(long, value_delimiter = ',')]
        area: Vec<String>,
        /// Subject of the token, such as opcc@cumbria.example
        #[arg(long)]
        subject: String,
        /// Name of the person
        #[arg(long)]
        name: Option<String>,
        /// How long the token is valid: 90s, 30m, 1h, 7d
        #[arg(long, default_value = "1h", value_parser = parse_lifetime)]
        ttl: TimeDelta,
        /// Data folder whose key signs the token
        #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = data_dir())]
        data_dir: PathBuf,
    },
    /// Read published response documents and tables as proposals, and accept them
    Import(Box<ImportArguments>),
    /// Convert the workbook on standard input to CSV, within limits. The service runs this for each workbook
    #[command(hide = true)]
    ImportSheet,
    /// Read the document on standard input and write it as JSON, within limits. The service runs this for each document
    #[command(hide = true)]
    ReadDocument {
        /// The sender states that the document is CSV
        #[arg(long)]
        csv: bool,
    },
    /// Print the OpenAPI document, or check or write the generated files
    Openapi {
        /// Compare the files in the folder, and fail if one differs
        #[arg(long)]
        check: bool,
        /// Write the files to the folder
        #[arg(long, conflicts_with = "check")]
        write: bool,
        /// Folder of the generated files
        #[arg(long, default_value = "openapi")]
        dir: PathBuf,
    },
    /// Open a new epoch of the audit log, after a restore or with a new key
    NewEpoch {
        /// Reason for the new epoch. The audit log stores it permanently
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        audit: Box<AuditSettings>,
    },
    /// Check a bundle of the audit log, without a network or a database
    Verify {
        /// File with the bundle that GET /v1/audit/bundle returned
        bundle: PathBuf,
        /// Public key to trust (NAME+ID+KEY). Without it, the key that the bundle names is trusted
        #[arg(long, env = "SECTION55_AUDIT_KEY")]
        key: Option<String>,
        /// Earlier bundle of the same log. The bundle must continue it
        #[arg(long)]
        after: Option<PathBuf>,
    },
    /// Receive webhooks on this machine and print each as a line of JSON
    Receive {
        /// Address and port to listen on
        #[arg(long, default_value = "127.0.0.1:9055")]
        listen: SocketAddr,
    },
    /// Ask a running service whether it is ready
    Healthcheck {
        /// URL of the service's readiness check
        #[arg(long, env = "SECTION55_HEALTHCHECK_URL", default_value = "http://127.0.0.1:8055/readyz")]
        url: String,
    },
}

/// Returns the default data folder of `dev`.
pub fn data_dir() -> PathBuf {
    default_dir().join("dev")
}

/// Parses a time such as 90s, 30m, 1h or 7d.
fn parse_lifetime(written: &str) -> Result<TimeDelta, String> {
    let (number, unit) = written.split_at(written.len().saturating_sub(1));
    let number: i64 = number.parse().map_err(|_| "must be a number and s, m, h or d, such as 1h".to_owned())?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("must be a number and s, m, h or d, such as 1h".to_owned()),
    };
    match number.checked_mul(seconds) {
        Some(seconds @ 1..=31_536_000) => Ok(TimeDelta::seconds(seconds)),
        _ => Err("must be between 1 second and 1 year (365d)".to_owned()),
    }
}

//! The commands and their arguments. Their doc comments are the texts of `--help`.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use clap_complete::Shell;

use super::develop::DevSettings;
use super::import::ImportArguments;
use super::token::TokenArguments;
use crate::config::{AuditSettings, DatabaseSettings, LogSettings, ServeSettings, parse_address};
use crate::dev::postgres::default_dir;
use crate::label;

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
    #[command(after_help = "Example: section55 migrate --database-url postgresql://postgres@localhost/section55")]
    Migrate {
        #[command(flatten)]
        database: DatabaseSettings,
        /// Change nothing, and fail if the schema is behind
        #[arg(long)]
        check: bool,
    },
    /// Print the tables of the database as Markdown with entity-relationship diagrams
    #[command(after_help = "Example: section55 schema > docs/schema.md")]
    Schema {
        #[command(flatten)]
        database: DatabaseSettings,
    },
    /// Sign a token with the development key of a data folder
    Token(TokenArguments),
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
    /// Check the file on standard input for active content, within limits. The service runs this for each upload
    #[command(hide = true)]
    CheckContent,
    /// Find the facts of the document on standard input, within limits. The service runs this for each document
    #[command(hide = true)]
    FindFacts,
    /// Print the OpenAPI document, or check or write the generated files
    #[command(after_help = "Example: section55 openapi > openapi.json")]
    Openapi {
        /// Compare the files in the folder, and fail if one differs
        #[arg(long)]
        check: bool,
        /// Write the files to the folder
        #[arg(long, conflicts_with = "check")]
        write: bool,
        /// Print the document with the recorded examples
        #[arg(long, conflicts_with_all = ["check", "write"])]
        examples: bool,
        /// Folder of the generated files
        #[arg(long, default_value = "openapi")]
        dir: PathBuf,
    },
    /// Open a new epoch of the audit log, after a restore or with a new key
    #[command(after_help = "Example: section55 new-epoch --reason \"Restored the backup of 1 December\"")]
    NewEpoch {
        /// Reason for the new epoch. The audit log stores it permanently
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        audit: Box<AuditSettings>,
    },
    /// Make a file store the one of this database, after it was moved or its marker was lost
    #[command(after_help = "Example: section55 adopt-files --files s3://section55/evidence")]
    AdoptFiles {
        #[command(flatten)]
        database: DatabaseSettings,
        /// Store of evidence files: a folder, s3://bucket/prefix or az://container/prefix
        #[arg(long, env = "SECTION55_FILES", default_value = "files")]
        files: String,
    },
    /// Check a bundle of the audit log, without a network or a database
    #[command(after_help = "Example: section55 verify cumbria.jsonl --key \"$AUDIT_KEY\"")]
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
    #[command(after_help = "Example: section55 receive --port 9056 > received.jsonl")]
    Receive {
        /// Address and port to listen on
        #[arg(long, default_value = "127.0.0.1:9055", value_parser = parse_address)]
        listen: SocketAddr,
        /// Port to listen on, instead of that of --listen
        #[arg(long)]
        port: Option<u16>,
    },
    /// Print the completions of a shell, for its folder of completions
    #[command(
        after_help = "Example: section55 completions bash > ~/.local/share/bash-completion/completions/section55"
    )]
    Completions {
        /// Shell
        shell: Shell,
    },
    /// Write the manual pages of the program and of each command to a folder
    #[command(after_help = "Example: section55 man --dir /usr/local/share/man/man1")]
    Man {
        /// Folder, which must exist
        #[arg(long, default_value = ".")]
        dir: PathBuf,
    },
    /// Ask a running service whether it is ready
    #[command(after_help = "Example: section55 healthcheck --url http://127.0.0.1:8143/readyz")]
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

/// Parses the code of an area, in any case and with blanks around it.
pub(super) fn parse_area(written: &str) -> Result<String, Infallible> {
    Ok(label::key(written))
}

/// Parses a time such as 90s, 30m, 1h or 7d.
pub(super) fn parse_lifetime(written: &str) -> Result<TimeDelta, String> {
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

//! What `cargo bench -- …` takes.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// The service measured against what it stands on and what one would take in its place
#[derive(Parser, Clone, Debug)]
#[command(name = "cargo bench --")]
pub struct Options {
    /// Rounds: each does every run once
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Seconds of each run
    #[arg(long, default_value_t = 2)]
    pub seconds: u64,
    /// How many inspections; a tenth of them makes the small database
    #[arg(long, default_value_t = 2000)]
    pub inspections: u32,
    /// Connections of the load, and of pgbench
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// One round of a second each, on a tenth of the records; nothing is written
    #[arg(long)]
    pub quick: bool,
    /// Only the runs whose name holds one of these, comma-separated; nothing is written
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// A library that the service is started with, such as another allocator (LD_PRELOAD); nothing is written
    #[arg(long)]
    pub preload: Option<PathBuf>,
    /// Where the database is kept between runs; the cache folder without it
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    pub bench: bool,
    /// What this program is to the others, where it is not the one that measures
    #[command(subcommand)]
    pub part: Option<Part>,
}

/// The servers that this program itself can be.
#[derive(Subcommand, Clone, Debug)]
pub enum Part {
    /// A fixed body from bare actix
    #[command(hide = true)]
    Fixed {
        /// Where to listen
        listen: SocketAddr,
        /// The file of the body
        body: PathBuf,
    },
    /// The service's transitions without the log
    #[command(hide = true)]
    Unaudited {
        /// Where to listen
        listen: SocketAddr,
        /// The database, as the service's role
        database: String,
        /// The folder of the key that tokens are signed with
        keys: PathBuf,
    },
}

impl Options {
    /// The same, quick where that was asked for.
    pub fn settled(mut self) -> Self {
        if self.quick {
            (self.rounds, self.seconds, self.inspections) = (1, 1, 200);
        }
        self
    }

    /// Whether a run is wanted.
    pub fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part.as_str()))
    }

    /// Whether what is measured may stand in RESULTS.md.
    pub fn is_whole(&self) -> bool {
        !self.quick && self.only.is_empty() && self.preload.is_none()
    }
}

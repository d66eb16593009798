//! The arguments of `cargo bench -- …`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures the service against PostgreSQL, bare actix, and the same API in other frameworks
#[derive(Parser, Clone, Debug)]
#[command(name = "cargo bench --")]
pub struct Options {
    /// Number of rounds. Each round does every run once
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Length of each run in seconds
    #[arg(long, default_value_t = 2)]
    pub seconds: u64,
    /// Number of inspections in the large database. The small one has a tenth of them
    #[arg(long, default_value_t = 2000)]
    pub inspections: u32,
    /// Connections of the load generators. pgbench uses at most 16
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Do one round of one second for each run, on a tenth of the records. RESULTS.md is not written
    #[arg(long)]
    pub quick: bool,
    /// Do only the runs whose name contains one of these texts, separated by commas. RESULTS.md is not written
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// Measure only the memory of the public cache. RESULTS.md is not written
    #[arg(long)]
    pub memory: bool,
    /// Number of different requests that the memory of the public cache is measured with
    #[arg(long, default_value_t = 500_000)]
    pub requests: u64,
    /// Library to start the service with, such as another allocator (LD_PRELOAD). RESULTS.md is not written
    #[arg(long)]
    pub preload: Option<PathBuf>,
    /// Folder of the databases between runs. The default is `bench` in the cache folder
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// Cargo passes this to every benchmark
    #[arg(long, hide = true)]
    pub bench: bool,
    /// Server to run instead of measuring. The benchmark starts itself with this
    #[command(subcommand)]
    pub server: Option<Server>,
}

/// The servers that this program contains.
#[derive(Subcommand, Clone, Debug)]
pub enum Server {
    /// Send a fixed body from bare actix
    #[command(hide = true)]
    FixedBody {
        /// Address to listen on
        listen: SocketAddr,
        /// File with the body
        body: PathBuf,
    },
    /// Serve transitions without the audit log
    #[command(hide = true)]
    Unaudited {
        /// Address to listen on
        listen: SocketAddr,
        /// Database, with the service's role
        database: String,
        /// Folder of the key that signs tokens
        keys: PathBuf,
    },
}

impl Options {
    /// Returns the options with rounds, seconds, inspections and requests reduced if `--quick` is set.
    pub fn with_quick_applied(mut self) -> Self {
        if self.quick {
            (self.rounds, self.seconds, self.inspections, self.requests) = (1, 1, 200, 10_000);
        }
        self
    }

    /// True when the run of this name is selected.
    pub fn selects(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part.as_str()))
    }

    /// True when the results may be written to RESULTS.md.
    pub fn is_complete(&self) -> bool {
        !self.quick && self.only.is_empty() && self.preload.is_none()
    }
}

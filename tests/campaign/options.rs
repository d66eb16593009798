//! The arguments of the campaign.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// What is done to the service while clients write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// The service is killed with SIGKILL
    Kills,
    /// A backend of PostgreSQL, its postmaster, or all of it is killed with SIGKILL
    PostgresKills,
    /// PostgreSQL is stopped with SIGSTOP and continued later
    Freeze,
    /// Clients reset their connections in the middle of requests
    Resets,
    /// Two instances behind HAProxy are restarted in turn with SIGTERM
    Rolling,
    /// The primary of a synchronous pair is killed and the standby is promoted
    Failover,
    /// The disk of the database and of the evidence files is full for a while
    DiskFull,
    /// The database is restored to an earlier state
    Restore,
    /// The clock of the service is wrong
    Clock,
    /// Stored evidence files are altered and removed
    Bytes,
    /// The service is killed with SIGKILL while it sends e-mails
    Mail,
    /// The database is damaged, and the campaign must find each damage
    SelfCheck,
    /// All of these, one after another
    All,
}

impl Scenario {
    /// The scenarios without `all`, in the order in which `all` runs them.
    pub const EACH: [Self; 12] = [
        Self::Kills,
        Self::PostgresKills,
        Self::Freeze,
        Self::Resets,
        Self::Rolling,
        Self::Failover,
        Self::DiskFull,
        Self::Restore,
        Self::Clock,
        Self::Bytes,
        Self::Mail,
        Self::SelfCheck,
    ];
}

/// Breaks the service while clients write to it, and holds a ledger of every acknowledged write against the database.
#[derive(Clone, Debug, Parser)]
#[command(name = "campaign")]
pub struct Options {
    /// What is done to the service
    #[arg(value_enum)]
    pub scenario: Scenario,
    /// How often it is done: the number of kills, resets, restarts or failovers
    #[arg(long)]
    pub count: Option<usize>,
    /// For how many seconds it is done, where the scenario takes a time: freeze, disk-full
    #[arg(long)]
    pub seconds: Option<u64>,
    /// The seed of every choice that the clients and the scenario make
    #[arg(long, default_value_t = 55)]
    pub seed: u64,
    /// The number of clients
    #[arg(long, default_value_t = 6)]
    pub clients: usize,
    /// A run of a few seconds for each scenario
    #[arg(long)]
    pub small: bool,
    /// The folder for the data; by default /dev/shm if it has 2 GiB, else the temporary folder
    #[arg(long)]
    pub folder: Option<PathBuf>,
    /// The program to break, such as a release build; by default the one that was built with the campaign
    #[arg(long, default_value = env!("CARGO_BIN_EXE_section55"))]
    pub program: PathBuf,
    /// Keep the folder with the data and the logs
    #[arg(long)]
    pub keep: bool,
}

impl Options {
    /// Returns the count that was given, else the one for a small or for a usual run.
    pub fn count_or(&self, small: usize, usual: usize) -> usize {
        self.count.unwrap_or(if self.small { small } else { usual })
    }

    /// Returns the seconds that were given, else those for a small or for a usual run.
    pub fn seconds_or(&self, small: u64, usual: u64) -> u64 {
        self.seconds.unwrap_or(if self.small { small } else { usual })
    }
}

//! A PostgreSQL cluster of one test, whose settings and processes the test may change.

use std::fs;

use nix::unistd::Pid;
use section55::db::Address;
use section55::dev::postgres::{Cluster, Durability};
use section55::dev::prepare;
use tokio_postgres::Client;
use uuid::Uuid;

use super::database::{Database, process_folder};

const NAME: &str = "own";

/// A running cluster with one migrated database. It ends when it is dropped.
pub struct OwnCluster(Cluster);

impl OwnCluster {
    /// Starts a cluster whose commits are durable.
    pub async fn start() -> Self {
        let folder = process_folder().join(Uuid::new_v4().simple().to_string());
        fs::create_dir(&folder).expect("a folder");
        let open = move || Cluster::open(&folder, Durability::Synced, &mut |_| {});
        let cluster = tokio::task::spawn_blocking(open).await.expect("no panic").expect("a cluster");
        prepare(&cluster, NAME).await.expect("a migrated database");
        Self(cluster)
    }

    /// Opens the database with pools of one instance.
    pub fn database(&self) -> Database {
        Database::open(&self.0, NAME.to_owned())
    }

    /// Opens a connection as the administrator.
    pub async fn administrator(&self) -> Client {
        let address = Address::parse(&self.0.url("postgres", NAME)).expect("an address");
        let client = address.connect().await.expect("a connection");
        client.batch_execute("set search_path = record").await.expect("a search path");
        client
    }

    /// Returns the processes of the server, with the one that accepts connections first.
    pub async fn processes(&self) -> Vec<Pid> {
        let row = self.administrator().await.query_one("select pg_backend_pid()", &[]).await.expect("a process");
        let parent = parent(row.get(0)).expect("the process that accepts connections");
        let numbers = fs::read_dir("/proc").expect("the processes").flatten();
        let all = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let children = all.filter(|process| self::parent(*process) == Some(parent));
        [parent].into_iter().chain(children).map(Pid::from_raw).collect()
    }
}

/// Returns the parent of a process.
fn parent(process: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program is in parentheses and may contain spaces.
    stat.rsplit_once(") ")?.1.split_whitespace().nth(1)?.parse().ok()
}

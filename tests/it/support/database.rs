//! One PostgreSQL cluster for the test process, one migrated template, and a copy of it for each test (20 to 100 ms).

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use section55::db::{Address, ConnectionPlan, Db, open_pools};
use section55::dev::postgres::{Cluster, Durability};
use section55::dev::prepare;
use tokio::sync::OnceCell;
use tokio_postgres::Client;

const TEMPLATE: &str = "template55";

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The database of one test.
pub struct Database {
    name: String,
    /// Pools of the service's two roles.
    pub db: Db,
    /// Pools of the same roles for exports.
    pub exports: Db,
}

fn percent_decoded(text: &str) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let coded = after.get(..2).filter(|_| *first == b'%').and_then(|two| hex::decode(two).ok());
        rest = if coded.is_some() { &after[2..] } else { after };
        bytes.extend(coded.unwrap_or_else(|| vec![*first]));
    }
    PathBuf::from(String::from_utf8(bytes).expect("a path"))
}

/// Returns the folder of this test process.
pub fn process_folder() -> PathBuf {
    let user = nix::unistd::Uid::current();
    let base = std::env::temp_dir().join(format!("section55-tests-{user}"));
    let dir = base.join(format!("run-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a folder for the tests");
    for folder in [&base, &dir] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("permissions of the folder");
    }
    dir
}

/// Removes the folders of test processes that have ended. PostgreSQL ended with each process but left its files.
fn remove_folders_of_ended_processes(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let alive = |pid: &str| PathBuf::from("/proc").join(pid).exists();
        if let Some(pid) = name.strip_prefix("run-")
            && !alive(pid)
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

async fn cluster() -> &'static Cluster {
    CLUSTER
        .get_or_init(|| async {
            let dir = process_folder();
            remove_folders_of_ended_processes(dir.parent().expect("the folder of all test processes"));
            let cluster = tokio::task::spawn_blocking(move || Cluster::open(&dir, Durability::Unsynced, &mut |_| {}))
                .await
                .expect("no panic")
                .expect("a cluster");
            let version = prepare(&cluster, TEMPLATE).await.expect("a migrated template");
            // Write to stderr directly: the test harness captures the output of `eprintln!`.
            let _ = writeln!(std::io::stderr(), "tests run on PostgreSQL {}", version.text);
            cluster
        })
        .await
}

impl Database {
    /// Creates a copy of the template.
    pub async fn new() -> Self {
        let cluster = cluster().await;
        let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let administrator = Address::parse(&cluster.url("postgres", "postgres")).expect("an address");
        let client = administrator.connect().await.expect("a connection");
        client.batch_execute(&format!("create database {name} template {TEMPLATE}")).await.expect("a copy");
        Self::open(cluster, name)
    }

    /// Creates an empty database in which `section55_owner` may create schemas.
    pub async fn empty() -> Self {
        let cluster = cluster().await;
        let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let administrator = Address::parse(&cluster.url("postgres", "postgres")).expect("an address");
        let client = administrator.connect().await.expect("a connection");
        client.batch_execute(&format!("create database {name} template template0")).await.expect("a database");
        client
            .batch_execute(&format!("grant create on database {name} to section55_owner"))
            .await
            .expect("permission to create");
        Self::open(cluster, name)
    }

    /// Opens the same database with pools of another instance.
    pub async fn open_for_another_instance(&self) -> Self {
        Self::open(cluster().await, self.name.clone())
    }

    /// Copies the database as it is now, as a restore of a backup does, and opens the copy.
    pub async fn copy(&self) -> Self {
        let cluster = cluster().await;
        let copy = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let client = self.connect_to_cluster().await;
        // PostgreSQL copies only a database without connections. The service's own fail for a moment and are made anew.
        let name = self.name();
        let allow = |allowed: bool| format!("alter database {name} allow_connections {allowed}");
        client.batch_execute(&allow(false)).await.expect("no new connections");
        let sql = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1";
        client.query(sql, &[&name]).await.expect("no connections");
        client.batch_execute(&format!("create database {copy} template {name}")).await.expect("a copy");
        for name in [name, &copy] {
            let sql = format!("alter database {name} allow_connections true");
            client.batch_execute(&sql).await.expect("connections");
        }
        Self::open(cluster, copy)
    }

    /// Opens the same database through a socket in this folder.
    pub async fn open_through_socket(&self, folder: &Path) -> Self {
        let [app, public] = [
            self.url_through_socket("section55_app", folder).await,
            self.url_through_socket("section55_public", folder).await,
        ];
        let address =
            |role: &str| Address::parse(if role == "section55_app" { &app } else { &public }).expect("an address");
        Self::open_at(address, self.name.clone())
    }

    /// Returns the connection string of the database for a role, through a socket in this folder.
    pub async fn url_through_socket(&self, role: &str, folder: &Path) -> String {
        let url = cluster().await.url(role, &self.name);
        let (without_host, _) = url.split_once("?host=").expect("a folder");
        format!("{without_host}?host={}", folder.to_string_lossy().replace('/', "%2F"))
    }

    /// Opens the same database with two hosts in the address, of which the first does not exist, and with this value of
    /// `target_session_attrs`.
    pub async fn open_with_session_attributes(&self, value: &str) -> Self {
        let cluster = cluster().await;
        let name = self.name.clone();
        let address = |role: &str| {
            let url = cluster.url(role, &name).replace("?host=", "?host=%2Fnowhere&host=");
            Address::parse(&format!("{url}&target_session_attrs={value}")).expect("an address")
        };
        Self::open_at(address, name.clone())
    }

    /// Opens the same database with at most `total` connections, divided among this number of worker threads.
    pub async fn open_with_connections(&self, threads: usize, total: usize) -> Self {
        let threads = NonZeroUsize::new(threads).expect("a thread");
        let plan = ConnectionPlan::new(threads, Some(total), None).expect("enough connections");
        let [app, public] = [self.address("section55_app").await, self.address("section55_public").await];
        let (db, exports) = plan.open(&app, &public).expect("pools");
        Self { db, exports, name: self.name.clone() }
    }

    /// Returns the path of the cluster's Unix socket.
    pub async fn socket(&self) -> PathBuf {
        let url = cluster().await.url("postgres", &self.name);
        let (_, folder) = url.split_once("?host=").expect("a folder");
        let folder = percent_decoded(folder);
        let entries = fs::read_dir(&folder).expect("the folder of the socket").flatten();
        let mut sockets = entries.map(|entry| entry.path());
        let is_socket = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with(".s.PGSQL.") && !name.ends_with(".lock")
        };
        sockets.find(is_socket).expect("a socket")
    }

    /// Opens a database of a cluster.
    pub fn open(cluster: &Cluster, name: String) -> Self {
        Self::open_at(|role| Address::parse(&cluster.url(role, &name)).expect("an address"), name.clone())
    }

    fn open_at(address: impl Fn(&str) -> Address, name: String) -> Self {
        let app = open_pools(&address("section55_app"), 8, false).expect("a pool");
        let public = open_pools(&address("section55_public"), 4, true).expect("a pool");
        let exports = Db::new(
            open_pools(&address("section55_app"), 2, false).expect("a pool"),
            open_pools(&address("section55_public"), 2, true).expect("a pool"),
        );
        Self { db: Db::new(app, public), exports, name }
    }

    /// Returns the address of the database for a role.
    pub async fn address(&self, role: &str) -> Address {
        Address::parse(&cluster().await.url(role, &self.name)).expect("an address")
    }

    /// Opens a connection as a role, without the service's pools.
    pub async fn connect(&self, role: &str) -> Client {
        let client = self.address(role).await.connect().await.expect("a connection");
        client.batch_execute("set search_path = record").await.expect("a search path");
        client
    }

    /// Opens a connection as the administrator, who bypasses row security.
    pub async fn administrator(&self) -> Client {
        self.connect("postgres").await
    }

    /// Returns the name of the database in its cluster.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens a connection as the administrator to the database `postgres` of the same cluster.
    pub async fn connect_to_cluster(&self) -> Client {
        let url = cluster().await.url("postgres", "postgres");
        Address::parse(&url).expect("an address").connect().await.expect("a connection")
    }

    /// Waits until all connections of the service have closed: PostgreSQL has then counted the rows that they read.
    pub async fn wait_until_disconnected(&self) {
        let client = self.connect_to_cluster().await;
        let connections =
            "select count(*) from pg_stat_activity where datname = $1 and application_name like 'section55%'";
        for _ in 0..3000 {
            let count = client.query_one(connections, &[&self.name()]).await.expect("a count");
            if count.get::<_, i64>(0) == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the service still has connections to {}", self.name());
    }

    /// Returns a digest of every row of every table, to compare the database before and after.
    pub async fn fingerprint(&self) -> String {
        let client = self.administrator().await;
        let tables = client
            .query(
                "select format('%I.%I', schemaname, tablename) from pg_tables
                 where schemaname in ('record', 'published') order by 1",
                &[],
            )
            .await
            .expect("the tables");
        let mut digests = Vec::new();
        for table in tables {
            let table: String = table.get(0);
            let sql = format!("select md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) from {table} t");
            let row = client.query_one(&sql, &[]).await.expect("a digest");
            digests.push(format!("{table} {}", row.get::<_, String>(0)));
        }
        digests.join("\n")
    }
}

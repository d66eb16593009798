//! One private cluster for the process, one migrated template, and a copy of it for each test (20 to 100 ms).

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use section55::db::{Address, Db, open};
use section55::dev::postgres::{Cluster, Durability};
use section55::dev::prepare;
use tokio::sync::OnceCell;
use tokio_postgres::Client;

const TEMPLATE: &str = "template55";

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A test's own database.
pub struct Database {
    name: String,
    /// Through the service's two roles.
    pub db: Db,
    /// The same for exports.
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

/// Folders of processes that are gone; PostgreSQL died with each, but its files stayed.
fn sweep(base: &PathBuf) {
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
            let user = nix::unistd::Uid::current();
            let base = std::env::temp_dir().join(format!("section55-tests-{user}"));
            let dir = base.join(format!("run-{}", std::process::id()));
            fs::create_dir_all(&dir).expect("a folder for the tests");
            for folder in [&base, &dir] {
                fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("a folder others may pass");
            }
            sweep(&base);
            let cluster = tokio::task::spawn_blocking(move || Cluster::open(&dir, Durability::Thrown, &mut |_| {}))
                .await
                .expect("no panic")
                .expect("a cluster");
            let version = prepare(&cluster, TEMPLATE).await.expect("a migrated template");
            // Straight to stderr: the test harness would swallow what `eprintln!` writes.
            let _ = writeln!(std::io::stderr(), "tests run on PostgreSQL {}", version.text);
            cluster
        })
        .await
}

impl Database {
    /// A fresh copy of the template.
    pub async fn new() -> Self {
        let cluster = cluster().await;
        let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let administrator = Address::read(&cluster.url("postgres", "postgres")).expect("an address");
        let client = administrator.connect().await.expect("a connection");
        client.batch_execute(&format!("create database {name} template {TEMPLATE}")).await.expect("a copy");
        Self::open(cluster, name)
    }

    /// A database with nothing in it, which the owner of the schema may fill.
    pub async fn empty() -> Self {
        let cluster = cluster().await;
        let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let administrator = Address::read(&cluster.url("postgres", "postgres")).expect("an address");
        let client = administrator.connect().await.expect("a connection");
        client.batch_execute(&format!("create database {name} template template0")).await.expect("a database");
        client.batch_execute(&format!("grant create on database {name} to section55_owner")).await.expect("leave");
        Self::open(cluster, name)
    }

    /// The same database through connections of another instance.
    pub async fn again(&self) -> Self {
        Self::open(cluster().await, self.name.clone())
    }

    /// The same database at a socket in another folder.
    pub async fn through(&self, folder: &Path) -> Self {
        let cluster = cluster().await;
        let (name, folder) = (self.name.clone(), folder.to_string_lossy().replace('/', "%2F"));
        let beside = |role: &str| {
            let url = cluster.url(role, &name);
            let (before, _) = url.split_once("?host=").expect("a folder");
            Address::read(&format!("{before}?host={folder}")).expect("an address")
        };
        Self::at(beside, name.clone())
    }

    /// The socket of the cluster.
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

    fn open(cluster: &Cluster, name: String) -> Self {
        Self::at(|role| Address::read(&cluster.url(role, &name)).expect("an address"), name.clone())
    }

    fn at(address: impl Fn(&str) -> Address, name: String) -> Self {
        let app = open(&address("section55_app"), 8, false).expect("a pool");
        let public = open(&address("section55_public"), 4, true).expect("a pool");
        let exports = Db::new(
            open(&address("section55_app"), 2, false).expect("a pool"),
            open(&address("section55_public"), 2, true).expect("a pool"),
        );
        Self { db: Db::new(app, public), exports, name }
    }

    /// Where it is, entered as a role.
    pub async fn address(&self, role: &str) -> Address {
        Address::read(&cluster().await.url(role, &self.name)).expect("an address")
    }

    /// A connection as any role, outside the service.
    pub async fn connect(&self, role: &str) -> Client {
        let client = self.address(role).await.connect().await.expect("a connection");
        client.batch_execute("set search_path = record").await.expect("a search path");
        client
    }

    /// A connection as the administrator, whom row security does not bind.
    pub async fn administrator(&self) -> Client {
        self.connect("postgres").await
    }

    /// What it is called in its cluster.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection as the administrator that is not in this database.
    pub async fn outside(&self) -> Client {
        let url = cluster().await.url("postgres", "postgres");
        Address::read(&url).expect("an address").connect().await.expect("a connection")
    }

    /// Waits until none of the service's connections is left: PostgreSQL has counted what they read by then.
    pub async fn deserted(&self) {
        let outside = self.outside().await;
        let others = "select count(*) from pg_stat_activity where datname = $1 and application_name like 'section55%'";
        for _ in 0..3000 {
            let count = outside.query_one(others, &[&self.name()]).await.expect("a count");
            if count.get::<_, i64>(0) == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the service still speaks to {}", self.name());
    }

    /// A digest of every row of every table: the same as long as nothing is written.
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

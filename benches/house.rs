//! The private PostgreSQL of the benchmark, with what is written on, and its databases: a decade of the country and a tenth
//! of it, put in once, kept, and copied for each run.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use section55::db::{Address, migrate};
use section55::dev::postgres::{Cluster, Durability, default_dir};
use section55::dev::prepare;
use tokio_postgres::Client;

use crate::Fault;
use crate::programs::{self, Serving};

/// What is put in.
const SEED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/seed.sql");

/// The cluster's settings beside its own: memory, and checkpoints that do not fall into a run. Nothing of durability.
pub const SETTINGS: &[(&str, &str)] =
    &[("shared_buffers", "512MB"), ("max_wal_size", "2GB"), ("checkpoint_timeout", "30min")];

/// The cluster and the folder of all that is kept.
pub struct DataFolder {
    /// The folder.
    pub dir: PathBuf,
    cluster: Cluster,
}

/// What a database holds.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// Inspections.
    pub inspections: i64,
    /// Recommendations.
    pub recommendations: i64,
    /// Responses.
    pub responses: i64,
    /// Assignments.
    pub assignments: i64,
    /// Items of evidence.
    pub evidence: i64,
    /// Audit events.
    pub events: i64,
    /// For each area its code, its first line and how many lines it has.
    pub areas: Vec<(String, i64, i64)>,
}

fn open(dir: &Path) -> Result<Cluster, Fault> {
    Ok(Cluster::open(&dir.join("postgres"), Durability::Kept, &mut |said| eprintln!("  {said}"))?)
}

impl DataFolder {
    /// Opens the cluster, with its settings.
    pub async fn open(dir: Option<PathBuf>) -> Result<Self, Fault> {
        let dir = dir.unwrap_or_else(|| default_dir().join("bench"));
        std::fs::create_dir_all(&dir)?;
        let house = Self { cluster: open(&dir)?, dir };
        if house.cluster.attached() {
            return Err(format!("another benchmark runs in {}", house.dir.display()).into());
        }
        let client = house.client("postgres").await?;
        let mut changed = false;
        for (name, value) in SETTINGS {
            let shown: String = client.query_one("select current_setting($1)", &[name]).await?.get(0);
            if shown != *value {
                client.batch_execute(&format!("alter system set {name} = '{value}'")).await?;
                changed = true;
            }
        }
        if !changed {
            return Ok(house);
        }
        drop(client);
        let Self { dir, cluster } = house;
        cluster.stop();
        Ok(Self { cluster: open(&dir)?, dir })
    }

    /// The folder of the socket.
    pub fn socket(&self) -> &Path {
        self.cluster.socket_dir()
    }

    /// What the server says.
    pub fn log(&self) -> PathBuf {
        self.dir.join("postgres/server.log")
    }

    /// An address as a role.
    pub fn url(&self, role: &str, database: &str) -> String {
        self.cluster.url(role, database)
    }

    /// A connection of the administrator's.
    pub async fn client(&self, database: &str) -> Result<Client, Fault> {
        Ok(Address::read(&self.url(self.cluster.superuser(), database))?.connect().await?)
    }

    /// A database of this name with so many inspections, and all that follows from them.
    pub async fn database(&self, name: &str, inspections: u32) -> Result<Sizes, Fault> {
        let began = Instant::now();
        let seeded = self.seeded(inspections).await?;
        let client = self.client("postgres").await?;
        client.batch_execute(&format!("drop database if exists {name} with (force)")).await?;
        client.batch_execute(&format!("create database {name} template {seeded} strategy file_copy")).await?;
        let sizes = self.sizes(name).await?;
        eprintln!("  {name}: {} assignments, in {:.0} s", sizes.assignments, began.elapsed().as_secs_f64());
        Ok(sizes)
    }

    /// The database that is copied: of this schema and these records, made where there is none.
    async fn seeded(&self, inspections: u32) -> Result<String, Fault> {
        let seed = std::fs::read_to_string(SEED)?;
        let mut hasher = DefaultHasher::new();
        (&seed, migrate::newest()).hash(&mut hasher);
        let name = format!("seed_{inspections}_{:08x}", hasher.finish() as u32);
        let client = self.client("postgres").await?;
        if client.query_opt("select from pg_database where datname = $1", &[&name]).await?.is_some() {
            return Ok(name);
        }
        let old = format!("seed_{inspections}_%");
        for row in client.query("select datname::text from pg_database where datname like $1", &[&old]).await? {
            client.batch_execute(&format!("drop database {} with (force)", row.get::<_, String>(0))).await?;
        }
        client.batch_execute("drop database if exists seeding with (force)").await?;
        prepare(&self.cluster, "seeding").await?;
        let seeding = self.client("seeding").await?;
        let seed = format!("set search_path = record; {}", seed.replace(":inspections", &inspections.to_string()));
        seeding.batch_execute(&seed).await?;
        seeding.batch_execute("vacuum (freeze, analyze)").await?;
        drop(seeding);
        self.sequence("seeding").await?;
        client.batch_execute("checkpoint").await?;
        client.batch_execute(&format!("alter database seeding rename to {name}")).await?;
        Ok(name)
    }

    /// Gives every event its place in its log, so that no run shares the machine with that.
    async fn sequence(&self, database: &'static str) -> Result<(), Fault> {
        let serving = Serving { database, sequences: true, ..Serving::default() };
        let program = programs::serve(self, &serving).await?;
        let client = self.client(database).await?;
        while client.query_one("select exists (select from record.audit_queue)", &[]).await?.get(0) {
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        program.end().await?;
        Ok(client.batch_execute("vacuum (freeze, analyze)").await?)
    }

    async fn sizes(&self, database: &str) -> Result<Sizes, Fault> {
        let client = self.client(database).await?;
        let mut counts = Vec::new();
        for table in ["inspections", "recommendations", "responses", "assignments", "evidence", "events"] {
            counts.push(client.query_one(&format!("select count(*) from record.{table}"), &[]).await?.get::<_, i64>(0));
        }
        let areas = client.query("select area, first, lines from bench.ranges order by area", &[]).await?;
        Ok(Sizes {
            inspections: counts[0],
            recommendations: counts[1],
            responses: counts[2],
            assignments: counts[3],
            evidence: counts[4],
            events: counts[5],
            areas: areas.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect(),
        })
    }
}

//! The databases of the benchmark: a decade of the whole country, and a tenth of it. They are seeded once, kept between
//! runs, and copied for each run.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use section55::db::migrate;
use section55::dev::prepare;

use crate::common::BoxedError;
use crate::data_folder::DataFolder;
use crate::programs::{self, ServiceOptions};

/// The script that fills a database.
const SEED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/seed.sql");

/// The number of records of a database.
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
    /// The areas, in order.
    pub areas: Vec<AreaAssignments>,
}

/// The assignments of an area, whose numbers follow one another.
#[derive(Clone, Debug)]
pub struct AreaAssignments {
    /// The code of the area.
    pub area: String,
    /// The number of the first assignment.
    pub first: i64,
    /// How many assignments the area has.
    pub count: i64,
}

impl Sizes {
    /// Returns the area of the people who read and create. No run changes the state of its assignments.
    pub fn reader_area(&self) -> &AreaAssignments {
        &self.areas[self.areas.len() - 1]
    }

    /// Returns the area whose assignments only pgbench writes.
    pub fn pgbench_area(&self) -> &AreaAssignments {
        &self.areas[self.areas.len() - 2]
    }

    /// Returns the areas for runs that write. Each area serves one run.
    pub fn areas_for_writes(&self) -> &[AreaAssignments] {
        &self.areas[..self.areas.len() - 2]
    }
}

impl DataFolder {
    /// Creates a database with this number of inspections, and replaces one of the same name.
    pub async fn create_database(&self, name: &str, inspections: u32) -> Result<Sizes, BoxedError> {
        let began = Instant::now();
        let seeded = self.seeded_database(inspections).await?;
        let client = self.client("postgres").await?;
        client.batch_execute(&format!("drop database if exists {name} with (force)")).await?;
        self.remove_files(name)?;
        client.batch_execute(&format!("create database {name} template {seeded} strategy file_copy")).await?;
        let sizes = self.sizes(name).await?;
        eprintln!("  {name}: {} assignments, in {:.0} s", sizes.assignments, began.elapsed().as_secs_f64());
        Ok(sizes)
    }

    /// Returns the name of the database to copy, for this schema and seed. Creates it if it does not exist.
    async fn seeded_database(&self, inspections: u32) -> Result<String, BoxedError> {
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
        self.remove_files("seeding")?;
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

    /// Sequences all events, so that no run shares the machine with the sequencer's backlog.
    async fn sequence(&self, database: &'static str) -> Result<(), BoxedError> {
        let options = ServiceOptions { database, sequencer: true, ..ServiceOptions::default() };
        let program = programs::serve(self, &options).await?;
        let client = self.client(database).await?;
        while client.query_one("select exists (select from record.audit_queue)", &[]).await?.get(0) {
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        program.end().await?;
        Ok(client.batch_execute("vacuum (freeze, analyze)").await?)
    }

    async fn sizes(&self, database: &str) -> Result<Sizes, BoxedError> {
        let client = self.client(database).await?;
        let mut counts = Vec::new();
        for table in ["inspections", "recommendations", "responses", "assignments", "evidence", "events"] {
            counts.push(client.query_one(&format!("select count(*) from record.{table}"), &[]).await?.get::<_, i64>(0));
        }
        let areas = client.query("select area, first, assignments from bench.ranges order by area", &[]).await?;
        Ok(Sizes {
            inspections: counts[0],
            recommendations: counts[1],
            responses: counts[2],
            assignments: counts[3],
            evidence: counts[4],
            events: counts[5],
            areas: areas
                .iter()
                .map(|row| AreaAssignments { area: row.get(0), first: row.get(1), count: row.get(2) })
                .collect(),
        })
    }
}

//! Does the runs. Each round does every run, and checks after each that every request succeeded and was recorded.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit_check;
use crate::cache_memory::CacheMemory;
use crate::common::BoxedError;
use crate::databases::AreaAssignments;
use crate::load_generators::{self, Outcome, PgbenchConnection};
use crate::programs::Program;
use crate::runs::{RUNS, Run, Target, Workload};
use crate::setup::{LARGE, SMALL, Setup};
use crate::statistics::format_number;

/// PGOPTIONS of a connection as the service opens it for the public role.
const PUBLIC_OPTIONS: &str =
    "-c search_path=record -c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan";

/// The results of all runs.
#[derive(Default)]
pub struct Measurements {
    /// The outcomes of each run, one for each round.
    pub outcomes: BTreeMap<&'static str, Vec<Outcome>>,
    /// Notes on what was left out and why.
    pub notes: BTreeSet<String>,
    /// What went wrong.
    pub failures: Vec<String>,
    /// The number of runs whose events were checked.
    pub checked_runs: usize,
    /// The number of events of those runs.
    pub checked_events: i64,
    /// The 99th percentiles of the sequencer's lag in seconds, by run.
    pub lags: BTreeMap<&'static str, Vec<f64>>,
    /// The memory of the public cache for each form of requests.
    pub cache_memory: Vec<CacheMemory>,
    /// The number of responses of all runs.
    pub responses: u64,
    /// The number of areas that runs have used, in the large and the small database.
    used_areas: [usize; 2],
    runs: usize,
}

impl Measurements {
    /// Does all rounds. A run that fails does not stop the others.
    pub async fn run_rounds(&mut self, setup: &Setup) {
        for round in 1..=setup.options.rounds {
            eprintln!("round {round} of {}", setup.options.rounds);
            for run in RUNS.iter().filter(|run| setup.options.selects(run.name)) {
                if let Err(error) = self.run(setup, run).await {
                    eprintln!("  {}: {error}", run.name);
                    self.failures.push(format!("{}: {error}", run.name));
                }
            }
        }
    }

    /// Does one run and checks its outcome.
    async fn run(&mut self, setup: &Setup, run: &Run) -> Result<(), BoxedError> {
        if run.target != Target::PgBench && !setup.programs.contains_key(&run.target) {
            return Ok(());
        }
        let is_audited = matches!(run.target, Target::Cached | Target::Small) && run.workload.writes();
        let database = if run.target == Target::Small { SMALL } else { LARGE };
        let before =
            if is_audited { Some(audit_check::wait_until_settled(&setup.folder, database).await?) } else { None };
        let Some(outcome) = self.generate_load(setup, run).await? else { return Ok(()) };
        eprintln!("  {:<36} {:>12}/s", run.name, format_number(outcome.per_second));
        self.responses += outcome.responses;
        if outcome.failures > 0 {
            let Outcome { failures, responses, .. } = outcome;
            self.failures.push(format!("{}: {failures} of {responses} requests failed", run.name));
        }
        if let Some(before) = before {
            let after = audit_check::wait_until_settled(&setup.folder, database).await?;
            self.checked_runs += 1;
            self.checked_events += after.events - before.events;
            if let Some(difference) = before.compare(&after, run, outcome.responses) {
                self.failures.push(difference);
            }
            if let Some(lag) = audit_check::lag(&setup.folder, database, before.seq).await? {
                self.lags.entry(run.name).or_default().push(lag);
            }
        }
        self.outcomes.entry(run.name).or_default().push(outcome);
        Ok(())
    }

    /// Returns the next area whose assignments no run has used, or none when there is none left.
    fn next_area<'a>(&mut self, setup: &'a Setup, target: Target) -> Option<&'a AreaAssignments> {
        let (sizes, used) = match target {
            Target::Small => (&setup.small, &mut self.used_areas[1]),
            _ => (&setup.large, &mut self.used_areas[0]),
        };
        *used += 1;
        sizes.areas_for_writes().get(*used - 1)
    }

    /// Generates the load of a run. Returns none when the run is left out.
    async fn generate_load(&mut self, setup: &Setup, run: &Run) -> Result<Option<Outcome>, BoxedError> {
        let (connections, seconds) = (setup.options.connections, setup.options.seconds);
        self.runs += 1;
        let tag = format!("{}-{}", setup.started, self.runs);
        let base = setup.programs.get(&run.target).map(Program::base).unwrap_or_default();
        let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        let reader = if run.target == Target::Small { setup.small.reader_area() } else { setup.large.reader_area() };
        let token = |role: &str, area: &str| format!("token={}", setup.token(role, area));
        let workload = match run.workload {
            Workload::Script(name) => return self.run_script(setup, name).await,
            Workload::Same(path, headers) => [owned(&["same", &format!("path={path}")]), owned(headers)].concat(),
            Workload::Conditional(path) => {
                let etag = setup.etag(run.target, path).await?;
                owned(&["same", &format!("path={path}"), &format!("if_none_match={etag}")])
            }
            Workload::Page(path, page, limit) => {
                owned(&["same", &format!("path={}", setup.page_path(run.target, path, page, limit).await?)])
            }
            Workload::AsAuditor(path) => {
                owned(&["same", &format!("path={path}&area={}", reader.area), &token("auditor", &reader.area)])
            }
            Workload::RandomRecommendation | Workload::RandomRecommendationWarm => {
                let sizes = if run.target == Target::Small { &setup.small } else { &setup.large };
                let count = format!("count={}", sizes.recommendations);
                owned(&["point", "path=/v1/recommendations/", "kind=2", "first=0", &count])
            }
            Workload::RandomOwnAssignment => {
                let (first, count) = (format!("first={}", reader.first - 1), format!("count={}", reader.count));
                owned(&["point", "path=/v1/assignments/", "kind=4", &first, &count, &token("auditor", &reader.area)])
            }
            Workload::Transitions | Workload::Mix(_) => {
                let Some(range) = self.next_area(setup, run.target) else {
                    self.notes.insert(format!("{}: there are not enough areas for this number of rounds", run.name));
                    return Ok(None);
                };
                let name = if run.workload == Workload::Transitions { "transitions" } else { "mix" };
                let (first, count) = (format!("first={}", range.first), format!("count={}", range.count));
                let mut workload = owned(&[name, &first, &count, &token("constabulary", &range.area)]);
                if let Workload::Mix(writes) = run.workload {
                    workload.extend([format!("writes={writes}"), format!("reports={}", setup.large.inspections)]);
                }
                workload
            }
            Workload::Registrations(keyed) => {
                let mut workload = owned(&["registrations", &format!("tag={tag}"), &token("opcc", &reader.area)]);
                workload.extend(keyed.then(|| "key=yes".to_owned()));
                workload
            }
            Workload::Uploads(kib) => {
                let (first, count) = (format!("first={}", reader.first), format!("count={}", reader.count));
                let size = format!("size={}", kib * 1024);
                owned(&["uploads", &first, &count, &size, &format!("tag={tag}"), &token("constabulary", &reader.area)])
            }
            Workload::Download(kib) => {
                let path = format!("path={}", setup.upload_file(kib).await?);
                owned(&["same", &path, &token("auditor", &reader.area)])
            }
            Workload::Export(path) => {
                let rows = setup.large.recommendations.unsigned_abs();
                return Ok(Some(load_generators::curl(&[format!("{base}{path}")], rows).await?));
            }
            Workload::Import(rows) => {
                let table = setup.write_table(rows, &tag)?;
                let draft = setup.register_draft(&base, &tag).await?;
                let bearer = format!("Authorization: Bearer {}", setup.token("opcc", &reader.area));
                let body = format!("@{}", table.display());
                let parts = ["-H", &bearer, "-H", "Content-Type: text/csv", "--data-binary", &body];
                let all = [owned(&parts), vec![format!("{base}/v1/imports?inspection_id={draft}")]].concat();
                return Ok(Some(load_generators::curl(&all, rows as u64).await?));
            }
            Workload::Paced(of, percentage) => return self.run_paced(setup, run, of, percentage, &base).await,
            Workload::PacedUpdates(percentage) => {
                return self.run_paced(setup, run, "transition: section55", percentage, &base).await;
            }
        };
        if !setup.has_path(run.target, &workload).await? {
            self.notes.insert(format!("{}: the program has no such path (404)", run.name));
            return Ok(None);
        }
        if run.workload == Workload::RandomRecommendationWarm {
            self.responses += load_generators::wrk(&base, connections, seconds, &workload).await?.responses;
        }
        let workload = [workload, vec![format!("seed={}", self.runs)]].concat();
        Ok(Some(load_generators::wrk(&base, connections, seconds, &workload).await?))
    }

    /// Runs a script with pgbench.
    async fn run_script(&mut self, setup: &Setup, name: &str) -> Result<Option<Outcome>, BoxedError> {
        let script = setup.scripts.path(name);
        let Some(program) = &setup.pgbench else {
            self.notes.insert("pgbench was found neither beside PostgreSQL's programs nor on PATH".to_owned());
            return Ok(None);
        };
        if !script.exists() {
            return Ok(None);
        }
        let writes = name == "transition";
        let area = &setup.large.pgbench_area().area;
        let force_options = format!("-c search_path=record -c section55.areas={area} -c section55.sides=force");
        let (role, options) =
            if writes { ("section55_app", force_options.as_str()) } else { ("section55_public", PUBLIC_OPTIONS) };
        let connection = PgbenchConnection { program, socket: setup.folder.socket(), role, database: LARGE, options };
        // pgbench is fastest with about 16 clients; more clients only wait for one another.
        let clients = setup.options.connections.min(16);
        Ok(Some(load_generators::pgbench(&connection, clients, setup.options.seconds.max(2), &script).await?))
    }

    /// Sends requests at a percentage of the rate of an earlier run.
    async fn run_paced(
        &mut self,
        setup: &Setup,
        run: &Run,
        of: &'static str,
        percentage: u64,
        base: &str,
    ) -> Result<Option<Outcome>, BoxedError> {
        if load_generators::find("oha").is_none() {
            self.notes.insert("runs at a fixed rate need oha: cargo install oha --locked".to_owned());
            return Ok(None);
        }
        let Some(full) = self.outcomes.get(of).and_then(|all| all.last()) else { return Ok(None) };
        let rate = (full.per_second * percentage as f64 / 100.0) as u64;
        let extra = match run.workload {
            Workload::PacedUpdates(_) => {
                let reader = setup.large.reader_area();
                let block = (reader.first + 99) / 100;
                let bearer = format!("Authorization: Bearer {}", setup.token("constabulary", &reader.area));
                let url = format!("{base}/v1/assignments/01900000-0000-7000-8000-04{block:08}[0-9]{{2}}/updates");
                let body = r#"{"text":"Invented: the work goes on."}"#;
                let parts =
                    ["-m", "POST", "-H", &bearer, "-T", "application/json", "-d", body, "--rand-regex-url", &url];
                parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>()
            }
            _ if of.starts_with("point") => {
                let url = format!("{base}/v1/recommendations/01900000-0000-7000-8000-020000001[0-9]{{3}}");
                vec!["--rand-regex-url".to_owned(), url]
            }
            _ => {
                let path = RUNS.iter().find(|run| run.name == of).map(|run| run.workload.path()).unwrap_or_default();
                vec![format!("{base}{path}")]
            }
        };
        Ok(Some(load_generators::oha(rate, setup.options.connections, setup.options.seconds.max(2), &extra).await?))
    }
}

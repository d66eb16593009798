//! The runs themselves: each round does every one, and after each it is asked whether all was answered and recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::Fault;
use crate::audit;
use crate::load::{self, Entrance, Outcome};
use crate::prepare::{LARGE, Prepared, SMALL};
use crate::rows::{ROWS, Row, What, Who};

/// The public's connections as the service makes them.
const PUBLIC: &str = "-c search_path=record -c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan";

/// What was found.
#[derive(Default)]
pub struct Measured {
    /// Of each run, each round's outcome.
    pub outcomes: BTreeMap<&'static str, Vec<Outcome>>,
    /// What was left out, and why.
    pub notes: BTreeSet<String>,
    /// What should not be.
    pub faults: Vec<String>,
    /// Writes whose versions were held against their events, runs and events.
    pub checked: (usize, i64),
    /// Of 100 events 99 had their place after so many seconds, by run.
    pub lags: BTreeMap<&'static str, Vec<f64>>,
    /// Answers in all.
    pub answers: u64,
    taken: [usize; 2],
    runs: usize,
}

impl Measured {
    /// Does every run so many times, in turn.
    pub async fn rounds(&mut self, at: &Prepared) {
        for round in 1..=at.options.rounds {
            eprintln!("round {round} of {}", at.options.rounds);
            for row in ROWS.iter().filter(|row| at.options.wants(row.name)) {
                // One that fails does not take the others with it.
                if let Err(fault) = self.run(at, row).await {
                    eprintln!("  {}: {fault}", row.name);
                    self.faults.push(format!("{}: {fault}", row.name));
                }
            }
        }
    }

    async fn run(&mut self, at: &Prepared, row: &Row) -> Result<(), Fault> {
        if row.who != Who::PgBench && !at.programs.contains_key(&row.who) {
            return Ok(());
        }
        let recorded = matches!(row.who, Who::Cached | Who::Small) && row.what.writes();
        let database = if row.who == Who::Small { SMALL } else { LARGE };
        let before = if recorded { Some(audit::settled(&at.house, database).await?) } else { None };
        let Some(outcome) = self.go(at, row).await? else { return Ok(()) };
        eprintln!("  {:<36} {:>12}/s", row.name, crate::figures::written(outcome.per_second));
        self.answers += outcome.answers;
        if outcome.refused > 0 {
            self.faults.push(format!("{}: {} of {} refused or broken", row.name, outcome.refused, outcome.answers));
        }
        if let Some(before) = before {
            let after = audit::settled(&at.house, database).await?;
            self.checked.0 += 1;
            self.checked.1 += after.events - before.events;
            if let Some(fault) = before.held_against(&after, row, outcome.answers) {
                self.faults.push(fault);
            }
            if let Some(lag) = audit::lag(&at.house, database, before.seq).await? {
                self.lags.entry(row.name).or_default().push(lag);
            }
        }
        self.outcomes.entry(row.name).or_default().push(outcome);
        Ok(())
    }

    /// The next area whose lines nobody has moved, with its token.
    fn area<'a>(&mut self, at: &'a Prepared, who: Who) -> Option<&'a (String, i64, i64)> {
        let (sizes, taken) = match who {
            Who::Small => (&at.small, &mut self.taken[1]),
            _ => (&at.large, &mut self.taken[0]),
        };
        *taken += 1;
        // The last two are pgbench's and the reader's.
        sizes.areas[..sizes.areas.len() - 2].get(*taken - 1)
    }

    async fn go(&mut self, at: &Prepared, row: &Row) -> Result<Option<Outcome>, Fault> {
        let (connections, seconds) = (at.options.connections, at.options.seconds);
        self.runs += 1;
        let tag = format!("{}-{}", at.started, self.runs);
        let base = at.programs.get(&row.who).map(crate::programs::Program::base).unwrap_or_default();
        let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        let own = if row.who == Who::Small { at.small.own() } else { at.large.own() };
        let token = |role: &str, area: &str| format!("token={}", at.token(role, area));
        let work = match row.what {
            What::Script(name) => return self.script(at, name).await,
            What::Same(path, headers) => [owned(&["same", &format!("path={path}")]), owned(headers)].concat(),
            What::Conditional(path) => {
                let tag = at.etag(row.who, path).await?;
                owned(&["same", &format!("path={path}"), &format!("if_none_match={tag}")])
            }
            What::Deep(path, page, limit) => {
                owned(&["same", &format!("path={}", at.deep(row.who, path, page, limit).await?)])
            }
            What::Own(path) => owned(&["same", &format!("path={path}&area={}", own.0), &token("auditor", &own.0)]),
            What::Point | What::PointAgain => {
                let sizes = if row.who == Who::Small { &at.small } else { &at.large };
                let count = format!("count={}", sizes.recommendations);
                owned(&["point", "path=/v1/recommendations/", "kind=2", "first=0", &count])
            }
            What::OwnPoint => {
                let (first, count) = (format!("first={}", own.1 - 1), format!("count={}", own.2));
                owned(&["point", "path=/v1/assignments/", "kind=4", &first, &count, &token("auditor", &own.0)])
            }
            What::Moves | What::Mix(_) => {
                let Some((area, first, lines)) = self.area(at, row.who) else {
                    self.notes.insert(format!("{}: no area is left for so many rounds", row.name));
                    return Ok(None);
                };
                let name = if row.what == What::Moves { "moves" } else { "mix" };
                let (first, lines) = (format!("first={first}"), format!("lines={lines}"));
                let mut work = owned(&[name, &first, &lines, &token("constabulary", area)]);
                if let What::Mix(writes) = row.what {
                    work.extend([format!("writes={writes}"), format!("reports={}", at.large.inspections)]);
                }
                work
            }
            What::Creates(keyed) => {
                let mut work = owned(&["creates", &format!("tag={tag}"), &token("opcc", &own.0)]);
                work.extend(keyed.then(|| "key=yes".to_owned()));
                work
            }
            What::Uploads(kib) => {
                let (first, lines) = (format!("first={}", own.1), format!("lines={}", own.2));
                let size = format!("size={}", kib * 1024);
                owned(&["uploads", &first, &lines, &size, &format!("tag={tag}"), &token("constabulary", &own.0)])
            }
            What::Download(kib) => {
                let path = format!("path={}", at.sent(kib).await?);
                owned(&["same", &path, &token("auditor", &own.0)])
            }
            What::Export(path) => {
                let pieces = at.large.recommendations.unsigned_abs();
                return Ok(Some(load::curl(&[format!("{base}{path}")], pieces).await?));
            }
            What::Import(rows) => {
                let table = at.table(rows, &tag)?;
                let bearer = format!("Authorization: Bearer {}", at.token("opcc", &own.0));
                let sent = format!("@{}", table.display());
                let parts = ["-H", &bearer, "-H", "Content-Type: text/csv", "--data-binary", &sent];
                let all = [owned(&parts), vec![format!("{base}/v1/imports")]].concat();
                return Ok(Some(load::curl(&all, rows as u64).await?));
            }
            What::Paced(of, share) => return self.paced(at, row, of, share, &base).await,
            What::PacedWrites(share) => {
                return self.paced(at, row, "transition: section55", share, &base).await;
            }
        };
        if !at.has(row.who, &work).await? {
            self.notes.insert(format!("{}: the path is not there (404)", row.name));
            return Ok(None);
        }
        if row.what == What::PointAgain {
            self.answers += load::wrk(&base, connections, seconds, &work).await?.answers;
        }
        let work = [work, vec![format!("seed={}", self.runs)]].concat();
        Ok(Some(load::wrk(&base, connections, seconds, &work).await?))
    }

    async fn script(&mut self, at: &Prepared, name: &str) -> Result<Option<Outcome>, Fault> {
        let script = at.scripts.path(name);
        let Some(program) = &at.pgbench else {
            self.notes.insert("pgbench is neither beside PostgreSQL's programs nor on PATH".to_owned());
            return Ok(None);
        };
        if !script.exists() {
            return Ok(None);
        }
        let writes = name == "transition";
        let area = &at.large.areas[at.large.areas.len() - 2].0;
        let own = format!("-c search_path=record -c section55.areas={area} -c section55.sides=force");
        let (role, options) = if writes { ("section55_app", own.as_str()) } else { ("section55_public", PUBLIC) };
        let entrance = Entrance { program, socket: at.house.socket(), role, database: LARGE, options };
        // As many as it does best with: more wait for one another.
        let clients = at.options.connections.min(16);
        Ok(Some(load::pgbench(&entrance, clients, at.options.seconds.max(2), &script).await?))
    }

    /// At a share of what an earlier run gave at full speed.
    async fn paced(
        &mut self,
        at: &Prepared,
        row: &Row,
        of: &'static str,
        share: u64,
        base: &str,
    ) -> Result<Option<Outcome>, Fault> {
        if load::find("oha").is_none() {
            self.notes.insert("paced runs need oha: cargo install oha --locked".to_owned());
            return Ok(None);
        }
        let Some(full) = self.outcomes.get(of).and_then(|all| all.last()) else { return Ok(None) };
        let rate = (full.per_second * share as f64 / 100.0) as u64;
        let extra = match row.what {
            What::PacedWrites(_) => {
                let own = at.large.own();
                let block = (own.1 + 99) / 100;
                let bearer = format!("Authorization: Bearer {}", at.token("constabulary", &own.0));
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
                let path = ROWS.iter().find(|row| row.name == of).map(|row| row.what.path()).unwrap_or_default();
                vec![format!("{base}{path}")]
            }
        };
        Ok(Some(load::oha(rate, at.options.connections, at.options.seconds.max(2), &extra).await?))
    }
}

/// Waits until something holds, 30 s at most.
pub async fn until(mut holds: impl AsyncFnMut() -> Result<bool, Fault>) -> Result<bool, Fault> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        if holds().await? {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(false)
}

//! All that stands before the first run: databases, programs, tokens, scripts; and what single requests find out.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use section55::auth::token::{DevelopmentKey, Grant};
use serde_json::Value;

use crate::Fault;
use crate::house::{DataFolder, Sizes};
use crate::load;
use crate::options::Options;
use crate::peers;
use crate::programs::{self, Program, Serving};
use crate::rows::{STATEMENTS, What, Who};
use crate::statements::Scripts;

/// The database with a decade in it.
pub const LARGE: &str = "large";
/// The database with a tenth of that.
pub const SMALL: &str = "small";

impl Sizes {
    /// The area whose people read and create: nobody moves its lines.
    pub fn own(&self) -> &(String, i64, i64) {
        &self.areas[self.areas.len() - 1]
    }
}

/// What the runs need.
pub struct Prepared {
    /// What was asked for.
    pub options: Options,
    /// PostgreSQL.
    pub house: DataFolder,
    /// What the databases hold.
    pub large: Sizes,
    /// A tenth.
    pub small: Sizes,
    /// Who answers.
    pub programs: BTreeMap<Who, Program>,
    /// Resident memory of each before the first request, in MiB.
    pub idle: BTreeMap<Who, f64>,
    /// How long the service took to be ready, each time, in seconds.
    pub ready: Vec<f64>,
    /// What was left out, and why.
    pub notes: Vec<String>,
    /// pgbench's scripts.
    pub scripts: Scripts,
    /// pgbench.
    pub pgbench: Option<PathBuf>,
    /// When all this began, as a number that no earlier run had.
    pub started: i64,
    key: DevelopmentKey,
    at: DateTime<Utc>,
    http: reqwest::Client,
}

fn pgbench(dir: &std::path::Path) -> Option<PathBuf> {
    let pid = fs::read_to_string(dir.join("postgres/data/postmaster.pid")).ok()?;
    let beside = fs::read_link(format!("/proc/{}/exe", pid.lines().next()?)).ok()?.with_file_name("pgbench");
    Some(beside).filter(|file| file.is_file()).or_else(|| load::find("pgbench"))
}

impl Prepared {
    /// Makes everything ready.
    pub async fn make(options: Options, at: DateTime<Utc>) -> Result<Self, Fault> {
        let house = DataFolder::open(options.data_dir.clone()).await?;
        programs::furnish(&house.dir)?;
        let key = section55::dev::key(&house.dir)?;
        let large = house.database(LARGE, options.inspections).await?;
        let small = house.database(SMALL, options.inspections / 10).await?;
        let asked = STATEMENTS.map(|(name, path)| (name, path.to_owned()));
        let moved = &large.areas[large.areas.len() - 2];
        let scripts = Scripts::write(&house, LARGE, &asked, (2, large.recommendations), moved).await?;

        let preload = options.preload.clone();
        let serving =
            |database, cached, sequences, logs| Serving { database, cached, sequences, logs, preload: preload.clone() };
        let mut ready = Vec::new();
        for _ in 0..5 {
            let program = programs::serve(&house, &serving(LARGE, true, true, false)).await?;
            ready.push(program.ready.as_secs_f64());
            program.end().await?;
        }
        let mut programs = BTreeMap::new();
        programs.insert(Who::Cached, programs::serve(&house, &serving(LARGE, true, true, false)).await?);
        programs.insert(Who::Uncached, programs::serve(&house, &serving(LARGE, false, false, false)).await?);
        programs.insert(Who::Logged, programs::serve(&house, &serving(LARGE, true, false, true)).await?);
        programs.insert(Who::Small, programs::serve(&house, &serving(SMALL, false, true, false)).await?);
        let (app, keys) = (house.url("section55_app", LARGE), house.dir.as_os_str());
        programs.insert(Who::Unaudited, programs::own(&house, "unaudited", &[OsStr::new(&app), keys]).await?);
        let mut notes = Vec::new();
        match peers::build_axum().await {
            Ok(peer) => {
                programs.insert(Who::Axum, peers::axum(&house, &peer, LARGE, false).await?);
                programs.insert(Who::Tuned, peers::axum(&house, &peer, LARGE, true).await?);
            }
            Err(why) => notes.push(format!("axum+sqlx is left out: {why}")),
        }
        match peers::install_fastapi().await {
            Ok(server) => {
                programs.insert(Who::FastApi, peers::fastapi(&house, &server, LARGE).await?);
            }
            Err(why) => notes.push(format!("FastAPI+asyncpg is left out: {why}")),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let idle = programs.iter().map(|(who, program)| (*who, program.resident())).collect();
        let mut prepared = Self {
            pgbench: pgbench(&house.dir),
            started: at.timestamp(),
            http: reqwest::Client::new(),
            options,
            house,
            large,
            small,
            programs,
            idle,
            ready,
            notes,
            scripts,
            key,
            at,
        };
        let body = prepared.get(Who::Cached, crate::rows::REPORT, None).await?.bytes().await?;
        let path = prepared.house.dir.join("fixed-body");
        fs::write(&path, body)?;
        let fixed = programs::own(&prepared.house, "fixed", &[path.as_os_str()]).await?;
        prepared.programs.insert(Who::Fixed, fixed);
        prepared.compare().await?;
        Ok(prepared)
    }

    /// A token of the only area it speaks for.
    pub fn token(&self, role: &str, area: &str) -> String {
        self.key.sign(&Grant {
            subject: format!("{role}@{area}.example"),
            name: None,
            roles: vec![role.to_owned()],
            areas: vec![area.to_owned()],
            issued_at: self.at,
            lifetime: TimeDelta::hours(12),
        })
    }

    async fn get(&self, who: Who, path: &str, token: Option<&str>) -> Result<reqwest::Response, Fault> {
        let mut request = self.http.get(format!("{}{path}", self.programs[&who].base()));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Ok(request.send().await?)
    }

    async fn json(&self, who: Who, path: &str) -> Result<Value, Fault> {
        let answer = self.get(who, path, None).await?;
        let status = answer.status();
        if status.is_success() {
            // Two ways to write the same instant.
            Ok(serde_json::from_str(&answer.text().await?.replace("+00:00\"", "Z\""))?)
        } else {
            Err(format!("{who:?} answers {path}: {status}").into())
        }
    }

    /// The peers must answer what the service does: its records and its pages, member by member.
    async fn compare(&self) -> Result<(), Fault> {
        let ((_, point), (_, page)) = (STATEMENTS[0], STATEMENTS[1]);
        for who in [Who::Axum, Who::Tuned, Who::FastApi].into_iter().filter(|who| self.programs.contains_key(who)) {
            let (ours, theirs) = (self.json(Who::Uncached, point).await?, self.json(who, point).await?);
            if ours != theirs {
                return Err(format!("{who:?} answers another record: {theirs} in place of {ours}").into());
            }
            let (ours, theirs) = (self.json(Who::Uncached, page).await?, self.json(who, page).await?);
            if ours["items"] != theirs["items"] {
                return Err(format!("{who:?} answers another page than the service").into());
            }
        }
        Ok(())
    }

    /// Whether a run's path, the first that is named, is one that the program has.
    pub async fn has(&self, who: Who, work: &[String]) -> Result<bool, Fault> {
        let path = work.iter().find_map(|part| part.strip_prefix("path=")).filter(|_| work[0] == "same");
        let token = work.iter().find_map(|part| part.strip_prefix("token="));
        let Some(path) = path else { return Ok(true) };
        let status = self.get(who, path, token).await?.status();
        Ok(who == Who::Fixed || status != reqwest::StatusCode::NOT_FOUND)
    }

    /// The ETag of a path.
    pub async fn etag(&self, who: Who, path: &str) -> Result<String, Fault> {
        let answer = self.get(who, path, None).await?;
        let tag = answer.headers().get("etag").ok_or_else(|| format!("{path} has no ETag"))?;
        Ok(tag.to_str()?.to_owned())
    }

    /// The path of a page deep in a list, reached as a client reaches it; the last but one where there are not so many.
    pub async fn deep(&self, who: Who, path: &str, page: usize, limit: usize) -> Result<String, Fault> {
        let all = usize::try_from(self.large.recommendations)?;
        let mut before = (page - 1).min(all / limit - 1) * limit;
        let mut cursor = String::new();
        while before > 0 {
            let step = before.min(200);
            let asked = format!("{path}?limit={step}{cursor}");
            let next = self.json(who, &asked).await?["next_cursor"].as_str().map(str::to_owned);
            cursor = format!("&cursor={}", next.ok_or("the list ended early")?);
            before -= step;
        }
        Ok(format!("{path}?limit={limit}{cursor}"))
    }

    /// The path of a file of so many KiB, which is sent once.
    pub async fn sent(&self, kib: usize) -> Result<String, Fault> {
        let (area, first, _) = self.large.own();
        let text = "Invented minutes.\n".repeat(kib * 1024 / 18);
        let head =
            "Content-Disposition: form-data; name=\"file\"; filename=\"minutes.txt\"\r\nContent-Type: text/plain";
        let body = format!("--bound\r\n{head}\r\n\r\n{text}\r\n--bound--\r\n");
        let item = first + first % 2;
        let url =
            format!("{}/v1/evidence/01900000-0000-7000-8000-05{item:010}/files", self.programs[&Who::Cached].base());
        let request = self.http.post(url).bearer_auth(self.token("constabulary", area));
        let request = request.header("content-type", "multipart/form-data; boundary=bound").body(body);
        let answer = request.send().await?.error_for_status()?.bytes().await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        let id = answer["id"].as_str().ok_or("a file without an id")?;
        Ok(format!("/v1/files/{id}"))
    }

    /// A table of so many recommendations, of an inspection of its own.
    pub fn table(&self, rows: usize, tag: &str) -> Result<PathBuf, Fault> {
        let mut text = "reference,text,addressees,target.kind,target.text,inspection.reference,inspection.title,\
                        inspection.kind,inspection.subjects\n"
            .to_owned();
        let area = &self.large.own().0;
        for row in 1..=rows {
            let first = if row == 1 {
                format!("I-{tag},A table of the benchmark,force_specific,{area}")
            } else {
                ",,,".to_owned()
            };
            let words = "Within six months the force should review how it follows up what its custody records show.";
            text.push_str(&format!("I-{tag}-{row},{words},chief constables,within,Within six months,{first}\n"));
        }
        let path = self.house.dir.join("table.csv");
        fs::write(&path, text)?;
        Ok(path)
    }
}

impl What {
    /// The path that is the same each time; empty where there is none.
    pub fn path(self) -> &'static str {
        match self {
            Self::Same(path, _) | Self::Conditional(path) | Self::Own(path) | Self::Export(path) => path,
            _ => "",
        }
    }

    /// Whether it changes records.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Moves | Self::Mix(_) | Self::Creates(_) | Self::Uploads(_) | Self::Import(_) | Self::PacedWrites(_)
        )
    }

    /// Whether each of its requests does.
    pub fn each_writes(self) -> bool {
        self.writes() && !matches!(self, Self::Mix(_) | Self::Import(_))
    }
}

//! What the runs need: databases, programs, tokens, pgbench scripts, and values that single requests find out.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use section55::auth::token::{DevelopmentKey, TokenContents};
use serde_json::Value;

use crate::common::BoxedError;
use crate::data_folder::DataFolder;
use crate::databases::Sizes;
use crate::load_generators;
use crate::options::Options;
use crate::peers;
use crate::pgbench_scripts::PgbenchScripts;
use crate::programs::{self, Program, ServiceOptions};
use crate::runs::{REPORT, STATEMENTS, Target};

/// The name of the database with the records of a decade.
pub const LARGE: &str = "large";
/// The name of the database with a tenth of those records.
pub const SMALL: &str = "small";

/// What the runs need.
pub struct Setup {
    /// The options of the command line.
    pub options: Options,
    /// The data folder with PostgreSQL.
    pub folder: DataFolder,
    /// The number of records of the large database.
    pub large: Sizes,
    /// The number of records of the small database.
    pub small: Sizes,
    /// The running programs.
    pub programs: BTreeMap<Target, Program>,
    /// The resident memory of each program before the first request, in MiB.
    pub idle: BTreeMap<Target, f64>,
    /// The start times of the service, in seconds.
    pub ready: Vec<f64>,
    /// Notes on what was left out and why.
    pub notes: Vec<String>,
    /// The scripts of pgbench.
    pub scripts: PgbenchScripts,
    /// The program pgbench, if it was found.
    pub pgbench: Option<PathBuf>,
    /// The start of the benchmark as a Unix time, which makes references unique.
    pub started: i64,
    key: DevelopmentKey,
    at: DateTime<Utc>,
    http: reqwest::Client,
}

/// Finds pgbench beside the program of the running PostgreSQL, or on PATH.
fn find_pgbench(dir: &std::path::Path) -> Option<PathBuf> {
    let pid = fs::read_to_string(dir.join("postgres/data/postmaster.pid")).ok()?;
    let beside = fs::read_link(format!("/proc/{}/exe", pid.lines().next()?)).ok()?.with_file_name("pgbench");
    Some(beside).filter(|file| file.is_file()).or_else(|| load_generators::find("pgbench"))
}

impl Setup {
    /// Creates the databases and starts the programs.
    pub async fn new(options: Options, at: DateTime<Utc>) -> Result<Self, BoxedError> {
        let folder = DataFolder::open(options.data_dir.clone()).await?;
        programs::write_service_files(&folder.dir)?;
        let key = section55::dev::development_key(&folder.dir)?;
        let large = folder.create_database(LARGE, options.inspections).await?;
        let small = folder.create_database(SMALL, options.inspections / 10).await?;
        let requests = STATEMENTS.map(|(name, path)| (name, path.to_owned()));
        let count = large.recommendations;
        let scripts = PgbenchScripts::write(&folder, LARGE, &requests, (2, count), large.pgbench_area()).await?;

        let preload = options.preload.clone();
        let service = |database, cache, sequencer, request_log| ServiceOptions {
            database,
            cache,
            sequencer,
            request_log,
            metrics: None,
            preload: preload.clone(),
        };
        let mut ready = Vec::new();
        for _ in 0..5 {
            let program = programs::serve(&folder, &service(LARGE, true, true, false)).await?;
            ready.push(program.ready.as_secs_f64());
            program.end().await?;
        }
        let mut programs = BTreeMap::new();
        programs.insert(Target::Cached, programs::serve(&folder, &service(LARGE, true, true, false)).await?);
        programs.insert(Target::Uncached, programs::serve(&folder, &service(LARGE, false, false, false)).await?);
        programs.insert(Target::Logged, programs::serve(&folder, &service(LARGE, true, false, true)).await?);
        programs.insert(Target::Small, programs::serve(&folder, &service(SMALL, false, true, false)).await?);
        let (app, keys) = (folder.url("section55_app", LARGE), folder.dir.as_os_str());
        programs.insert(
            Target::Unaudited,
            programs::start_own_server(&folder, "unaudited", &[OsStr::new(&app), keys]).await?,
        );
        let mut notes = Vec::new();
        match peers::build_axum().await {
            Ok(peer) => {
                programs.insert(Target::Axum, peers::start_axum(&folder, &peer, LARGE, false).await?);
                programs.insert(Target::AxumTuned, peers::start_axum(&folder, &peer, LARGE, true).await?);
            }
            Err(reason) => notes.push(format!("axum+sqlx is left out: {reason}")),
        }
        match peers::install_fastapi().await {
            Ok(server) => {
                programs.insert(Target::FastApi, peers::start_fastapi(&folder, &server, LARGE).await?);
            }
            Err(reason) => notes.push(format!("FastAPI+asyncpg is left out: {reason}")),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let idle = programs.iter().map(|(target, program)| (*target, program.resident())).collect();
        let mut setup = Self {
            pgbench: find_pgbench(&folder.dir),
            started: at.timestamp(),
            http: reqwest::Client::new(),
            options,
            folder,
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
        let body = setup.get(Target::Cached, REPORT, None).await?.bytes().await?;
        let path = setup.folder.dir.join("fixed-body");
        fs::write(&path, body)?;
        let fixed_body = programs::start_own_server(&setup.folder, "fixed-body", &[path.as_os_str()]).await?;
        setup.programs.insert(Target::FixedBody, fixed_body);
        setup.compare_peers().await?;
        Ok(setup)
    }

    /// Returns a token with one role in one area.
    pub fn token(&self, role: &str, area: &str) -> String {
        self.key.sign(&TokenContents {
            subject: format!("{role}@{area}.example"),
            name: None,
            roles: vec![role.to_owned()],
            areas: vec![area.to_owned()],
            issued_at: self.at,
            lifetime: TimeDelta::hours(12),
        })
    }

    async fn get(&self, target: Target, path: &str, token: Option<&str>) -> Result<reqwest::Response, BoxedError> {
        let mut request = self.http.get(format!("{}{path}", self.programs[&target].base()));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Ok(request.send().await?)
    }

    async fn json(&self, target: Target, path: &str) -> Result<Value, BoxedError> {
        let response = self.get(target, path, None).await?;
        let status = response.status();
        if status.is_success() {
            // The peers write UTC in another way.
            Ok(serde_json::from_str(&response.text().await?.replace("+00:00\"", "Z\""))?)
        } else {
            Err(format!("{target:?} responds to {path} with {status}").into())
        }
    }

    /// Checks that the peers return the same record and the same page as the service, member by member.
    async fn compare_peers(&self) -> Result<(), BoxedError> {
        let ((_, point), (_, page)) = (STATEMENTS[0], STATEMENTS[1]);
        for target in [Target::Axum, Target::AxumTuned, Target::FastApi]
            .into_iter()
            .filter(|target| self.programs.contains_key(target))
        {
            let (ours, theirs) = (self.json(Target::Uncached, point).await?, self.json(target, point).await?);
            if ours != theirs {
                return Err(format!("{target:?} returns another record: {theirs} instead of {ours}").into());
            }
            let (ours, theirs) = (self.json(Target::Uncached, page).await?, self.json(target, page).await?);
            if ours["items"] != theirs["items"] {
                return Err(format!("{target:?} returns another page than the service").into());
            }
        }
        Ok(())
    }

    /// True when the program has the path of a workload.
    pub async fn has_path(&self, target: Target, workload: &[String]) -> Result<bool, BoxedError> {
        let path = workload.iter().find_map(|part| part.strip_prefix("path=")).filter(|_| workload[0] == "same");
        let token = workload.iter().find_map(|part| part.strip_prefix("token="));
        let Some(path) = path else { return Ok(true) };
        let status = self.get(target, path, token).await?.status();
        Ok(target == Target::FixedBody || status != reqwest::StatusCode::NOT_FOUND)
    }

    /// Returns the present ETag of a path.
    pub async fn etag(&self, target: Target, path: &str) -> Result<String, BoxedError> {
        let response = self.get(target, path, None).await?;
        let etag = response.headers().get("etag").ok_or_else(|| format!("{path} has no ETag"))?;
        Ok(etag.to_str()?.to_owned())
    }

    /// Returns the path of a page of a list. Follows cursors to it, as a client does. A list that is too short gives
    /// its last page but one.
    pub async fn page_path(&self, target: Target, path: &str, page: usize, limit: usize) -> Result<String, BoxedError> {
        let all = usize::try_from(self.large.recommendations)?;
        let mut before = (page - 1).min(all / limit - 1) * limit;
        let mut cursor = String::new();
        while before > 0 {
            let step = before.min(200);
            let request = format!("{path}?limit={step}{cursor}");
            let next = self.json(target, &request).await?["next_cursor"].as_str().map(str::to_owned);
            cursor = format!("&cursor={}", next.ok_or("the list ended early")?);
            before -= step;
        }
        Ok(format!("{path}?limit={limit}{cursor}"))
    }

    /// Uploads a file of this many KiB and returns its path.
    pub async fn upload_file(&self, kib: usize) -> Result<String, BoxedError> {
        let reader = self.large.reader_area();
        let text = "Invented minutes.\n".repeat(kib * 1024 / 18);
        let head =
            "Content-Disposition: form-data; name=\"file\"; filename=\"minutes.txt\"\r\nContent-Type: text/plain";
        let body = format!("--bound\r\n{head}\r\n\r\n{text}\r\n--bound--\r\n");
        let evidence = reader.first + reader.first % 2;
        let url = format!(
            "{}/v1/evidence/01900000-0000-7000-8000-05{evidence:010}/files",
            self.programs[&Target::Cached].base()
        );
        let request = self.http.post(url).bearer_auth(self.token("constabulary", &reader.area));
        let request = request.header("content-type", "multipart/form-data; boundary=bound").body(body);
        let response = request.send().await?.error_for_status()?.bytes().await?;
        let file: Value = serde_json::from_slice(&response)?;
        let id = file["id"].as_str().ok_or("the response to the upload has no id")?;
        Ok(format!("/v1/files/{id}"))
    }

    /// Writes a table with this number of recommendations of a new inspection and returns its path.
    pub fn write_table(&self, rows: usize, tag: &str) -> Result<PathBuf, BoxedError> {
        let mut text = "reference,text,addressees,target.kind,target.text\n".to_owned();
        for row in 1..=rows {
            let sentence = "Within six months the force should review how it follows up what its custody records show.";
            text.push_str(&format!("I-{tag}-{row},{sentence},chief constables,within,Within six months\n"));
        }
        let path = self.folder.dir.join("table.csv");
        fs::write(&path, text)?;
        Ok(path)
    }

    /// Registers a draft without recommendations, and returns its id.
    pub async fn register_draft(&self, base: &str, tag: &str) -> Result<String, BoxedError> {
        let area = &self.large.reader_area().area;
        let draft = serde_json::json!({
            "reference": format!("I-{tag}"), "title": "A table of the benchmark", "kind": "force_specific",
            "subjects": [area],
        });
        let request = self.http.post(format!("{base}/v1/inspections")).bearer_auth(self.token("opcc", area));
        let request = request.header("content-type", "application/json").body(draft.to_string());
        let draft: Value = serde_json::from_str(&request.send().await?.error_for_status()?.text().await?)?;
        Ok(draft["id"].as_str().ok_or("a draft has no id")?.to_owned())
    }
}

//! Writes the scripts of pgbench. The statements of reads are those that the service sends, read from PostgreSQL's log,
//! so that they cannot differ. A transition is written as five statements, as an application would write it.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::common::BoxedError;
use crate::data_folder::DataFolder;
use crate::databases::AreaAssignments;
use crate::programs::{self, ServiceOptions};

/// A transition of one assignment of an area: begin, select for update, update, insert, commit. It runs as the
/// service's role and under row security.
const TRANSITION: &str = "\\set assignment random(:first, :last)
begin;
select area, force_status, version from record.assignments where id = :id for update;
update record.assignments
set force_status = case force_status when 'in_progress' then 'dependent_on_other' else 'in_progress' end,
    dependency = 'Home Office', version = version + 1, updated_at = now()
where id = :id;
insert into bench.events (id, at, area, actor_issuer, actor_subject, actor_roles, resource, resource_id, version, action,
                          from_state, to_state, request_id)
values (gen_random_uuid(), now(), ':area', 'pgbench', 'pgbench', '{constabulary}', 'assignment', :id, 1,
        'depend', 'in_progress', 'dependent_on_other', 'pgbench');
commit;
";

/// The folder of the scripts.
pub struct PgbenchScripts {
    folder: PathBuf,
}

impl PgbenchScripts {
    /// Returns the path of a script.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.sql"))
    }

    /// Writes the scripts. `requests` holds the name and the path of each. A script whose name begins with `point`
    /// reads a random record of `kind`, of which there are `count`.
    pub async fn write(
        data_folder: &DataFolder,
        database: &'static str,
        requests: &[(&'static str, String)],
        (kind, count): (u8, i64),
        area: &AreaAssignments,
    ) -> Result<Self, BoxedError> {
        let folder = data_folder.dir.join("statements");
        fs::create_dir_all(&folder)?;
        let scripts = Self { folder };
        let client = data_folder.client("postgres").await?;
        client.batch_execute("alter role section55_public set log_min_duration_statement = 0").await?;
        let recorded = scripts.record_statements(data_folder, database, requests, (kind, count)).await;
        client.batch_execute("alter role section55_public reset log_min_duration_statement").await?;
        recorded?;
        let last = (area.first + area.count - 1).to_string();
        let transition = TRANSITION.replace(":first", &area.first.to_string()).replace(":last", &last);
        let transition = transition.replace(":area", &area.area).replace(":id", &id(4, "assignment"));
        fs::write(scripts.path("transition"), transition)?;
        Ok(scripts)
    }

    /// Sends each request to a service and writes the statements that PostgreSQL logs for it. A request that fails gets
    /// no script.
    async fn record_statements(
        &self,
        data_folder: &DataFolder,
        database: &'static str,
        requests: &[(&'static str, String)],
        random: (u8, i64),
    ) -> Result<(), BoxedError> {
        let service = programs::serve(data_folder, &ServiceOptions { database, ..ServiceOptions::default() }).await?;
        // Wait until the statements of its start are logged.
        tokio::time::sleep(Duration::from_secs(1)).await;
        for (name, path) in requests {
            let script = self.path(name);
            let _absent = fs::remove_file(&script);
            let from = fs::metadata(data_folder.log())?.len();
            let response = reqwest::get(format!("{}{path}", service.base())).await?;
            if !response.status().is_success() {
                continue;
            }
            let statements = logged_statements(&data_folder.log(), from).await?;
            fs::write(&script, to_script(&statements, name.starts_with("point").then_some(random)))?;
        }
        service.end().await
    }
}

/// Returns SQL for the id of the record whose number is in a pgbench variable, as seed.sql makes ids.
fn id(kind: u8, variable: &str) -> String {
    format!("('019000000000700080000{kind}' || lpad(:{variable}::text, 10, '0'))::uuid")
}

/// A statement and its parameters, as text.
struct LoggedStatement {
    sql: String,
    parameters: Vec<String>,
}

/// Waits up to 5 s for statements that read `published`, in the log after an offset, and returns them.
async fn logged_statements(log: &Path, from: u64) -> Result<Vec<LoggedStatement>, BoxedError> {
    let began = Instant::now();
    loop {
        let mut file = fs::File::open(log)?;
        file.seek(SeekFrom::Start(from))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let found = parse_log(&text);
        if !found.is_empty() && text.ends_with('\n') {
            return Ok(found);
        }
        if began.elapsed() > Duration::from_secs(5) {
            return Err("PostgreSQL's log has no statement for the request".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Parses the statements of a piece of log: `execute NAME: SQL`, on one or more lines, then the parameters.
fn parse_log(text: &str) -> Vec<LoggedStatement> {
    let mut found: Vec<LoggedStatement> = Vec::new();
    let mut within = false;
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("  execute ") {
            let sql = rest.split_once(": ").map_or("", |(_, sql)| sql);
            found.push(LoggedStatement { sql: sql.to_owned(), parameters: Vec::new() });
            within = true;
        } else if let Some(more) = line.strip_prefix('\t').filter(|_| within) {
            found.iter_mut().last().into_iter().for_each(|it| {
                it.sql.push('\n');
                it.sql.push_str(more);
            });
        } else {
            within = false;
            let logged = line.split_once("arameters: ").map(|(_, logged)| logged).filter(|_| line.contains("DETAIL:"));
            if let (Some(logged), Some(it)) = (logged, found.last_mut()) {
                it.parameters = parse_parameters(logged);
            }
        }
    }
    found.retain(|it| it.sql.contains("published."));
    found
}

/// Parses `$1 = '…', $2 = NULL` into the values, quotes included.
fn parse_parameters(logged: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = logged;
    while let Some((_, value)) = rest.split_once(" = ") {
        let mut quoted = false;
        let end = value.char_indices().find(|(_, letter)| {
            quoted ^= *letter == '\'';
            !quoted && *letter == ','
        });
        let end = end.map_or(value.len(), |(at, _)| at);
        found.push(value[..end].to_owned());
        rest = &value[end..];
    }
    found
}

/// Escapes colons, because pgbench reads a colon and a word as a variable, even in a string.
fn escape_colons(value: &str) -> String {
    if !value.contains(':') {
        return value.to_owned();
    }
    format!("U&{}", value.replace('\\', "\\\\").replace(':', "\\003A"))
}

/// Returns the statements as a pgbench script with the parameters put in. With `random`, ids become random ones.
fn to_script(statements: &[LoggedStatement], random: Option<(u8, i64)>) -> String {
    let mut script = random.map_or_else(String::new, |(_, count)| format!("\\set record random(1, {count})\n"));
    for LoggedStatement { sql, parameters } in statements {
        let mut sql = sql.clone();
        for (n, value) in parameters.iter().enumerate().rev() {
            let written = match random {
                Some((kind, _)) if value.contains("-7000-8000-") => id(kind, "record"),
                _ => escape_colons(value),
            };
            sql = sql.replace(&format!("${}", n + 1), &written);
        }
        script.push_str(sql.trim_end_matches(';'));
        script.push_str(";\n");
    }
    script
}

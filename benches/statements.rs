//! What pgbench runs: the statements that the service itself was seen to send for a request, read off PostgreSQL's log, so
//! that they are the same by making; and a transition in five statements, as one would write it.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Fault;
use crate::house::DataFolder;
use crate::programs::{self, Serving};

/// Begin, look and lock, compare and set, append, commit: of an area's lines, as the service's role and under its row
/// security.
const TRANSITION: &str = "\\set line random(:first, :last)
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

/// The scripts.
pub struct Scripts {
    folder: PathBuf,
}

impl Scripts {
    /// Where a script is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.sql"))
    }

    /// Writes them: `asked` has for each its name and the path that the service is asked for. A name that begins with
    /// `point` asks for one record of `kind`, of which there are `count`, at random. Gives those that the service has.
    pub async fn write(
        house: &DataFolder,
        database: &'static str,
        asked: &[(&'static str, String)],
        (kind, count): (u8, i64),
        (area, first, lines): &(String, i64, i64),
    ) -> Result<Self, Fault> {
        let folder = house.dir.join("statements");
        fs::create_dir_all(&folder)?;
        let scripts = Self { folder };
        let client = house.client("postgres").await?;
        client.batch_execute("alter role section55_public set log_min_duration_statement = 0").await?;
        let read = scripts.read_off(house, database, asked, (kind, count)).await;
        client.batch_execute("alter role section55_public reset log_min_duration_statement").await?;
        read?;
        let lines = (first + lines - 1).to_string();
        let transition = TRANSITION.replace(":first", &first.to_string()).replace(":last", &lines);
        fs::write(scripts.path("transition"), transition.replace(":area", area).replace(":id", &id(4, "line")))?;
        Ok(scripts)
    }

    /// Asks the service, and writes what its connections are seen to send; they are made when they are first needed.
    async fn read_off(
        &self,
        house: &DataFolder,
        database: &'static str,
        asked: &[(&'static str, String)],
        random: (u8, i64),
    ) -> Result<(), Fault> {
        let served = programs::serve(house, &Serving { database, ..Serving::default() }).await?;
        // What it does by itself when it starts is no request's.
        tokio::time::sleep(Duration::from_secs(1)).await;
        for (name, path) in asked {
            let script = self.path(name);
            let _absent = fs::remove_file(&script);
            let from = fs::metadata(house.log())?.len();
            let answer = reqwest::get(format!("{}{path}", served.base())).await?;
            if !answer.status().is_success() {
                continue;
            }
            let seen = seen(&house.log(), from).await?;
            fs::write(&script, as_script(&seen, name.starts_with("point").then_some(random)))?;
        }
        served.end().await
    }
}

/// The id of the record whose number is in a variable of pgbench's, as seed.sql makes them.
fn id(kind: u8, variable: &str) -> String {
    format!("('019000000000700080000{kind}' || lpad(:{variable}::text, 10, '0'))::uuid")
}

/// A statement and its parameters, as text.
struct AuditedRead {
    sql: String,
    parameters: Vec<String>,
}

/// The statements of `published` that the log has from a place on; waited for.
async fn seen(log: &Path, from: u64) -> Result<Vec<AuditedRead>, Fault> {
    let began = Instant::now();
    loop {
        let mut file = fs::File::open(log)?;
        file.seek(SeekFrom::Start(from))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let found = read(&text);
        if !found.is_empty() && text.ends_with('\n') {
            return Ok(found);
        }
        if began.elapsed() > Duration::from_secs(5) {
            return Err("PostgreSQL's log has no statement for the request".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The statements in a piece of log: `execute NAME: SQL`, on as many lines as it takes, then its parameters.
fn read(text: &str) -> Vec<AuditedRead> {
    let mut found: Vec<AuditedRead> = Vec::new();
    let mut within = false;
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("  execute ") {
            let sql = rest.split_once(": ").map_or("", |(_, sql)| sql);
            found.push(AuditedRead { sql: sql.to_owned(), parameters: Vec::new() });
            within = true;
        } else if let Some(more) = line.strip_prefix('\t').filter(|_| within) {
            found.iter_mut().last().into_iter().for_each(|it| {
                it.sql.push('\n');
                it.sql.push_str(more);
            });
        } else {
            within = false;
            let given = line.split_once("arameters: ").map(|(_, given)| given).filter(|_| line.contains("DETAIL:"));
            if let (Some(given), Some(it)) = (given, found.last_mut()) {
                it.parameters = parameters(given);
            }
        }
    }
    found.retain(|it| it.sql.contains("published."));
    found
}

/// `$1 = '…', $2 = NULL`: each as it stands, quotes included.
fn parameters(given: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = given;
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

/// A value in which pgbench, which takes a colon and a word for a variable wherever it stands, sees none.
fn without_colons(value: &str) -> String {
    if !value.contains(':') {
        return value.to_owned();
    }
    format!("U&{}", value.replace('\\', "\\\\").replace(':', "\\003A"))
}

/// The statements with their parameters as pgbench writes them; an id becomes one at random.
fn as_script(seen: &[AuditedRead], random: Option<(u8, i64)>) -> String {
    let mut script = random.map_or_else(String::new, |(_, count)| format!("\\set record random(1, {count})\n"));
    for AuditedRead { sql, parameters } in seen {
        let mut sql = sql.clone();
        for (place, value) in parameters.iter().enumerate().rev() {
            let written = match random {
                Some((kind, _)) if value.contains("-7000-8000-") => id(kind, "record"),
                _ => without_colons(value),
            };
            sql = sql.replace(&format!("${}", place + 1), &written);
        }
        script.push_str(sql.trim_end_matches(';'));
        script.push_str(";\n");
    }
    script
}

//! What was measured, as one page.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use tokio::process::Command;

use crate::Fault;
use crate::figures::{median, range, written};
use crate::house::SETTINGS;
use crate::measure::Measured;
use crate::prepare::{LARGE, Prepared};
use crate::rows::{Goal, RATIOS, ROWS, Ratio, What, Who};

/// What a program says of its version: the first line with a number in it.
async fn version(program: impl AsRef<std::ffi::OsStr>, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().await;
    let Ok(output) = output else { return "not there".to_owned() };
    let text = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    let line = text.lines().find(|line| line.chars().any(|letter| letter.is_ascii_digit()));
    line.unwrap_or("not there").trim().to_owned()
}

async fn commit() -> String {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--short=10", "HEAD"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    git.output().await.map_or_else(|_| "unknown".to_owned(), |it| String::from_utf8_lossy(&it.stdout).trim().to_owned())
}

/// How many bytes the program has without its line tables; none where there is no `strip`.
async fn stripped(folder: &Path) -> Option<u64> {
    let file = folder.join("stripped");
    let mut strip = Command::new("strip");
    strip.arg("--strip-debug").arg("-o").arg(&file).arg(env!("CARGO_BIN_EXE_section55"));
    strip.status().await.ok().filter(|status| status.success())?;
    let size = fs::metadata(&file).ok()?.len();
    fs::remove_file(&file).ok()?;
    Some(size)
}

fn machine() -> String {
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kib: f64 = field("/proc/meminfo", "MemTotal").split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0.0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let (processor, gib) = (field("/proc/cpuinfo", "model name"), kib / 1_048_576.0);
    format!("{processor}, {cores} cores shared by all that is named here; {gib:.0} GiB; Linux {}", kernel.trim())
}

/// The median of each round's own ratio, so that what slows a round slows both.
fn ratio(measured: &Measured, it: &Ratio) -> Option<f64> {
    let (of, to) = (measured.outcomes.get(it.of)?, measured.outcomes.get(it.to)?);
    let each: Vec<f64> = of.iter().zip(to).map(|(of, to)| of.per_second / to.per_second).collect();
    median(&each)
}

fn rates(text: &mut String, measured: &Measured) -> std::fmt::Result {
    writeln!(text, "| run | a second | least – most | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|")?;
    for row in ROWS {
        let Some(all) = measured.outcomes.get(row.name) else { continue };
        let of = |figure: fn(&crate::load::Outcome) -> f64| all.iter().map(figure).collect::<Vec<_>>();
        let rates = of(|it| it.per_second);
        let (least, most) = range(&rates);
        let middle =
            |of: Vec<f64>| median(&of).filter(|it| *it > 0.0).map_or("–".to_owned(), |it| format!("{it:.2}"));
        let unit = match row.what {
            What::Export(_) | What::Import(_) => " rows",
            _ => "",
        };
        writeln!(
            text,
            "| {} | {}{unit} | {} – {} | {} | {} |",
            row.name,
            written(median(&rates).unwrap_or_default()),
            written(least),
            written(most),
            middle(of(|it| it.p50)),
            middle(of(|it| it.p99)),
        )?;
    }
    Ok(())
}

fn ratios(text: &mut String, measured: &Measured) -> std::fmt::Result {
    writeln!(text, "| run | held against | ratio | goal | |\n|---|---|--:|--:|---|")?;
    for it in RATIOS {
        let Some(found) = ratio(measured, it) else { continue };
        let (goal, met) = match it.goal {
            Goal::Least(goal) => (format!("≥ {goal}"), Some(found >= goal)),
            Goal::Most(goal) => (format!("≤ {goal}"), Some(found <= goal)),
            Goal::None => (String::new(), None),
        };
        let says = met.map_or("", |met| if met { "met" } else { "**not met**" });
        writeln!(text, "| {} | {} | {found:.2} | {goal} | {says} |", it.of, it.to)?;
    }
    Ok(())
}

fn called(who: Who) -> Option<&'static str> {
    match who {
        Who::Cached => Some("section55"),
        Who::Axum => Some("axum+sqlx"),
        Who::FastApi => Some("FastAPI+asyncpg, two workers"),
        Who::Fixed => Some("bare actix"),
        _ => None,
    }
}

fn single(text: &mut String, at: &Prepared, measured: &Measured, size: Option<u64>) -> std::fmt::Result {
    writeln!(text, "| what | figure | goal |\n|---|--:|--:|")?;
    let ready = median(&at.ready).unwrap_or_default();
    writeln!(
        text,
        "| from start to ready, schema up to date, median of {} | {ready:.3} s | ≤ 0.2 s |",
        at.ready.len()
    )?;
    let idle = at.idle.get(&Who::Cached).copied().unwrap_or_default();
    writeln!(text, "| resident, started and idle | {idle:.1} MiB | ≤ 32 MiB |")?;
    for (who, program) in &at.programs {
        let Some(name) = called(*who) else { continue };
        let idle = at.idle.get(who).map_or(String::new(), |idle| format!("; idle {idle:.1} MiB"));
        writeln!(text, "| resident after all runs: {name} | {:.1} MiB{idle} | |", program.resident())?;
    }
    for (name, lags) in &measured.lags {
        let (lag, most) = (median(lags).unwrap_or_default(), range(lags).1);
        writeln!(text, "| sequencer lag, p99: {name} | {lag:.2} s, at most {most:.2} s | ≤ 2 s |")?;
    }
    if let Some(size) = size {
        writeln!(text, "| the program, without its line tables | {:.0} MB | |", size as f64 / 1e6)?;
    }
    Ok(())
}

/// The page.
pub async fn write(at: &Prepared, measured: &Measured, began: DateTime<Utc>, took: i64) -> Result<String, Fault> {
    let mut text = String::new();
    let options = &at.options;
    let server = at.house.client(LARGE).await?.query_one("select version()", &[]).await?.get::<_, String>(0);
    let server = server.split(" on ").next().unwrap_or_default().to_owned();
    let commit = commit().await;
    let tool = |name: &str| crate::load::find(name).unwrap_or_else(|| name.into());
    let (wrk, oha) = (version(tool("wrk"), "-v").await, version(tool("oha"), "--version").await);
    let pgbench = at.pgbench.clone().unwrap_or_else(|| "pgbench".into());
    let settings: Vec<String> = SETTINGS.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let connections = options.connections;
    writeln!(text, "# What was measured\n")?;
    writeln!(
        text,
        "Written by `cargo bench`, {} UTC, {took} s in all. Absolute figures are this machine's",
        began.format("%Y-%m-%d %H:%M")
    )?;
    writeln!(text, "at this hour; the ratios are what holds. Each is the median of the rounds' own.\n")?;
    writeln!(text, "- {}", machine())?;
    writeln!(
        text,
        "- commit {}; {}; {server} (fsync on; {})",
        commit,
        version("rustc", "-V").await,
        settings.join(", ")
    )?;
    writeln!(text, "- {wrk}; {oha}; {}", version(&pgbench, "-V").await)?;
    writeln!(
        text,
        "- {} inspections, {} recommendations, {} responses, {} assignments, {} items of evidence, {} events; the tenth: {} recommendations, {} assignments",
        at.large.inspections,
        at.large.recommendations,
        at.large.responses,
        at.large.assignments,
        at.large.evidence,
        at.large.events,
        at.small.recommendations,
        at.small.assignments,
    )?;
    let (rounds, seconds) = (options.rounds, options.seconds);
    writeln!(text, "- {rounds} rounds, each run {seconds} s: `wrk -t 2 -c {connections} -d {seconds}s`,")?;
    writeln!(
        text,
        "  `pgbench -M prepared -j 2 -c 16`, `oha -q RATE -c {connections} --latency-correction` at half of full speed\n"
    )?;
    writeln!(text, "## Ratios\n")?;
    ratios(&mut text, measured)?;
    writeln!(text, "\n## Runs\n")?;
    rates(&mut text, measured)?;
    writeln!(text, "\n## Beside them\n")?;
    single(&mut text, at, measured, stripped(&at.house.dir).await)?;
    writeln!(
        text,
        "\n{} answers in all. Versions that changed were held against events after {} runs, {} events in all.",
        written(measured.answers as f64),
        measured.checked.0,
        written(measured.checked.1 as f64)
    )?;
    if measured.faults.is_empty() {
        writeln!(text, "None was outside 2xx and 3xx, and every change had its event.")?;
    }
    for fault in &measured.faults {
        writeln!(text, "- **fault**: {fault}")?;
    }
    for note in at.notes.iter().chain(&measured.notes) {
        writeln!(text, "- note: {note}")?;
    }
    Ok(text)
}

//! Writes the report of the measurements, benches/RESULTS.md.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use tokio::process::Command;

use crate::cache_memory;
use crate::common::BoxedError;
use crate::data_folder::SETTINGS;
use crate::load_generators::{self, Outcome};
use crate::measurements::Measurements;
use crate::runs::{Goal, RATIOS, RUNS, Ratio, Target, Workload};
use crate::setup::{LARGE, Setup};
use crate::statistics::{format_number, median, range};

/// Returns the version that a program prints: its first line that contains a digit.
async fn version(program: impl AsRef<std::ffi::OsStr>, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().await;
    let Ok(output) = output else { return "not found".to_owned() };
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let line = text.lines().find(|line| line.chars().any(|letter| letter.is_ascii_digit()));
    line.unwrap_or("not found").trim().to_owned()
}

async fn commit() -> String {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--short=10", "HEAD"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    git.output().await.map_or_else(|_| "unknown".to_owned(), |it| String::from_utf8_lossy(&it.stdout).trim().to_owned())
}

/// Returns the size of the program without its line tables, in bytes, or none without the program `strip`.
async fn stripped_size(folder: &Path) -> Option<u64> {
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
    format!("{processor}, {cores} cores shared by all programs below; {gib:.0} GiB; Linux {}", kernel.trim())
}

/// Returns the median of the ratios of each round, because a disturbance slows both runs of a round.
fn ratio(measurements: &Measurements, ratio: &Ratio) -> Option<f64> {
    let (of, to) = (measurements.outcomes.get(ratio.of)?, measurements.outcomes.get(ratio.to)?);
    let each: Vec<f64> = of.iter().zip(to).map(|(of, to)| of.per_second / to.per_second).collect();
    median(&each)
}

fn write_rates(text: &mut String, measurements: &Measurements) -> std::fmt::Result {
    writeln!(text, "| run | per second | least – most | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|")?;
    for run in RUNS {
        let Some(all) = measurements.outcomes.get(run.name) else { continue };
        let of = |figure: fn(&Outcome) -> f64| all.iter().map(figure).collect::<Vec<_>>();
        let rates = of(|it| it.per_second);
        let (least, most) = range(&rates);
        let middle =
            |of: Vec<f64>| median(&of).filter(|it| *it > 0.0).map_or("–".to_owned(), |it| format!("{it:.2}"));
        let unit = match run.workload {
            Workload::Export(_) | Workload::Import(_) => " rows",
            _ => "",
        };
        writeln!(
            text,
            "| {} | {}{unit} | {} – {} | {} | {} |",
            run.name,
            format_number(median(&rates).unwrap_or_default()),
            format_number(least),
            format_number(most),
            middle(of(|it| it.p50)),
            middle(of(|it| it.p99)),
        )?;
    }
    Ok(())
}

fn write_ratios(text: &mut String, measurements: &Measurements) -> std::fmt::Result {
    writeln!(text, "| run | compared with | ratio | goal | |\n|---|---|--:|--:|---|")?;
    for it in RATIOS {
        let Some(found) = ratio(measurements, it) else { continue };
        let (goal, met) = match it.goal {
            Goal::Least(goal) => (format!("≥ {goal}"), Some(found >= goal)),
            Goal::Most(goal) => (format!("≤ {goal}"), Some(found <= goal)),
            Goal::None => (String::new(), None),
        };
        let verdict = met.map_or("", |met| if met { "met" } else { "**not met**" });
        writeln!(text, "| {} | {} | {found:.2} | {goal} | {verdict} |", it.of, it.to)?;
    }
    Ok(())
}

/// Returns the name of a program in the report, or none for those that it does not list.
fn program_name(target: Target) -> Option<&'static str> {
    match target {
        Target::Cached => Some("section55"),
        Target::Axum => Some("axum+sqlx"),
        Target::FastApi => Some("FastAPI+asyncpg, two workers"),
        Target::FixedBody => Some("bare actix"),
        _ => None,
    }
}

fn write_other_figures(
    text: &mut String,
    setup: &Setup,
    measurements: &Measurements,
    size: Option<u64>,
) -> std::fmt::Result {
    writeln!(text, "| figure | value | goal |\n|---|--:|--:|")?;
    let ready = median(&setup.ready).unwrap_or_default();
    writeln!(
        text,
        "| from start to ready, with a migrated database, median of {} | {ready:.3} s | ≤ 0.2 s |",
        setup.ready.len()
    )?;
    let idle = setup.idle.get(&Target::Cached).copied().unwrap_or_default();
    writeln!(text, "| resident memory, started and idle | {idle:.1} MiB | ≤ 32 MiB |")?;
    for (target, program) in &setup.programs {
        let Some(name) = program_name(*target) else { continue };
        let idle = setup.idle.get(target).map_or(String::new(), |idle| format!("; idle {idle:.1} MiB"));
        writeln!(text, "| resident memory after all runs: {name} | {:.1} MiB{idle} | |", program.resident())?;
    }
    for (name, lags) in &measurements.lags {
        let (lag, most) = (median(lags).unwrap_or_default(), range(lags).1);
        writeln!(text, "| sequencer lag, p99: {name} | {lag:.2} s, at most {most:.2} s | ≤ 2 s |")?;
    }
    if let Some(size) = size {
        writeln!(text, "| size of the program without line tables | {:.0} MB | |", size as f64 / 1e6)?;
    }
    Ok(())
}

/// Returns the report.
pub async fn write(
    setup: &Setup,
    measurements: &Measurements,
    began: DateTime<Utc>,
    took: i64,
) -> Result<String, BoxedError> {
    let mut text = String::new();
    let options = &setup.options;
    let server = setup.folder.client(LARGE).await?.query_one("select version()", &[]).await?.get::<_, String>(0);
    let server = server.split(" on ").next().unwrap_or_default().to_owned();
    let commit = commit().await;
    let tool = |name: &str| load_generators::find(name).unwrap_or_else(|| name.into());
    let (wrk, oha) = (version(tool("wrk"), "-v").await, version(tool("oha"), "--version").await);
    let pgbench = setup.pgbench.clone().unwrap_or_else(|| "pgbench".into());
    let settings: Vec<String> = SETTINGS.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let connections = options.connections;
    writeln!(text, "# Benchmark results\n")?;
    writeln!(
        text,
        "`cargo bench` wrote this page on {} UTC after {took} s. Absolute figures are valid for this machine",
        began.format("%Y-%m-%d %H:%M")
    )?;
    writeln!(text, "at this time; ratios hold elsewhere. Each ratio is the median of the ratios of the rounds.\n")?;
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
        "- {} inspections, {} recommendations, {} responses, {} assignments, {} items of evidence, {} events; the small database: {} recommendations, {} assignments",
        setup.large.inspections,
        setup.large.recommendations,
        setup.large.responses,
        setup.large.assignments,
        setup.large.evidence,
        setup.large.events,
        setup.small.recommendations,
        setup.small.assignments,
    )?;
    let (rounds, seconds) = (options.rounds, options.seconds);
    writeln!(text, "- {rounds} rounds, each run {seconds} s: `wrk -t 2 -c {connections} -d {seconds}s`,")?;
    writeln!(
        text,
        "  `pgbench -M prepared -j 2 -c 16`, `oha -q RATE -c {connections} --latency-correction` at half of the full rate\n"
    )?;
    writeln!(text, "## Ratios\n")?;
    write_ratios(&mut text, measurements)?;
    writeln!(text, "\n## Runs\n")?;
    write_rates(&mut text, measurements)?;
    writeln!(text, "\n## Other figures\n")?;
    write_other_figures(&mut text, setup, measurements, stripped_size(&setup.folder.dir).await)?;
    if !measurements.cache_memory.is_empty() {
        cache_memory::write(&mut text, &measurements.cache_memory)?;
    }
    writeln!(
        text,
        "\n{} responses in total. After {} runs the changed versions were compared with the events, {} events in total.",
        format_number(measurements.responses as f64),
        measurements.checked_runs,
        format_number(measurements.checked_events as f64)
    )?;
    if measurements.failures.is_empty() {
        writeln!(text, "Every response was 2xx or 3xx, and every change has its event.")?;
    }
    for failure in &measurements.failures {
        writeln!(text, "- **failure**: {failure}")?;
    }
    for note in setup.notes.iter().chain(&measurements.notes) {
        writeln!(text, "- note: {note}")?;
    }
    Ok(text)
}

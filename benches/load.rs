//! The tools that make the load and measure it: wrk and oha over HTTP, pgbench at the database, curl for one request. None
//! of it is ours.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::Fault;

/// What one run gave.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Answers, or transactions, a second.
    pub per_second: f64,
    /// Half of them came within so many milliseconds; 0 where the tool does not say.
    pub p50: f64,
    /// 99 of a hundred did.
    pub p99: f64,
    /// How many there were.
    pub answers: u64,
    /// Those outside 2xx and 3xx, or that failed.
    pub refused: u64,
}

/// A tool on PATH; none where it is not there.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

async fn told(mut command: Command) -> Result<String, Fault> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed ({}): {text}{said}", output.status).into())
}

fn number(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap_or_default()
}

/// As much as the server answers, on so many connections without pipelining; what is sent is load.lua's.
pub async fn wrk(base: &str, connections: usize, seconds: u64, work: &[String]) -> Result<Outcome, Fault> {
    let threads = connections.min(2);
    let mut command = Command::new("wrk");
    command.args(["-t", &threads.to_string(), "-c", &connections.to_string(), "-d", &format!("{seconds}s")]);
    command.args(["--timeout", "10s", "-s"]).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/load.lua"));
    command.args([base, "--"]).args(work).arg(format!("threads={threads}"));
    let text = told(command).await?;
    let line = text.lines().last().unwrap_or_default();
    let said: Value = serde_json::from_str(line).map_err(|_| format!("wrk said: {text}"))?;
    let (answers, refused) = (number(&said, "requests"), number(&said, "refused") + number(&said, "broken"));
    Ok(Outcome {
        per_second: answers / number(&said, "seconds"),
        p50: number(&said, "p50"),
        p99: number(&said, "p99"),
        answers: answers as u64,
        refused: refused as u64,
    })
}

/// So many requests a second and no more, each counted from when it should have been sent: a p99 that a server which
/// stalls cannot hide. `extra` names the URL, which may be a pattern, last.
pub async fn oha(rate: u64, connections: usize, seconds: u64, extra: &[String]) -> Result<Outcome, Fault> {
    let mut command = Command::new("oha");
    command.args(["-q", &rate.to_string(), "-c", &connections.to_string(), "-z", &format!("{seconds}s")]);
    command.args(["--latency-correction", "--no-tui", "--output-format", "json"]).args(extra);
    let text = told(command).await?;
    let said: Value = serde_json::from_str(&text).map_err(|_| format!("oha said: {text}"))?;
    let codes = said["statusCodeDistribution"].as_object().cloned().unwrap_or_default();
    let count = |refused: bool| {
        let of = codes.iter().filter(|(code, _)| code.starts_with(['2', '3']) != refused);
        of.filter_map(|(_, count)| count.as_u64()).sum::<u64>()
    };
    let good = count(false);
    // What was under way when the time was over is no fault of the server's.
    let errors = said["errorDistribution"].as_object().cloned().unwrap_or_default();
    let errors = errors.iter().filter(|(what, _)| !what.contains("deadline"));
    let errors: u64 = errors.filter_map(|(_, count)| count.as_u64()).sum();
    Ok(Outcome {
        per_second: number(&said["summary"], "requestsPerSec"),
        p50: 1000.0 * number(&said["latencyPercentiles"], "p50"),
        p99: 1000.0 * number(&said["latencyPercentiles"], "p99"),
        answers: good,
        refused: count(true) + errors,
    })
}

/// Where pgbench enters, and what it is to say there.
pub struct Entrance<'a> {
    /// pgbench itself.
    pub program: &'a Path,
    /// The folder of the socket.
    pub socket: &'a Path,
    /// The role.
    pub role: &'a str,
    /// The database.
    pub database: &'a str,
    /// PGOPTIONS.
    pub options: &'a str,
}

/// A script's transactions, its statements prepared once.
pub async fn pgbench(at: &Entrance<'_>, clients: usize, seconds: u64, script: &Path) -> Result<Outcome, Fault> {
    let mut command = Command::new(at.program);
    command.env("PGHOST", at.socket).env("PGUSER", at.role).env("PGDATABASE", at.database);
    command.env("PGOPTIONS", at.options);
    command.args(["-n", "-M", "prepared", "-j", "2", "-c", &clients.to_string(), "-T", &seconds.to_string(), "-f"]);
    let text = told({
        command.arg(script);
        command
    })
    .await?;
    let after = |words: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(words))?;
        line.split([' ', '/']).find(|part| !part.is_empty())?.parse::<f64>().ok()
    };
    let per_second = after("tps = ").ok_or_else(|| format!("pgbench said: {text}"))?;
    Ok(Outcome {
        per_second,
        answers: after("number of transactions actually processed: ").unwrap_or_default() as u64,
        refused: after("number of failed transactions: ").unwrap_or_default() as u64,
        ..Outcome::default()
    })
}

/// One request, timed as a whole by curl; what it answered goes nowhere. `pieces` is how many things it moved.
pub async fn curl(extra: &[String], pieces: u64) -> Result<Outcome, Fault> {
    let mut command = Command::new("curl");
    command.args(["-sS", "-o", "/dev/null", "-w", "%{http_code} %{time_total}"]).args(extra);
    let text = told(command).await?;
    let mut words = text.split_whitespace();
    let mut next = || words.next().and_then(|word| word.parse::<f64>().ok()).unwrap_or_default();
    let (code, seconds) = (next(), next());
    let refused = u64::from(!(200.0..400.0).contains(&code));
    let took = 1000.0 * seconds;
    Ok(Outcome { per_second: pieces as f64 / seconds, p50: took, p99: took, answers: 1, refused })
}

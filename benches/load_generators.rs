//! Runs the programs that make and measure the load: wrk and oha over HTTP, pgbench at the database, curl for one
//! request.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::common::BoxedError;

/// The result of one run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Responses or transactions per second.
    pub per_second: f64,
    /// Median latency in milliseconds, or 0 when the program does not report it.
    pub p50: f64,
    /// 99th percentile of the latency in milliseconds, or 0.
    pub p99: f64,
    /// Number of responses or transactions.
    pub responses: u64,
    /// Number of responses outside 2xx and 3xx, and of requests that failed.
    pub failures: u64,
}

/// Returns the path of a program on PATH, or none.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Runs a program and returns its output.
async fn output_of(mut command: Command) -> Result<String, BoxedError> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed ({}): {text}{stderr}", output.status).into())
}

fn number(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap_or_default()
}

/// Sends as many requests as the server responds to, on this number of connections, without pipelining. `workload`
/// holds the arguments of load.lua, which makes the requests.
pub async fn wrk(base: &str, connections: usize, seconds: u64, workload: &[String]) -> Result<Outcome, BoxedError> {
    let threads = connections.min(2);
    let mut command = Command::new("wrk");
    command.args(["-t", &threads.to_string(), "-c", &connections.to_string(), "-d", &format!("{seconds}s")]);
    command.args(["--timeout", "10s", "-s"]).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/load.lua"));
    command.args([base, "--"]).args(workload).arg(format!("threads={threads}"));
    let text = output_of(command).await?;
    let line = text.lines().last().unwrap_or_default();
    let report: Value = serde_json::from_str(line).map_err(|_| format!("wrk printed no report: {text}"))?;
    let (responses, failures) = (number(&report, "requests"), number(&report, "refused") + number(&report, "broken"));
    Ok(Outcome {
        per_second: responses / number(&report, "seconds"),
        p50: number(&report, "p50"),
        p99: number(&report, "p99"),
        responses: responses as u64,
        failures: failures as u64,
    })
}

/// Sends this number of requests per second. Latencies count from the time at which a request was due, so that a server
/// that stalls cannot hide it. `extra` ends with the URL, which may be a pattern.
pub async fn oha(rate: u64, connections: usize, seconds: u64, extra: &[String]) -> Result<Outcome, BoxedError> {
    let mut command = Command::new("oha");
    command.args(["-q", &rate.to_string(), "-c", &connections.to_string(), "-z", &format!("{seconds}s")]);
    command.args(["--latency-correction", "--no-tui", "--output-format", "json"]).args(extra);
    let text = output_of(command).await?;
    let report: Value = serde_json::from_str(&text).map_err(|_| format!("oha printed no report: {text}"))?;
    let codes = report["statusCodeDistribution"].as_object().cloned().unwrap_or_default();
    let count = |failed: bool| {
        let of = codes.iter().filter(|(code, _)| code.starts_with(['2', '3']) != failed);
        of.filter_map(|(_, count)| count.as_u64()).sum::<u64>()
    };
    let succeeded = count(false);
    // Requests that were running when the time was over are no failures.
    let errors = report["errorDistribution"].as_object().cloned().unwrap_or_default();
    let errors = errors.iter().filter(|(what, _)| !what.contains("deadline"));
    let errors: u64 = errors.filter_map(|(_, count)| count.as_u64()).sum();
    Ok(Outcome {
        per_second: number(&report["summary"], "requestsPerSec"),
        p50: 1000.0 * number(&report["latencyPercentiles"], "p50"),
        p99: 1000.0 * number(&report["latencyPercentiles"], "p99"),
        responses: succeeded,
        failures: count(true) + errors,
    })
}

/// How pgbench connects.
pub struct PgbenchConnection<'a> {
    /// The program pgbench.
    pub program: &'a Path,
    /// The folder of the socket.
    pub socket: &'a Path,
    /// The role.
    pub role: &'a str,
    /// The database.
    pub database: &'a str,
    /// The value of PGOPTIONS.
    pub options: &'a str,
}

/// Runs the transactions of a script with prepared statements.
pub async fn pgbench(
    connection: &PgbenchConnection<'_>,
    clients: usize,
    seconds: u64,
    script: &Path,
) -> Result<Outcome, BoxedError> {
    let mut command = Command::new(connection.program);
    command.env("PGHOST", connection.socket).env("PGUSER", connection.role).env("PGDATABASE", connection.database);
    command.env("PGOPTIONS", connection.options);
    command.args(["-n", "-M", "prepared", "-j", "2", "-c", &clients.to_string(), "-T", &seconds.to_string(), "-f"]);
    let text = output_of({
        command.arg(script);
        command
    })
    .await?;
    let number_after = |prefix: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(prefix))?;
        line.split([' ', '/']).find(|part| !part.is_empty())?.parse::<f64>().ok()
    };
    let per_second = number_after("tps = ").ok_or_else(|| format!("pgbench printed no rate: {text}"))?;
    Ok(Outcome {
        per_second,
        responses: number_after("number of transactions actually processed: ").unwrap_or_default() as u64,
        failures: number_after("number of failed transactions: ").unwrap_or_default() as u64,
        ..Outcome::default()
    })
}

/// Sends one request with curl, discards the body, and measures its time. `rows` is the number of rows that it
/// transfers.
pub async fn curl(extra: &[String], rows: u64) -> Result<Outcome, BoxedError> {
    let mut command = Command::new("curl");
    command.args(["-sS", "-o", "/dev/null", "-w", "%{http_code} %{time_total}"]).args(extra);
    let text = output_of(command).await?;
    let mut parts = text.split_whitespace();
    let mut next = || parts.next().and_then(|part| part.parse::<f64>().ok()).unwrap_or_default();
    let (code, seconds) = (next(), next());
    let failures = u64::from(!(200.0..400.0).contains(&code));
    let took = 1000.0 * seconds;
    Ok(Outcome { per_second: rows as f64 / seconds, p50: took, p99: took, responses: 1, failures })
}

//! Starts the programs that are measured, each on its own port. Measures their start and their memory, and ends them
//! with this program.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::common::BoxedError;
use crate::data_folder::DataFolder;

/// How long a program may take to become ready.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server program.
pub struct Program {
    /// The address it listens on.
    pub address: SocketAddr,
    /// The time from its start until it was ready.
    pub ready: Duration,
    child: Child,
    group: ProcessGroup,
}

/// A program and the processes that it started. Dropping this kills all of them.
struct ProcessGroup(Option<Pid>);

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        // An error means that all of them have ended.
        let _ = self.0.map(|leader| killpg(leader, Signal::SIGKILL));
    }
}

/// Returns a local address with a free port.
pub fn free_address() -> Result<SocketAddr, BoxedError> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// True when the server responds to `/readyz` with 200, or with 404 because it has no such path.
async fn is_ready(address: SocketAddr) -> bool {
    let request = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n").await?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await?;
        Ok::<_, std::io::Error>(head)
    };
    let head = tokio::time::timeout(Duration::from_secs(1), request).await;
    matches!(head, Ok(Ok(head)) if head.ends_with(b" 200") || head.ends_with(b" 404"))
}

impl Program {
    /// Starts a program and waits until it is ready.
    pub async fn start(mut command: Command, address: SocketAddr, log: &Path) -> Result<Self, BoxedError> {
        let began = Instant::now();
        let stderr = fs::File::create(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).kill_on_drop(true).process_group(0);
        let mut child = command.spawn()?;
        let group = ProcessGroup(child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw));
        while !is_ready(address).await {
            if let Some(status) = child.try_wait()? {
                let messages = fs::read_to_string(log).unwrap_or_default();
                return Err(format!("{:?} ended ({status}): {messages}", command.as_std().get_program()).into());
            }
            if began.elapsed() > START_TIMEOUT {
                return Err(format!("{:?} is not ready after 30 s", command.as_std().get_program()).into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Self { address, ready: began.elapsed(), child, group })
    }

    /// Returns the base URL.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the resident memory of the program and its children, in MiB.
    pub fn resident(&self) -> f64 {
        self.memory("VmRSS:")
    }

    /// Returns the most resident memory that the program and its children have had, in MiB.
    pub fn peak_resident(&self) -> f64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, field: &str) -> f64 {
        let Some(pid) = self.child.id() else { return 0.0 };
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let pids = children.split_whitespace().map(str::to_owned).chain([pid.to_string()]);
        let kib = |pid: String| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        };
        pids.filter_map(kib).sum::<f64>() / 1024.0
    }

    /// Kills the program and waits for its end.
    pub async fn end(self) -> Result<(), BoxedError> {
        let Self { mut child, group, .. } = self;
        drop(group);
        child.wait().await?;
        Ok(())
    }
}

/// The settings that the service is started with.
#[derive(Clone, Debug, Default)]
pub struct ServiceOptions {
    /// The database.
    pub database: &'static str,
    /// True to cache public responses.
    pub cache: bool,
    /// True to run the sequencer of the audit log.
    pub sequencer: bool,
    /// True to log a line for each request.
    pub request_log: bool,
    /// The address of the metrics.
    pub metrics: Option<SocketAddr>,
    /// A library for LD_PRELOAD.
    pub preload: Option<PathBuf>,
}

/// Writes the files that the service needs: the issuers of tokens and the key of the audit log.
pub fn write_service_files(dir: &Path) -> Result<(), BoxedError> {
    let key = section55::dev::development_key(dir)?;
    fs::write(dir.join("jwks.json"), key.jwks().to_string())?;
    let issuers =
        json!([{ "issuer": "section55-dev", "audiences": ["section55"], "jwks_file": dir.join("jwks.json") }]);
    fs::write(dir.join("issuers.json"), issuers.to_string())?;
    section55::audit::key::open_or_create(&dir.join("audit-key.pem"), "localhost/section55")?;
    Ok(())
}

/// Starts `section55 serve` with the settings of production, but without rate limits.
pub async fn serve(folder: &DataFolder, options: &ServiceOptions) -> Result<Program, BoxedError> {
    let (dir, address) = (&folder.dir, free_address()?);
    let name = format!("serve-{}-{}{}.log", options.database, u8::from(options.cache), u8::from(options.request_log));
    let mut command = Command::new(env!("CARGO_BIN_EXE_section55"));
    command.arg("serve").env_clear().env("TMPDIR", std::env::temp_dir());
    command.env("DATABASE_URL", folder.url("section55_app", options.database));
    command.env("DATABASE_PUBLIC_URL", folder.url("section55_public", options.database));
    command
        .env("SECTION55_LISTEN", address.to_string())
        .env("SECTION55_SECRET", "a secret of at least thirty-two bytes");
    command
        .env("SECTION55_ISSUERS_FILE", dir.join("issuers.json"))
        .env("SECTION55_FILES", folder.files(options.database));
    command.env("SECTION55_RATE_PUBLIC", "0").env("SECTION55_RATE_SIGNED_IN", "0");
    command.env("SECTION55_LOG", if options.request_log { "info" } else { "warn" });
    if !options.cache {
        command.env("SECTION55_CACHE_MIB", "0");
    }
    if options.sequencer {
        command.env("DATABASE_LOG_URL", folder.url("section55_log", options.database));
        command.env("SECTION55_AUDIT_KEY_FILE", dir.join("audit-key.pem"));
        command.env("SECTION55_AUDIT_ORIGIN", "localhost/section55");
    }
    if let Some(metrics) = options.metrics {
        command.env("SECTION55_METRICS_LISTEN", metrics.to_string());
    }
    if let Some(library) = &options.preload {
        command.env("LD_PRELOAD", library);
    }
    Program::start(command, address, &dir.join(name)).await
}

/// Starts one of the servers that this program contains.
pub async fn start_own_server(
    folder: &DataFolder,
    name: &str,
    arguments: &[&std::ffi::OsStr],
) -> Result<Program, BoxedError> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(name).arg(address.to_string()).args(arguments);
    Program::start(command, address, &folder.dir.join(format!("{name}.log"))).await
}

//! The program `section55 serve`, as an operator starts it: with the real roles, keys and files.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use section55::dev::postgres::Process;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::installation::{Installation, ORIGIN, create_folder};
use super::{free_address, kill_process};
use crate::common::BoxedError;

/// An instance of the service.
pub struct Service {
    /// The address that it listens on.
    pub address: SocketAddr,
    /// The folder with its files and its log.
    pub folder: PathBuf,
    /// The environment of the program.
    pub environment: BTreeMap<&'static str, String>,
    log: PathBuf,
    program: PathBuf,
    process: Option<Process>,
}

/// Returns the status of a GET request without a token, or none when the service does not answer within the time.
pub async fn status_of(address: SocketAddr, path: &str, timeout: Duration) -> Option<u16> {
    let request = async {
        let mut stream = TcpStream::connect(address).await?;
        let head = format!("GET {path} HTTP/1.1\r\nHost: campaign\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await?;
        Ok::<_, std::io::Error>(head)
    };
    let head = tokio::time::timeout(timeout, request).await.ok()?.ok()?;
    std::str::from_utf8(&head[9..]).ok()?.parse().ok()
}

impl Service {
    /// Creates an instance that is not running yet. `url` returns the database's address for a role.
    pub fn new(
        installation: &Arc<Installation>,
        folder: &Path,
        name: &str,
        url: impl Fn(&str) -> String,
    ) -> Result<Self, BoxedError> {
        create_folder(folder)?;
        let address = free_address()?;
        let path = |file: &str| installation.folder.join(file).display().to_string();
        let environment = BTreeMap::from([
            ("TMPDIR", std::env::temp_dir().display().to_string()),
            ("DATABASE_URL", url("section55_app")),
            ("DATABASE_PUBLIC_URL", url("section55_public")),
            ("DATABASE_LOG_URL", url("section55_log")),
            ("SECTION55_AUDIT_KEY_FILE", path("audit-key.pem")),
            ("SECTION55_AUDIT_ORIGIN", ORIGIN.to_owned()),
            ("SECTION55_AUDIT_CHECKPOINT_FILE", folder.join(format!("{name}-checkpoint")).display().to_string()),
            ("SECTION55_ISSUERS_FILE", path("issuers.json")),
            ("SECTION55_SECRET", "a secret of at least thirty-two bytes".to_owned()),
            ("SECTION55_FILES", folder.join("files").display().to_string()),
            ("SECTION55_LISTEN", address.to_string()),
            ("SECTION55_RATE_PUBLIC", "0".to_owned()),
            ("SECTION55_RATE_SIGNED_IN", "0".to_owned()),
            ("SECTION55_WORKERS", "2".to_owned()),
            ("SECTION55_DRAIN_SECONDS", "0".to_owned()),
            ("SECTION55_LOG", "warn".to_owned()),
        ]);
        let log = folder.join(format!("{name}.log"));
        let program = installation.program.clone();
        Ok(Self { address, folder: folder.to_owned(), environment, log, program, process: None })
    }

    /// Returns the base URL.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns a command with the environment of the service, such as for `new-epoch`.
    pub fn command(&self, action: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(action).env_clear().envs(&self.environment);
        command
    }

    /// Starts the program. Does not wait until it is ready.
    pub fn start(&mut self) -> Result<(), BoxedError> {
        let log = OpenOptions::new().append(true).create(true).open(&self.log)?;
        let mut command = self.command("serve");
        command.stdin(std::process::Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.process = Some(Process::start(command)?);
        Ok(())
    }

    /// Waits until `/readyz` is 200. Fails when the program ends before.
    pub async fn wait_until_ready(&mut self, timeout: Duration) -> Result<Duration, BoxedError> {
        let began = Instant::now();
        while began.elapsed() < timeout {
            if status_of(self.address, "/readyz", Duration::from_secs(1)).await == Some(200) {
                return Ok(began.elapsed());
            }
            if self.has_ended() {
                return Err(format!("the service does not start: see {}", self.log.display()).into());
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        Err(format!("the service is not ready after {timeout:?}: see {}", self.log.display()).into())
    }

    /// True when the program has ended, or was never started.
    pub fn has_ended(&mut self) -> bool {
        self.process.as_mut().is_none_or(Process::has_ended)
    }

    /// Kills the program with SIGKILL.
    pub async fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            kill_process(&mut process).await;
        }
    }

    /// Stops the program with SIGTERM and waits until it has ended, at most 60 s.
    pub async fn terminate(&mut self) -> Result<(), BoxedError> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        kill(process.pid(), Signal::SIGTERM)?;
        let began = Instant::now();
        while !process.has_ended() {
            if began.elapsed() > Duration::from_secs(60) {
                return Err("the service does not end within 60 s of SIGTERM".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Returns the end of the program's log.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Without this, dropping the process would wait for an orderly shutdown.
        if let Some(process) = &self.process {
            let _ = kill(process.pid(), Signal::SIGKILL);
        }
    }
}

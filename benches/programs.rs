//! The programs that are measured: started on a port of their own, timed until they are ready, looked at for their memory,
//! and ended with this one.

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

use crate::Fault;
use crate::house::DataFolder;

/// How long a program may take until it is ready.
const STARTING: Duration = Duration::from_secs(30);

/// A program that serves.
pub struct Program {
    /// Where.
    pub address: SocketAddr,
    /// How long it took until it was ready.
    pub ready: Duration,
    child: Child,
    group: Group,
}

/// A program and all that it starts: none of it outlives this.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        // An error says that all of it has ended.
        let _ = self.0.map(|leader| killpg(leader, Signal::SIGKILL));
    }
}

/// A port that was free a moment ago.
pub fn free_address() -> Result<SocketAddr, Fault> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Whether it answers 200 at `/readyz`, or 404 where it has no such path.
async fn answers(address: SocketAddr) -> bool {
    let asking = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n").await?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await?;
        Ok::<_, std::io::Error>(head)
    };
    let head = tokio::time::timeout(Duration::from_secs(1), asking).await;
    matches!(head, Ok(Ok(head)) if head.ends_with(b" 200") || head.ends_with(b" 404"))
}

impl Program {
    /// Starts it, and waits until it is ready.
    pub async fn start(mut command: Command, address: SocketAddr, log: &Path) -> Result<Self, Fault> {
        let began = Instant::now();
        let said = fs::File::create(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said).kill_on_drop(true).process_group(0);
        let mut child = command.spawn()?;
        let group = Group(child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw));
        while !answers(address).await {
            if let Some(status) = child.try_wait()? {
                let said = fs::read_to_string(log).unwrap_or_default();
                return Err(format!("{:?} ended ({status}): {said}", command.as_std().get_program()).into());
            }
            if began.elapsed() > STARTING {
                return Err(format!("{:?} is not ready after 30 s", command.as_std().get_program()).into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Self { address, ready: began.elapsed(), child, group })
    }

    /// Its base address.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The memory it and its children have resident, in MiB.
    pub fn resident(&self) -> f64 {
        let Some(pid) = self.child.id() else { return 0.0 };
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let pids = children.split_whitespace().map(str::to_owned).chain([pid.to_string()]);
        let kib = |pid: String| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        };
        pids.filter_map(kib).sum::<f64>() / 1024.0
    }

    /// Ends it, and waits for its end.
    pub async fn end(self) -> Result<(), Fault> {
        let Self { mut child, group, .. } = self;
        drop(group);
        child.wait().await?;
        Ok(())
    }
}

/// How the service is started.
#[derive(Clone, Debug, Default)]
pub struct Serving {
    /// The database.
    pub database: &'static str,
    /// Bodies are kept in memory.
    pub cached: bool,
    /// It gives events their places.
    pub sequences: bool,
    /// A line of log for each request.
    pub logs: bool,
    /// A library it is started with.
    pub preload: Option<PathBuf>,
}

/// What the service needs beside its database: who signs tokens, and with what it signs checkpoints.
pub fn furnish(dir: &Path) -> Result<(), Fault> {
    let key = section55::dev::key(dir)?;
    fs::write(dir.join("jwks.json"), key.jwks().to_string())?;
    let issuers =
        json!([{ "issuer": "section55-dev", "audiences": ["section55"], "jwks_file": dir.join("jwks.json") }]);
    fs::write(dir.join("issuers.json"), issuers.to_string())?;
    section55::audit::key::open_or_create(&dir.join("audit-key.pem"), "localhost/section55")?;
    Ok(())
}

/// `section55 serve`, as an operator starts it but for its limits on how often one may ask.
pub async fn serve(house: &DataFolder, how: &Serving) -> Result<Program, Fault> {
    let (dir, address) = (&house.dir, free_address()?);
    let name = format!("serve-{}-{}{}.log", how.database, u8::from(how.cached), u8::from(how.logs));
    let mut command = Command::new(env!("CARGO_BIN_EXE_section55"));
    command.arg("serve").env_clear().env("TMPDIR", std::env::temp_dir());
    command.env("DATABASE_URL", house.url("section55_app", how.database));
    command.env("DATABASE_PUBLIC_URL", house.url("section55_public", how.database));
    command
        .env("SECTION55_LISTEN", address.to_string())
        .env("SECTION55_SECRET", "a secret of at least thirty-two bytes");
    command.env("SECTION55_ISSUERS_FILE", dir.join("issuers.json")).env("SECTION55_FILES", dir.join("files"));
    command.env("SECTION55_RATE_PUBLIC", "0").env("SECTION55_RATE_SIGNED_IN", "0");
    command.env("SECTION55_LOG", if how.logs { "info" } else { "warn" });
    if !how.cached {
        command.env("SECTION55_CACHE_MIB", "0");
    }
    if how.sequences {
        command.env("DATABASE_LOG_URL", house.url("section55_log", how.database));
        command.env("SECTION55_AUDIT_KEY_FILE", dir.join("audit-key.pem"));
        command.env("SECTION55_AUDIT_ORIGIN", "localhost/section55");
    }
    if let Some(library) = &how.preload {
        command.env("LD_PRELOAD", library);
    }
    Program::start(command, address, &dir.join(name)).await
}

/// One of the servers that this program itself can be.
pub async fn own(house: &DataFolder, name: &str, arguments: &[&std::ffi::OsStr]) -> Result<Program, Fault> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(name).arg(address.to_string()).args(arguments);
    Program::start(command, address, &house.dir.join(format!("{name}.log"))).await
}

//! The services that one would write in its place: built or installed where that can be done, else left out with a note.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::Fault;
use crate::house::DataFolder;
use crate::programs::{Program, free_address};

/// Where cargo puts what is built: `target`, wherever that is.
fn target() -> Result<PathBuf, Fault> {
    let own = std::env::current_exe()?;
    Ok(own.ancestors().nth(3).ok_or("this program is in no target folder")?.join("bench"))
}

async fn run(program: impl AsRef<OsStr>, arguments: &[&OsStr], folder: &Path) -> Result<(), String> {
    let name = program.as_ref().to_string_lossy().into_owned();
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    // Cargo tells its benchmarks of itself; the other project is not ours.
    command.env_remove("CARGO_TARGET_DIR");
    let output = command.output().await.map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} failed: {}", said.lines().last().unwrap_or("it does not say why")))
}

/// axum and sqlx: the program, built.
pub async fn build_axum() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/axum");
    let target = target().map_err(|fault| fault.to_string())?.join("axum");
    let arguments = ["build", "--release", "--quiet", "--target-dir"].map(OsStr::new);
    run("cargo", &[&arguments[..], &[target.as_os_str()]].concat(), &folder).await?;
    Ok(target.join("release/peer"))
}

/// FastAPI and asyncpg: the server, installed into an environment of its own.
pub async fn install_fastapi() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/fastapi");
    let venv = target().map_err(|fault| fault.to_string())?.join("venv");
    let server = venv.join("bin/uvicorn");
    if !server.exists() {
        run("python3", &[OsStr::new("-m"), OsStr::new("venv"), venv.as_os_str()], &folder).await?;
        let wanted = ["install", "--quiet", "-r", "requirements.txt"].map(OsStr::new);
        run(venv.join("bin/pip"), &wanted, &folder).await?;
    }
    Ok(server)
}

/// Starts axum's, on the administrator's role: no row security stands in its way.
pub async fn axum(house: &DataFolder, program: &Path, database: &str, tuned: bool) -> Result<Program, Fault> {
    let address = free_address()?;
    let mut command = Command::new(program);
    // sqlx wants a host before it reads that it is a folder.
    let url = house.url("postgres", database).replace("@/", "@localhost/");
    command.env("DATABASE_URL", url).env("LISTEN", address.to_string());
    if tuned {
        command.env("TUNED", "yes");
    }
    Program::start(command, address, &house.dir.join(format!("axum-{}.log", u8::from(tuned)))).await
}

/// Starts FastAPI's, one process for each of two cores.
pub async fn fastapi(house: &DataFolder, server: &Path, database: &str) -> Result<Program, Fault> {
    let address = free_address()?;
    let mut command = Command::new(server);
    command.args(["main:app", "--workers", "2", "--no-access-log", "--log-level", "warning", "--host", "127.0.0.1"]);
    command.args(["--port", &address.port().to_string()]);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/fastapi"));
    command.env("DATABASE_URL", house.url("postgres", database)).env("PYTHONDONTWRITEBYTECODE", "1");
    Program::start(command, address, &house.dir.join("fastapi.log")).await
}

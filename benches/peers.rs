//! The same API in axum with sqlx and in FastAPI with asyncpg. They are built or installed here. One that cannot be is
//! left out with a note.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::common::BoxedError;
use crate::data_folder::DataFolder;
use crate::programs::{Program, free_address};

/// Returns the folder `bench` in cargo's target folder.
fn build_folder() -> Result<PathBuf, BoxedError> {
    let own = std::env::current_exe()?;
    Ok(own.ancestors().nth(3).ok_or("this program is not in a target folder")?.join("bench"))
}

async fn run(program: impl AsRef<OsStr>, arguments: &[&OsStr], folder: &Path) -> Result<(), String> {
    let name = program.as_ref().to_string_lossy().into_owned();
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    // Cargo sets this for benchmarks. The peer is another project with its own target folder.
    command.env_remove("CARGO_TARGET_DIR");
    let output = command.output().await.map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} failed: {}", stderr.lines().last().unwrap_or("it printed no error")))
}

/// Builds the axum and sqlx peer and returns its program.
pub async fn build_axum() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/axum");
    let target = build_folder().map_err(|error| error.to_string())?.join("axum");
    let arguments = ["build", "--release", "--quiet", "--target-dir"].map(OsStr::new);
    run("cargo", &[&arguments[..], &[target.as_os_str()]].concat(), &folder).await?;
    Ok(target.join("release/peer"))
}

/// Installs the FastAPI and asyncpg peer into its own virtual environment and returns its server.
pub async fn install_fastapi() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/fastapi");
    let venv = build_folder().map_err(|error| error.to_string())?.join("venv");
    let server = venv.join("bin/uvicorn");
    if !server.exists() {
        run("python3", &[OsStr::new("-m"), OsStr::new("venv"), venv.as_os_str()], &folder).await?;
        let arguments = ["install", "--quiet", "-r", "requirements.txt"].map(OsStr::new);
        run(venv.join("bin/pip"), &arguments, &folder).await?;
    }
    Ok(server)
}

/// Starts the axum peer as the administrator, so that row security does not slow it.
pub async fn start_axum(
    folder: &DataFolder,
    program: &Path,
    database: &str,
    tuned: bool,
) -> Result<Program, BoxedError> {
    let address = free_address()?;
    let mut command = Command::new(program);
    // sqlx needs a host in the URL before it reads the `host` parameter.
    let url = folder.url("postgres", database).replace("@/", "@localhost/");
    command.env("DATABASE_URL", url).env("LISTEN", address.to_string());
    if tuned {
        command.env("TUNED", "yes");
    }
    Program::start(command, address, &folder.dir.join(format!("axum-{}.log", u8::from(tuned)))).await
}

/// Starts the FastAPI peer with two processes.
pub async fn start_fastapi(folder: &DataFolder, server: &Path, database: &str) -> Result<Program, BoxedError> {
    let address = free_address()?;
    let mut command = Command::new(server);
    command.args(["main:app", "--workers", "2", "--no-access-log", "--log-level", "warning", "--host", "127.0.0.1"]);
    command.args(["--port", &address.port().to_string()]);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/fastapi"));
    command.env("DATABASE_URL", folder.url("postgres", database)).env("PYTHONDONTWRITEBYTECODE", "1");
    Program::start(command, address, &folder.dir.join("fastapi.log")).await
}

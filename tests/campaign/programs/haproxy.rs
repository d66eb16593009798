//! HAProxy in front of several instances, with health checks of `/readyz` and its usual numbers of failures.

use std::fs::{self, OpenOptions};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use section55::dev::postgres::Process;

use super::free_address;
use crate::common::BoxedError;

/// A running HAProxy.
pub struct Haproxy {
    /// The address that clients connect to.
    pub address: SocketAddr,
    process: Process,
}

/// Returns the path of HAProxy, or none if it is not installed.
pub fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")]);
    folders.map(|folder| folder.join("haproxy")).find(|program| program.is_file())
}

impl Haproxy {
    /// Starts HAProxy. It checks each instance every 200 ms and takes it out after three failures, so it notices within
    /// 0.6 s what it notices within 6 s with its default of 2 s.
    pub fn start(program: &Path, folder: &Path, instances: &[SocketAddr]) -> Result<Self, BoxedError> {
        let address = free_address()?;
        let servers: String = instances
            .iter()
            .enumerate()
            .map(|(n, instance)| format!("    server s{n} {instance} check inter 200ms fall 3 rise 1\n"))
            .collect();
        let configuration = format!(
            "global\n    maxconn 2000\ndefaults\n    mode http\n    timeout connect 2s\n    timeout client 60s\n    \
             timeout server 60s\n    timeout http-keep-alive 60s\nfrontend clients\n    bind {address}\n    \
             default_backend instances\nbackend instances\n    balance roundrobin\n    option httpchk GET /readyz\n    \
             http-check expect status 200\n{servers}"
        );
        let path = folder.join("haproxy.cfg");
        fs::write(&path, configuration)?;
        let log = OpenOptions::new().append(true).create(true).open(folder.join("haproxy.log"))?;
        let mut command = Command::new(program);
        command.arg("-db").arg("-f").arg(&path).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Self { address, process: Process::start(command)? })
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = kill(self.process.pid(), Signal::SIGKILL);
    }
}

//! The programs that the campaign starts and breaks: PostgreSQL, the service and HAProxy.

pub mod haproxy;
pub mod installation;
pub mod postgres;
pub mod replication;
pub mod service;
pub mod small_disk;

use std::net::{SocketAddr, TcpListener};

use nix::sys::signal::{Signal, kill};
use section55::dev::postgres::Process;

use crate::common::BoxedError;

/// Returns a local address with a free port.
pub fn free_address() -> Result<SocketAddr, BoxedError> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Kills a process with SIGKILL and waits until it has ended.
pub async fn kill_process(process: &mut Process) {
    // The process may have ended already.
    let _ = kill(process.pid(), Signal::SIGKILL);
    while !process.has_ended() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

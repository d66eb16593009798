//! Opens the port that a command serves on.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

/// How many of the next ports to try when a port is in use.
const NEXT_PORTS: u16 = 20;

/// Opens the port.
///
/// # Errors
/// Why the port cannot be used. If another program uses it, the text names the next port that is free.
pub fn open(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| {
        let free = (error.kind() == ErrorKind::AddrInUse).then(|| next_free_port(address)).flatten();
        let advice = free.map(|port| format!("; port {port} is free: --port {port}")).unwrap_or_default();
        format!("cannot listen on {address}: {error}{advice}")
    })
}

/// Returns the first of the next ports that no program uses.
fn next_free_port(address: SocketAddr) -> Option<u16> {
    let next = address.port().checked_add(1)?..=address.port().saturating_add(NEXT_PORTS);
    next.into_iter().find(|port| TcpListener::bind(SocketAddr::new(address.ip(), *port)).is_ok())
}

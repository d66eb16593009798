//! The address and port on which a command serves.

use std::net::{SocketAddr, ToSocketAddrs};

use clap::Args;

/// Where a server listens.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Address")]
pub struct ListenSettings {
    /// Address and port to listen on
    #[arg(long, env = "SECTION55_LISTEN", default_value = "127.0.0.1:8055", value_parser = parse_address)]
    pub listen: SocketAddr,
    /// Port to listen on, instead of that of --listen
    #[arg(long)]
    pub port: Option<u16>,
}

impl ListenSettings {
    /// Returns the address and port.
    pub fn address(&self) -> SocketAddr {
        with_port(self.listen, self.port)
    }
}

/// Returns an address with another port, if one is given.
pub fn with_port(address: SocketAddr, port: Option<u16>) -> SocketAddr {
    SocketAddr::new(address.ip(), port.unwrap_or(address.port()))
}

/// Parses an address and port, or a name and port such as `localhost:8055`. A name with addresses of both kinds stands
/// for its IPv4 address, because most clients try that.
///
/// # Errors
/// What to write instead.
pub fn parse_address(written: &str) -> Result<SocketAddr, String> {
    let addresses: Vec<SocketAddr> = written
        .to_socket_addrs()
        .map_err(|_| "must be an address and a port, such as 127.0.0.1:8055 or localhost:8055".to_owned())?
        .collect();
    let preferred = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    preferred.copied().ok_or_else(|| format!("{written} has no address"))
}

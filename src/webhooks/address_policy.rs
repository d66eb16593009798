//! The policy for webhook addresses: https URLs on the open internet, and what the operator allows in addition. Each
//! connection resolves its name once, checks every address, and connects to one of the checked addresses.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ipnet::IpNet;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The time limit for the resolution of a name.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Networks that are not part of the open internet (IANA special-purpose address registries), those that lead to other
/// addresses (6to4, Teredo, NAT64), and multicast networks.
const FORBIDDEN: [&str; 27] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/9",
    "ff00::/8",
];
static FORBIDDEN_NETWORKS: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    FORBIDDEN.iter().map(|network| network.parse().expect("each row of the table is a network")).collect()
});

/// The reasons why the policy refuses an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The URL has a form that is not allowed.
    #[error("{0}")]
    Form(&'static str),
    /// The port is not allowed.
    #[error("The port {0} is not allowed. Use an address without a port, or ask the operator to allow this port.")]
    Port(u16),
    /// The host name does not resolve.
    #[error("the host name `{0}` does not resolve")]
    Unresolvable(String),
    /// The host has an IP address in a network that is not allowed.
    #[error("the host has the IP address {0}, which is in a network that webhooks must not reach")]
    ForbiddenNetwork(IpAddr),
}

/// What a caller learns about a host that messages cannot be sent to. It is the same for a name that does not resolve
/// and for every forbidden network, so that it tells nothing about the network of the service.
const HOST_REFUSED: &str = "Messages cannot be sent to this host. Check that its name is spelled correctly, has a DNS \
                            record, and resolves only to addresses on the open internet. The operator's log states the \
                            cause.";

impl AddressError {
    /// Returns the code of the fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "wrong_format",
            Self::Port(_) | Self::Unresolvable(_) | Self::ForbiddenNetwork(_) => "address_refused",
        }
    }

    /// Returns the sentence for the caller. The `Display` of the error is for the operator's log alone.
    pub fn detail(&self) -> String {
        match self {
            Self::Form(_) | Self::Port(_) => self.to_string(),
            Self::Unresolvable(_) | Self::ForbiddenNetwork(_) => HOST_REFUSED.to_owned(),
        }
    }
}

/// The ports that may receive messages besides the port of the scheme: 443 for https, and 80 for http.
#[derive(Clone, Debug)]
pub enum AllowedPorts {
    /// These.
    Only(Vec<u16>),
    /// All, for receivers on the same machine in development.
    Any,
}

impl Default for AllowedPorts {
    fn default() -> Self {
        Self::Only(Vec::new())
    }
}

/// The policy that decides which addresses may receive messages.
#[derive(Clone, Debug, Default)]
pub struct AddressPolicy(Arc<Rules>);

#[derive(Clone, Debug, Default)]
struct Rules {
    allow_http: bool,
    allowed: Vec<IpNet>,
    ports: AllowedPorts,
    hosts: HashMap<String, Vec<IpAddr>>,
}

impl AddressPolicy {
    /// Makes a policy. `allow_http` allows plain http, and `allowed` lists networks that are allowed although they
    /// are not part of the open internet. The only port is that of the scheme.
    pub fn new(allow_http: bool, allowed: Vec<IpNet>) -> Self {
        Self(Arc::new(Rules { allow_http, allowed, ..Rules::default() }))
    }

    /// Allows further ports.
    #[must_use]
    pub fn with_ports(self, ports: AllowedPorts) -> Self {
        Self(Arc::new(Rules { ports, ..(*self.0).clone() }))
    }

    /// Adds names with their addresses, as in a hosts file. These names are not resolved.
    #[must_use]
    pub fn with_hosts(self, hosts: HashMap<String, Vec<IpAddr>>) -> Self {
        Self(Arc::new(Rules { hosts, ..(*self.0).clone() }))
    }

    /// Parses a URL and checks the addresses to which its host resolves now.
    pub async fn check(&self, given: &str) -> Result<Url, AddressError> {
        let url = self.parse(given)?;
        if let Some(name) = url.host_str().filter(|host| literal(host).is_none()) {
            self.resolve(name).await?;
        }
        Ok(url)
    }

    /// Parses a URL and checks it. If the host is a name, its addresses are checked when a client connects.
    pub fn parse(&self, given: &str) -> Result<Url, AddressError> {
        let url = Url::parse(given).map_err(|_| {
            AddressError::Form("The address must be an absolute URL, such as https://hooks.example.org/in.")
        })?;
        match url.scheme() {
            "https" => {}
            "http" if self.0.allow_http => {}
            _ => return Err(AddressError::Form("The address must be an https URL.")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Form("The address must not contain a user name or password."));
        }
        if url.fragment().is_some() {
            return Err(AddressError::Form("The address must not contain a fragment."));
        }
        // `port` is none for the port of the scheme.
        let is_allowed = |port: &u16| match &self.0.ports {
            AllowedPorts::Only(ports) => ports.contains(port),
            AllowedPorts::Any => *port > 0,
        };
        if let Some(port) = url.port().filter(|port| !is_allowed(port)) {
            return Err(AddressError::Port(port));
        }
        let host = url.host_str().ok_or(AddressError::Form("The address must name a host."))?;
        if let Some(address) = literal(host) {
            self.check_ip(address)?;
        }
        Ok(url)
    }

    /// Resolves a name and checks every address. One forbidden address is enough to refuse the name.
    async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, AddressError> {
        let unresolvable = || AddressError::Unresolvable(name.to_owned());
        let found = match self.0.hosts.get(name) {
            Some(known) => known.clone(),
            None => {
                let resolved = tokio::time::timeout(RESOLVE_TIMEOUT, tokio::net::lookup_host((name, 0))).await;
                let found = resolved.map_err(|_| unresolvable())?.map_err(|_| unresolvable())?;
                found.map(|address| address.ip()).collect()
            }
        };
        if found.is_empty() {
            return Err(unresolvable());
        }
        found.iter().try_for_each(|address| self.check_ip(*address))?;
        Ok(found)
    }

    fn check_ip(&self, address: IpAddr) -> Result<(), AddressError> {
        // The machine reaches an IPv4-mapped IPv6 address by IPv4, so the IPv4 address is checked.
        let canonical = address.to_canonical();
        let within = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&canonical));
        let forbidden = within(&FORBIDDEN_NETWORKS) || matches!(canonical, IpAddr::V6(it) if !is_global_unicast(it));
        if forbidden && !within(&self.0.allowed) { Err(AddressError::ForbiddenNetwork(address)) } else { Ok(()) }
    }
}

/// Returns the IP address of a host that is a literal address. The URL parser normalises every IPv4 address to dotted
/// decimal.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Returns true for global unicast addresses: only 2000::/3 is allocated (RFC 4291 §2.4).
fn is_global_unicast(address: Ipv6Addr) -> bool {
    address.segments()[0] >> 13 == 1
}

impl Resolve for AddressPolicy {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.clone();
        Box::pin(async move {
            let found = Self::resolve(&policy, name.as_str()).await?;
            let sockets = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

impl fmt::Display for AddressPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "http {}, {} networks allowed, ports {:?}",
            if self.0.allow_http { "allowed" } else { "refused" },
            self.0.allowed.len(),
            self.0.ports
        )
    }
}

//! Where messages may go: https addresses that stand on the open internet, and what the operator allows beyond that. A name is
//! resolved once for each connection, every address it has is looked at, and the connection is made to one of these.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ipnet::IpNet;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How long a name may take to be resolved.
const LIMIT: Duration = Duration::from_secs(5);

/// Networks that are not of the open internet (IANA's special-purpose registries), those that only lead to other addresses
/// (6to4, Teredo, NAT64), and those where nobody is one receiver.
const CLOSED: [&str; 27] = [
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
static CLOSED_NETWORKS: LazyLock<Vec<IpNet>> =
    LazyLock::new(|| CLOSED.iter().map(|network| network.parse().expect("the table holds networks")).collect());

/// Why an address is not sent to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not of a form that is sent to.
    #[error("{0}")]
    Form(&'static str),
    /// It names no host that there is.
    #[error("The host's name does not resolve.")]
    Unknown,
    /// It leads where messages may not go.
    #[error("The host leads to {0}, where messages are not sent.")]
    Closed(IpAddr),
}

impl Refused {
    /// Its stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "wrong_format",
            Self::Unknown => "unresolvable",
            Self::Closed(_) => "address_refused",
        }
    }
}

/// What may be sent to.
#[derive(Clone, Debug, Default)]
pub struct Guard(Arc<Rules>);

#[derive(Clone, Debug, Default)]
struct Rules {
    plain: bool,
    open: Vec<IpNet>,
    hosts: HashMap<String, Vec<IpAddr>>,
}

impl Guard {
    /// Whether http will do, and the networks that are open although they are not of the open internet.
    pub fn new(plain: bool, open: Vec<IpNet>) -> Self {
        Self(Arc::new(Rules { plain, open, hosts: HashMap::new() }))
    }

    /// With names that are known without being asked for, as a hosts file has them.
    #[must_use]
    pub fn knowing(self, hosts: HashMap<String, Vec<IpAddr>>) -> Self {
        Self(Arc::new(Rules { hosts, ..(*self.0).clone() }))
    }

    /// Reads an address and looks where it leads now.
    pub async fn check(&self, given: &str) -> Result<Url, Refused> {
        let url = self.read(given)?;
        if let Some(name) = url.host_str().filter(|host| literal(host).is_none()) {
            self.resolve(name).await?;
        }
        Ok(url)
    }

    /// Reads an address; where its host is a name, where that leads is looked at by who connects.
    pub fn read(&self, given: &str) -> Result<Url, Refused> {
        let url = Url::parse(given).map_err(|_| Refused::Form("This is no absolute URL."))?;
        match url.scheme() {
            "https" => {}
            "http" if self.0.plain => {}
            _ => return Err(Refused::Form("Messages are sent by https.")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Form("An address holds no user name or password."));
        }
        if url.fragment().is_some() {
            return Err(Refused::Form("An address holds no fragment."));
        }
        let host = url.host_str().ok_or(Refused::Form("An address names a host."))?;
        if let Some(address) = literal(host) {
            self.look_at(address)?;
        }
        Ok(url)
    }

    /// Every address that a name has; refused where a single one is.
    async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, Refused> {
        let found = match self.0.hosts.get(name) {
            Some(known) => known.clone(),
            None => {
                let asked = tokio::time::timeout(LIMIT, tokio::net::lookup_host((name, 0))).await;
                let found = asked.map_err(|_| Refused::Unknown)?.map_err(|_| Refused::Unknown)?;
                found.map(|address| address.ip()).collect()
            }
        };
        if found.is_empty() {
            return Err(Refused::Unknown);
        }
        found.iter().try_for_each(|address| self.look_at(*address))?;
        Ok(found)
    }

    fn look_at(&self, address: IpAddr) -> Result<(), Refused> {
        // An IPv4 address in IPv6's clothes is reached as the former.
        let bare = address.to_canonical();
        let within = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&bare));
        let closed = within(&CLOSED_NETWORKS) || matches!(bare, IpAddr::V6(it) if !is_global_unicast(it));
        if closed && !within(&self.0.open) { Err(Refused::Closed(address)) } else { Ok(()) }
    }
}

/// The address that a host is, where it is one; the parser writes every IPv4 address in dotted decimal.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Of IPv6 only 2000::/3 is given out (RFC 4291 §2.4).
fn is_global_unicast(address: Ipv6Addr) -> bool {
    address.segments()[0] >> 13 == 1
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = Self::resolve(&guard, name.as_str()).await?;
            let sockets = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http {}, {} networks allowed", if self.0.plain { "too" } else { "refused" }, self.0.open.len())
    }
}

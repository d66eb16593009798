//! The settings with which a test starts the service.

use std::time::Duration;

use section55::changes::StreamLimits;
use section55::clock::Clock;
use section55::notifications;
use section55::server::Limits;
use section55::webhooks::{AddressPolicy, AllowedPorts};

/// Returns an address policy with fixed host names. It allows plain HTTP to every port of 127.0.0.0/8.
pub fn address_policy() -> AddressPolicy {
    let hosts = [
        ("hooks.example", &["127.0.0.1"][..]),
        ("example.org", &["93.184.215.14"]),
        ("inside.example", &["10.20.0.5"]),
        ("mixed.example", &["93.184.215.14", "169.254.169.254"]),
    ];
    let addresses = |all: &[&str]| all.iter().map(|it| it.parse().expect("an address")).collect();
    let hosts = hosts.into_iter().map(|(name, all)| (name.to_owned(), addresses(all))).collect();
    let policy = AddressPolicy::new(true, vec!["127.0.0.0/8".parse().expect("a network")]);
    policy.with_hosts(hosts).with_ports(AllowedPorts::Any)
}

/// Size of an instance's cache of public responses, in bytes.
pub const CACHE: u64 = 16 << 20;

/// The settings of one instance.
pub struct Setup {
    /// The rate limits.
    pub limits: Limits,
    /// The limits of the streams of changes.
    pub streams: StreamLimits,
    /// The address of clamd.
    pub clamd: Option<String>,
    /// The policy that decides where webhooks may be sent.
    pub address_policy: AddressPolicy,
    /// Certificate authorities that webhooks trust, in PEM.
    pub authorities: String,
    /// Size of the cache of public responses, in bytes.
    pub cache: u64,
    /// The clock that is compared with the database's.
    pub machine_clock: Clock,
    /// How long cached responses stay in use while the database does not respond.
    pub cache_stale: Duration,
    /// The number of worker threads.
    pub workers: usize,
    /// The settings of notifications.
    pub notifications: notifications::Settings,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            streams: StreamLimits::default(),
            clamd: None,
            address_policy: address_policy(),
            authorities: String::new(),
            cache: CACHE,
            machine_clock: Clock::system(),
            cache_stale: Duration::from_secs(600),
            workers: 1,
            notifications: notifications::Settings::default(),
        }
    }
}

impl From<AddressPolicy> for Setup {
    fn from(address_policy: AddressPolicy) -> Self {
        Self { address_policy, ..Self::default() }
    }
}

impl Setup {
    /// Returns the default settings with a cache of this many bytes.
    pub fn with_cache(cache: u64) -> Self {
        Self { cache, ..Self::default() }
    }
}

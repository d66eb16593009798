//! Starts the service for one test, on its own port, with a clock that the test sets.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use section55::api::CursorKey;
use section55::auth::Role;
use section55::auth::token::{DevelopmentKey, TokenContents, Verifier};
use section55::changes::FeedCursorKey;
use section55::clock::Clock;
use section55::files::{Scanner, Store};
use section55::imports::table::WorkbookReader;
use section55::server::{self, Limits, Origins, RunningServer, ServerComponents};
use section55::webhooks::{self, AddressPolicy};

use super::contract::Contract;
use super::database::Database;
use super::people::Person;

/// The service's secret.
pub const SECRET: &[u8] = b"a secret for the tests, 32 bytes at least";

/// Returns an address policy with fixed host names. It allows plain HTTP to 127.0.0.0/8.
pub fn address_policy() -> AddressPolicy {
    let hosts = [
        ("hooks.example", &["127.0.0.1"][..]),
        ("example.org", &["93.184.215.14"]),
        ("inside.example", &["10.20.0.5"]),
        ("mixed.example", &["93.184.215.14", "169.254.169.254"]),
    ];
    let addresses = |all: &[&str]| all.iter().map(|it| it.parse().expect("an address")).collect();
    let hosts = hosts.into_iter().map(|(name, all)| (name.to_owned(), addresses(all))).collect();
    AddressPolicy::new(true, vec!["127.0.0.0/8".parse().expect("a network")]).with_hosts(hosts)
}

/// A running service with its database.
pub struct App {
    pub base: String,
    pub clock: Clock,
    pub database: Database,
    pub contract: Arc<Contract>,
    key: DevelopmentKey,
    client: reqwest::Client,
    pub running: RunningServer,
    /// The store of evidence files.
    pub files: Store,
    folder: tempdir::Folder,
}

/// Returns noon UTC on 22 March 2022: a month after inspection 21866 was published, a month before its last day.
pub fn noon() -> DateTime<Utc> {
    "2022-03-22T12:00:00Z".parse().expect("an instant")
}

/// Size of an instance's cache of public responses, in bytes.
pub const CACHE: u64 = 16 << 20;

/// The settings of one instance.
pub struct Setup {
    /// The rate limits.
    pub limits: Limits,
    /// The address of clamd.
    pub clamd: Option<String>,
    /// The policy that decides where webhooks may be sent.
    pub address_policy: AddressPolicy,
    /// Certificate authorities that webhooks trust, in PEM.
    pub authorities: String,
    /// Size of the cache of public responses, in bytes.
    pub cache: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            clamd: None,
            address_policy: address_policy(),
            authorities: String::new(),
            cache: CACHE,
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

impl App {
    /// Starts the service at [`noon`].
    pub async fn start() -> Self {
        Self::start_with_setup(Setup::default()).await
    }

    /// Starts the service with these settings, at [`noon`].
    pub async fn start_with_setup(setup: Setup) -> Self {
        let folder = tempdir::Folder::new();
        let key = DevelopmentKey::open_or_create(folder.path()).expect("a key");
        Self::start_in(folder, Database::new().await, key, Clock::fixed_at(noon()), setup)
    }

    /// Starts another instance on the same database and with the same clock.
    pub async fn start_another_instance(&self, setup: Setup) -> Self {
        self.start_on(self.database.open_for_another_instance().await, self.clock.clone(), setup)
    }

    /// Starts another instance on the same database, with its own clock.
    pub async fn start_instance_with_own_clock(&self, setup: Setup) -> Self {
        self.start_on(self.database.open_for_another_instance().await, Clock::fixed_at(self.clock.now()), setup)
    }

    fn start_on(&self, database: Database, clock: Clock, setup: Setup) -> Self {
        let key = DevelopmentKey::open_or_create(self.folder.path()).expect("a key");
        Self::start_in(tempdir::Folder::new(), database, key, clock, setup)
    }

    /// Starts another instance without a cache that reaches the database through a socket in this folder.
    pub async fn start_instance_through_socket(&self, folder: &Path) -> Self {
        let database = self.database.open_through_socket(folder).await;
        self.start_on(database, self.clock.clone(), Setup::with_cache(0))
    }

    /// Starts the service with these rate limits.
    pub async fn start_with_limits(limits: Limits) -> Self {
        Self::start_with_setup(Setup { limits, ..Setup::default() }).await
    }

    /// Starts the service with clamd at this address.
    pub async fn start_with_scanner(address: String) -> Self {
        Self::start_with_setup(Setup { clamd: Some(address), ..Setup::default() }).await
    }

    fn start_in(folder: Folder, database: Database, key: DevelopmentKey, clock: Clock, setup: Setup) -> Self {
        let Setup { limits, clamd, address_policy, authorities, cache } = setup;
        let verifier = Arc::new(Verifier::new(vec![key.issuer()]).expect("a verifier"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let files = Store::open(&folder.path().join("files").to_string_lossy()).expect("a store of files");
        let parts = ServerComponents {
            db: database.db.clone(),
            exports_db: database.exports.clone(),
            verifier,
            clock: clock.clone(),
            cursor_key: CursorKey::new(SECRET),
            feed_cursor_key: FeedCursorKey::new(SECRET),
            webhooks: webhooks::Settings::new(SECRET, address_policy)
                .with_certificate_authorities(authorities.as_bytes())
                .expect("certificates"),
            files: files.clone(),
            workbook_reader: WorkbookReader::with_program(env!("CARGO_BIN_EXE_section55")),
            scanner: Scanner::new(clamd),
            security_contact: "mailto:security@section55.example".to_owned(),
            limits,
            origins: Origins::new(vec!["https://app.example".to_owned()]),
            cache_bytes: cache,
            workers: Some(1),
        };
        let running = server::start(parts, listener).expect("a server");
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self {
            base: format!("http://{}", running.address),
            clock,
            database,
            contract: Contract::shared(),
            key,
            client,
            running,
            files,
            folder,
        }
    }

    /// Returns the paths of all stored files, finished and temporary, relative to the store's folder and sorted.
    pub fn stored_files(&self) -> Vec<String> {
        let root = self.folder.path().join("files");
        let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                if entry.file_type().expect("a kind").is_dir() {
                    folders.push(entry.path());
                } else {
                    let path = entry.path();
                    found.push(path.strip_prefix(&root).expect("below").to_string_lossy().into_owned());
                }
            }
        }
        found.sort();
        found
    }

    /// Sets the clock to 12:00 UTC on this day.
    pub fn set_day(&self, day: &str) {
        self.clock.set(format!("{day}T12:00:00Z").parse().expect("a day"));
    }

    /// Returns a token for a subject with these roles in these areas. It is valid for ten years of the test's clock.
    pub fn token(&self, subject: &str, roles: &[&str], areas: &[&str]) -> String {
        self.token_of(subject, format!("{subject} (name)"), roles, areas)
    }

    fn token_of(&self, subject: &str, name: String, roles: &[&str], areas: &[&str]) -> String {
        self.key.sign(&TokenContents {
            subject: subject.to_owned(),
            name: Some(name),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            issued_at: self.clock.now(),
            lifetime: chrono::TimeDelta::days(3650),
        })
    }

    /// Returns a client with one role in one area, whose token carries this name.
    pub fn person_named(&self, name: &str, role: Role, area: &str) -> Person {
        let areas: &[&str] = if role == Role::Registrar { &[] } else { &[area] };
        let token = self.token_of(&format!("{role}@{area}.example"), name.to_owned(), &[&role.to_string()], areas);
        Person::new(self, self.client.clone(), Some(token))
    }

    /// Returns a client with one role in one area. A registrar's token names no area.
    pub fn person(&self, role: Role, area: &str) -> Person {
        let areas: &[&str] = if role == Role::Registrar { &[] } else { &[area] };
        self.person_with_roles(&format!("{role}@{area}"), &[&role.to_string()], areas)
    }

    /// Returns a client with these roles in these areas.
    pub fn person_with_roles(&self, subject: &str, roles: &[&str], areas: &[&str]) -> Person {
        Person::new(self, self.client.clone(), Some(self.token(subject, roles, areas)))
    }

    /// Returns a client that sends this token, valid or not.
    pub fn person_with_token(&self, token: &str) -> Person {
        Person::new(self, self.client.clone(), Some(token.to_owned()))
    }

    /// Returns a client that sends no token.
    pub fn public(&self) -> Person {
        Person::new(self, self.client.clone(), None)
    }
}

pub use tempdir::Folder;

mod tempdir {
    //! A temporary folder, removed when the test ends.

    use std::path::{Path, PathBuf};

    pub struct Folder(PathBuf);

    impl Folder {
        pub fn new() -> Self {
            let path = std::env::temp_dir().join(format!("section55-test-{}", uuid::Uuid::now_v7()));
            std::fs::create_dir_all(&path).expect("a folder");
            Self(path)
        }

        pub fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

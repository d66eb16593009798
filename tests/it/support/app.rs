//! The service, started for one test on a port of its own, with a clock the test can move.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use section55::api::CursorKey;
use section55::auth::Role;
use section55::auth::token::{DevelopmentKey, Grant, Verifier};
use section55::changes::Places;
use section55::clock::Clock;
use section55::files::{Scanner, Store};
use section55::imports::table::Sheets;
use section55::server::{self, Limits, Origins, Parts, Running};
use section55::webhooks::{self, Guard};

use super::contract::Contract;
use super::database::Database;
use super::people::Person;

/// The service's secret.
pub const SECRET: &[u8] = b"a secret for the tests, 32 bytes at least";

/// A guard that knows a few names, and lets webhooks be sent to this machine by http.
pub fn guard() -> Guard {
    let hosts = [
        ("hooks.example", &["127.0.0.1"][..]),
        ("example.org", &["93.184.215.14"]),
        ("inside.example", &["10.20.0.5"]),
        ("mixed.example", &["93.184.215.14", "169.254.169.254"]),
    ];
    let addresses = |all: &[&str]| all.iter().map(|it| it.parse().expect("an address")).collect();
    let hosts = hosts.into_iter().map(|(name, all)| (name.to_owned(), addresses(all))).collect();
    Guard::new(true, vec!["127.0.0.0/8".parse().expect("a network")]).knowing(hosts)
}

/// A running service with its database.
pub struct App {
    pub base: String,
    pub clock: Clock,
    pub database: Database,
    pub contract: Arc<Contract>,
    key: DevelopmentKey,
    client: reqwest::Client,
    pub running: Running,
    /// Where it keeps the bytes of files.
    pub files: Store,
    folder: tempdir::Folder,
}

/// Noon on a working day, a month after inspection 21866 was published and before its response was due.
pub fn noon() -> DateTime<Utc> {
    "2022-03-22T12:00:00Z".parse().expect("an instant")
}

/// Bytes of finished answers that an instance keeps.
pub const CACHE: u64 = 16 << 20;

/// How a service is set up.
pub struct Setup {
    /// How often it answers.
    pub limits: Limits,
    /// Where clamd is.
    pub clamd: Option<String>,
    /// Where webhooks may be sent.
    pub guard: Guard,
    /// The certificate authorities of receivers, in PEM.
    pub authorities: String,
    /// How many bytes of answers it keeps.
    pub cache: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self { limits: Limits::default(), clamd: None, guard: guard(), authorities: String::new(), cache: CACHE }
    }
}

impl From<Guard> for Setup {
    fn from(guard: Guard) -> Self {
        Self { guard, ..Self::default() }
    }
}

impl Setup {
    /// One that keeps so many bytes of answers.
    pub fn keeping(cache: u64) -> Self {
        Self { cache, ..Self::default() }
    }
}

impl App {
    /// Starts the service at [`noon`].
    pub async fn start() -> Self {
        Self::start_as(Setup::default()).await
    }

    /// The service as it is set up.
    pub async fn start_as(setup: Setup) -> Self {
        let folder = tempdir::Folder::new();
        let key = DevelopmentKey::open_or_create(folder.path()).expect("a key");
        Self::on(folder, Database::new().await, key, Clock::standing_at(noon()), setup)
    }

    /// Another instance on the same database and by the same clock.
    pub async fn beside(&self, setup: Setup) -> Self {
        self.another(self.database.again().await, self.clock.clone(), setup)
    }

    /// Another instance on the same database, with a clock of its own.
    pub async fn apart(&self, setup: Setup) -> Self {
        self.another(self.database.again().await, Clock::standing_at(self.clock.now()), setup)
    }

    fn another(&self, database: Database, clock: Clock, setup: Setup) -> Self {
        let key = DevelopmentKey::open_or_create(self.folder.path()).expect("a key");
        Self::on(tempdir::Folder::new(), database, key, clock, setup)
    }

    /// The same, that keeps nothing and meets its database at a socket in another folder.
    pub async fn through(&self, folder: &Path) -> Self {
        let database = self.database.through(folder).await;
        self.another(database, self.clock.clone(), Setup::keeping(0))
    }

    /// The same, answering no more than this often.
    pub async fn start_with(limits: Limits) -> Self {
        Self::start_as(Setup { limits, ..Setup::default() }).await
    }

    /// The same, with clamd at an address.
    pub async fn scanned_at(address: String) -> Self {
        Self::start_as(Setup { clamd: Some(address), ..Setup::default() }).await
    }

    fn on(folder: Folder, database: Database, key: DevelopmentKey, clock: Clock, setup: Setup) -> Self {
        let Setup { limits, clamd, guard, authorities, cache } = setup;
        let verifier = Arc::new(Verifier::new(vec![key.issuer()]).expect("a verifier"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let files = Store::open(&folder.path().join("files").to_string_lossy()).expect("a place for files");
        let parts = Parts {
            db: database.db.clone(),
            exports: database.exports.clone(),
            verifier,
            clock: clock.clone(),
            cursors: CursorKey::new(SECRET),
            places: Places::new(SECRET),
            webhooks: webhooks::Settings::new(SECRET, guard).trusting(authorities.as_bytes()).expect("certificates"),
            files: files.clone(),
            sheets: Sheets::run_by(env!("CARGO_BIN_EXE_section55")),
            scanner: Scanner::new(clamd),
            security_contact: "mailto:security@section55.example".to_owned(),
            limits,
            origins: Origins::new(vec!["https://app.example".to_owned()]),
            cache,
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

    /// The names of what is in the place for files, whole and unfinished, below its folder.
    pub fn stored(&self) -> Vec<String> {
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

    /// Moves the clock to noon in London-winter terms (12:00 UTC) of a day.
    pub fn set_day(&self, day: &str) {
        self.clock.set(format!("{day}T12:00:00Z").parse().expect("a day"));
    }

    /// A token for a subject with these roles in these areas, good for an hour of the test's clock.
    pub fn token(&self, subject: &str, roles: &[&str], areas: &[&str]) -> String {
        self.token_of(subject, format!("{subject} (name)"), roles, areas)
    }

    fn token_of(&self, subject: &str, name: String, roles: &[&str], areas: &[&str]) -> String {
        self.key.sign(&Grant {
            subject: subject.to_owned(),
            name: Some(name),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            issued_at: self.clock.now(),
            lifetime: chrono::TimeDelta::days(3650),
        })
    }

    /// The same under a name of their own.
    pub fn named(&self, name: &str, role: Role, area: &str) -> Person {
        let areas: &[&str] = if role == Role::Registrar { &[] } else { &[area] };
        let token = self.token_of(&format!("{role}@{area}.example"), name.to_owned(), &[&role.to_string()], areas);
        Person::new(self, self.client.clone(), Some(token))
    }

    /// Somebody with one role in one area (a registrar is of none).
    pub fn person(&self, role: Role, area: &str) -> Person {
        let areas: &[&str] = if role == Role::Registrar { &[] } else { &[area] };
        self.somebody(&format!("{role}@{area}"), &[&role.to_string()], areas)
    }

    /// Somebody with these roles in these areas.
    pub fn somebody(&self, subject: &str, roles: &[&str], areas: &[&str]) -> Person {
        Person::new(self, self.client.clone(), Some(self.token(subject, roles, areas)))
    }

    /// Somebody who sends this token, whatever it is.
    pub fn bearer(&self, token: &str) -> Person {
        Person::new(self, self.client.clone(), Some(token.to_owned()))
    }

    /// Anyone, without a token.
    pub fn public(&self) -> Person {
        Person::new(self, self.client.clone(), None)
    }
}

pub use tempdir::Folder;

mod tempdir {
    //! A folder that goes with the test.

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

//! Starts the service for one test, on its own port, with a clock that the test sets.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use section55::api::CursorKey;
use section55::auth::Role;
use section55::auth::token::{DevelopmentKey, TokenContents, Verifier};
use section55::changes::FeedCursorKey;
use section55::clock::Clock;
use section55::file_integrity;
use section55::files::{Scanner, Store};
use section55::imports::table::WorkbookReader;
use section55::people;
use section55::server::{self, Limits, Origins, RunningServer, ServerComponents};
use section55::webhooks;

use super::contract::Contract;
use super::database::Database;
use super::folder::Folder;
use super::people::Person;
pub use super::setup::{Setup, address_policy};

/// The service's secret.
pub const SECRET: &[u8] = b"a secret for the tests, 32 bytes at least";

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
    folder: Folder,
}

/// Returns noon UTC on 22 March 2022: a month after inspection 21866 was published, a month before its last day.
pub fn noon() -> DateTime<Utc> {
    "2022-03-22T12:00:00Z".parse().expect("an instant")
}

impl App {
    /// Starts the service at [`noon`].
    pub async fn start() -> Self {
        Self::start_with_setup(Setup::default()).await
    }

    /// Starts the service with these settings, at [`noon`].
    pub async fn start_with_setup(setup: Setup) -> Self {
        Self::start_on_database(Database::new().await, setup).await
    }

    /// Starts the service on this database, at [`noon`].
    pub async fn start_on_database(database: Database, setup: Setup) -> Self {
        let folder = Folder::new();
        let key = DevelopmentKey::open_or_create(folder.path()).expect("a key");
        let clock = Clock::fixed_at(noon());
        let location = folder.path().join("files").to_string_lossy().into_owned();
        let files = file_integrity::open_store(&database.db, &location, &clock).await.expect("a store of files");
        Self::start_in(folder, database, files, key, clock, setup)
    }

    /// Starts another instance on the same database and with the same clock.
    pub async fn start_another_instance(&self, setup: Setup) -> Self {
        self.start_on(self.database.open_for_another_instance().await, self.clock.clone(), setup)
    }

    /// Starts an instance on a copy of the database as it is now, as after a restore of a backup of this moment.
    pub async fn start_on_copy(&self) -> Self {
        self.start_on(self.database.copy().await, self.clock.clone(), Setup::default())
    }

    /// Starts another instance on the same database, with its own clock.
    pub async fn start_instance_with_own_clock(&self, setup: Setup) -> Self {
        self.start_on(self.database.open_for_another_instance().await, Clock::fixed_at(self.clock.now()), setup)
    }

    fn start_on(&self, database: Database, clock: Clock, setup: Setup) -> Self {
        let key = DevelopmentKey::open_or_create(self.folder.path()).expect("a key");
        Self::start_in(Folder::new(), database, self.files.clone(), key, clock, setup)
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

    fn start_in(
        folder: Folder,
        database: Database,
        files: Store,
        key: DevelopmentKey,
        clock: Clock,
        setup: Setup,
    ) -> Self {
        let Setup {
            limits,
            streams,
            clamd,
            address_policy,
            authorities,
            cache,
            cache_stale,
            machine_clock,
            workers,
            notifications,
        } = setup;
        let verifier = Arc::new(Verifier::new(vec![key.issuer()]).expect("a verifier"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let parts = ServerComponents {
            db: database.db.clone(),
            exports_db: database.exports.clone(),
            verifier,
            clock: clock.clone(),
            machine_clock,
            cursor_key: CursorKey::new(SECRET),
            feed_cursor_key: FeedCursorKey::new(SECRET),
            calendar_key: section55::deadlines::CalendarKey::new(SECRET),
            webhooks: webhooks::Settings::new(SECRET, address_policy)
                .with_certificate_authorities(authorities.as_bytes())
                .expect("certificates"),
            notifications,
            files: files.clone(),
            file_check_days: 30,
            workbook_reader: WorkbookReader::with_program(env!("CARGO_BIN_EXE_section55")),
            scanner: Scanner::new(clamd),
            security_contact: "mailto:security@section55.example".to_owned(),
            limits,
            streams,
            origins: Origins::new(&["https://app.example".to_owned()]).expect("an origin"),
            cache_bytes: cache,
            cache_stale,
            workers: Some(workers),
            // Tests record the callers themselves, so that nothing is written beside their requests.
            sightings_interval: Duration::from_secs(86_400),
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

    /// Returns the path of the folder of the file store.
    pub fn files_folder(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// Returns the paths of all stored files, finished and temporary, relative to the store's folder and sorted, without
    /// the marker.
    pub fn stored_files(&self) -> Vec<String> {
        let root = self.files_folder();
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
        found.retain(|path| path != "section55-store.json");
        found.sort();
        found
    }

    /// Records the callers that were seen in the directories of people, as the service does beside the requests. Returns
    /// their number.
    pub async fn record_sightings(&self) -> usize {
        people::record_pending(&self.database.db, &self.running.sightings).await.expect("the callers are recorded")
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

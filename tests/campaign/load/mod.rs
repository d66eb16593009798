//! The load: clients that write all the time, each in its own police area, and a reader that follows what they write.

pub mod caller;
mod client;
pub mod follower;
mod operations;
mod replay;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use reqwest::Method;
use section55::auth::token::TokenContents;
use section55::clock::Clock;
use tokio::task::JoinSet;

use self::caller::{Answer, Body, Caller, http_client};
use self::client::{Client, Officers, registration};
use crate::common::BoxedError;
use crate::ledger::{Intent, Ledger, Outcome};
use crate::programs::installation::Installation;
use crate::random::Random;

/// The areas of the clients.
pub const AREAS: [&str; 12] = [
    "kent",
    "essex",
    "surrey",
    "sussex",
    "norfolk",
    "suffolk",
    "dorset",
    "gwent",
    "cheshire",
    "cleveland",
    "durham",
    "hampshire",
];
/// The area of the record that all clients share.
pub const SHARED_AREA: &str = "cumbria";

/// Where the clients send their requests, and as whom.
#[derive(Clone)]
pub struct Target {
    /// The base URL.
    pub base: String,
    /// The keys of the tokens.
    pub installation: Arc<Installation>,
    /// The ledger of the requests.
    pub ledger: Ledger,
    client: reqwest::Client,
}

impl Target {
    /// Creates a target with connections of its own.
    pub fn new(base: String, installation: Arc<Installation>, ledger: Ledger) -> Result<Self, BoxedError> {
        Ok(Self { base, installation, ledger, client: http_client()? })
    }

    /// Returns a person with a role in some areas, whose token was issued at the campaign's time.
    pub fn person(&self, role: &str, areas: &[&str]) -> Caller {
        let token = self.installation.token_key.sign(&TokenContents {
            subject: format!("{role}@{}.example", areas.first().unwrap_or(&"all")),
            name: None,
            roles: vec![role.to_owned()],
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            issued_at: Clock::system().now(),
            lifetime: TimeDelta::hours(12),
        });
        Caller::new(&self.base, token, self.client.clone(), self.ledger.clone())
    }

    /// Returns an auditor of all areas of the clients.
    pub fn auditor(&self) -> Caller {
        let areas: Vec<&str> = AREAS.into_iter().chain([SHARED_AREA]).collect();
        self.person("auditor", &areas)
    }
}

/// How many clients write, and how.
#[derive(Clone, Copy, Debug)]
pub struct LoadSettings<'a> {
    /// A letter that begins every text the clients write. Each load on one database has another.
    pub name: &'a str,
    /// The seed of their choices.
    pub seed: u64,
    /// The number of clients.
    pub clients: usize,
    /// True if clients reset their connections in the middle of requests.
    pub resets: bool,
    /// True if clients publish drafts after their first one.
    pub publishes: bool,
}

/// Running clients.
pub struct Load {
    stopping: Arc<AtomicBool>,
    tasks: JoinSet<Result<Client, BoxedError>>,
    ledger: Ledger,
}

impl Load {
    /// Creates the records of clients and lets all of them write.
    pub async fn start(target: &Target, settings: &LoadSettings<'_>) -> Result<Self, BoxedError> {
        let LoadSettings { name, seed, clients: count, resets, publishes } = *settings;
        let (stopping, operations) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        // Operations of a later load must have other numbers.
        operations.store(target.ledger.len() as u64 + 1_000_000 * u64::from(name.as_bytes()[0]), Ordering::Relaxed);
        let sharer = target.person("opcc", &[SHARED_AREA]);
        let shared = create_shared_record(&sharer, name, &operations).await?;
        let mut tasks = JoinSet::new();
        for (n, area) in AREAS.iter().enumerate().take(count.clamp(1, AREAS.len())) {
            let officers = Officers {
                opcc: target.person("opcc", &[area]),
                constabulary: target.person("constabulary", &[area]),
                sharer: sharer.clone(),
            };
            let random = Random::new(seed, n as u64 + 1);
            let mut client = Client::new(area, format!("{name}{n}"), officers, random, operations.clone());
            client.shared.clone_from(&shared);
            let stopping = stopping.clone();
            tasks.spawn(async move {
                client.create_records().await?;
                client.resets = resets;
                client.publishes = publishes;
                while !stopping.load(Ordering::Relaxed) {
                    client.perform_one().await?;
                }
                Ok(client)
            });
        }
        Ok(Self { stopping, tasks, ledger: target.ledger.clone() })
    }

    /// Waits until this number of further writes was acknowledged. Returns false when the time is up, and fails when a
    /// client has failed.
    pub async fn wait_for_writes(&mut self, count: usize, timeout: Duration) -> Result<bool, BoxedError> {
        let (began, before) = (Instant::now(), self.ledger.count(Outcome::Acknowledged));
        while self.ledger.count(Outcome::Acknowledged) < before + count {
            if let Some(ended) = self.tasks.try_join_next() {
                ended??;
                return Err("a client has stopped".into());
            }
            if began.elapsed() > timeout {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        Ok(true)
    }

    /// Lets every client complete its operation and stops it. Then sends the last requests with keys again.
    pub async fn stop(mut self) -> Result<(), BoxedError> {
        self.stopping.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended??.check_replays(20).await;
        }
        Ok(())
    }
}

/// Registers the draft inspection that all clients amend.
async fn create_shared_record(sharer: &Caller, name: &str, operations: &AtomicU64) -> Result<String, BoxedError> {
    let operation = operations.fetch_add(1, Ordering::Relaxed);
    let marker = format!("<{name}-shared>");
    let key = Some(format!("{name}-shared"));
    let intent = Intent { resource: "inspection", action: "register", marker: marker.clone(), operation, key };
    let body = Body::Json(registration(&format!("{name}-shared"), SHARED_AREA, &marker));
    match sharer.write(&intent, Method::POST, "/v1/inspections", &[], &body).await {
        Answer::Reply(reply) if reply.status == 201 => reply.href(),
        other => Err(format!("the shared record cannot be registered: {other:?}").into()),
    }
}

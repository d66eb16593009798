//! What most scenarios have in common: one PostgreSQL, one instance of the service, clients, a reader, and the
//! reconciliation at the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::ledger::Ledger;
use crate::load::follower::{Follower, Seen};
use crate::load::{Load, LoadSettings, Target};
use crate::programs::installation::{Installation, create_folder};
use crate::programs::postgres::Postgres;
use crate::programs::service::Service;
use crate::random::Random;
use crate::reconciliation::{Evidence, reconcile};

/// How long the service may take to start.
pub const START_TIMEOUT: Duration = Duration::from_secs(60);

/// One PostgreSQL and one instance of the service.
pub struct Stage {
    /// The folder of the scenario.
    pub folder: PathBuf,
    /// The database.
    pub postgres: Postgres,
    /// The service.
    pub service: Service,
    /// The ledger.
    pub ledger: Ledger,
    /// The choices of the scenario itself.
    pub random: Random,
    installation: Arc<Installation>,
    seed: u64,
    clients: usize,
}

/// Clients that write, and a reader that follows them.
pub struct Running {
    /// Where they send their requests.
    pub target: Target,
    /// The clients.
    pub load: Load,
    /// The reader.
    pub follower: Follower,
}

impl Running {
    /// Lets the clients complete their operations, and returns what the reader saw.
    pub async fn stop(self) -> Result<(Target, Seen), BoxedError> {
        self.load.stop().await?;
        Ok((self.target, self.follower.stop().await?))
    }
}

impl Stage {
    /// Creates the folder of a scenario, its database and its service, without starting either.
    pub fn create(context: &Context, name: &str) -> Result<Self, BoxedError> {
        let Context { options, installation } = context;
        let folder = installation.folder.join(name);
        create_folder(&folder)?;
        let postgres = Postgres::with_copy(installation, folder.join("postgres"))?;
        let service = Service::new(installation, &folder, "service", |role| postgres.url(role))?;
        Ok(Self {
            folder,
            postgres,
            service,
            ledger: Ledger::default(),
            random: Random::new(options.seed, 0),
            installation: installation.clone(),
            seed: options.seed,
            clients: options.clients,
        })
    }

    /// Creates and starts both, and waits until the service is ready.
    pub async fn open(context: &Context, name: &str) -> Result<Self, BoxedError> {
        let mut stage = Self::create(context, name)?;
        stage.start().await?;
        Ok(stage)
    }

    /// Starts both, and waits until the service is ready.
    pub async fn start(&mut self) -> Result<(), BoxedError> {
        self.postgres.start().await?;
        self.service.start()?;
        self.service.wait_until_ready(START_TIMEOUT).await?;
        Ok(())
    }

    /// Starts the clients and the reader at this address, and waits for the first writes.
    pub async fn begin_with(
        &self,
        base: String,
        change: impl FnOnce(&mut LoadSettings<'_>),
    ) -> Result<Running, BoxedError> {
        let target = Target::new(base, self.installation.clone(), self.ledger.clone())?;
        let mut settings =
            LoadSettings { name: "a", seed: self.seed, clients: self.clients, resets: false, publishes: true };
        change(&mut settings);
        let load = Load::start(&target, &settings).await?;
        let follower = Follower::start(target.auditor());
        let mut running = Running { target, load, follower };
        if running.load.wait_for_writes(10 * self.clients, Duration::from_secs(60)).await? {
            return Ok(running);
        }
        Err("the clients do not get started".into())
    }

    /// Starts the clients and the reader at the service.
    pub async fn begin(&self) -> Result<Running, BoxedError> {
        self.begin_with(self.service.base(), |_| {}).await
    }

    /// Stops the clients and holds the ledger against this PostgreSQL. The service must become ready.
    pub async fn end(&mut self, running: Running, figures: &mut Figures) -> Result<(), BoxedError> {
        self.service.wait_until_ready(START_TIMEOUT).await?;
        let (target, seen) = running.stop().await?;
        self.reconcile(&target, seen, figures).await
    }

    /// Holds the ledger against this PostgreSQL.
    pub async fn reconcile(&self, target: &Target, seen: Seen, figures: &mut Figures) -> Result<(), BoxedError> {
        let database = self.postgres.administrator().await?;
        let mut evidence = Evidence { service: &self.service, target, database: &database, seen };
        reconcile(&mut evidence, figures).await
    }
}

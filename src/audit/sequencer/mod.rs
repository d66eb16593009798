//! The sequencer: gives every event that was committed its place in its area's tree, and signs what the trees then are.
//! One at a time, by a lock in the database; each batch is one transaction, so that it happened whole or not at all.

mod batch;
mod epoch;
mod store;
mod witness;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::{Client, Transaction};

use super::tree::store::RowError;
use crate::clock::Clock;
use crate::db::{Address, ConnectError};
use crate::ledger::{Checkpoint, Entry, Frontier, Hash, Head, Instant, Opening, SigningKey, Tile, hash_of, heads_log};
use batch::TileRow;
pub use witness::Witness;

/// How often it looks for what waits.
const PACE: Duration = Duration::from_millis(250);

/// The most events of one batch; where more wait, the next follows at once.
const MOST: i64 = 1_000;

/// How long one batch may take: more than PostgreSQL's own limits on its statements.
const LIMIT: Duration = Duration::from_secs(30);

/// Why a batch was not sequenced.
#[derive(Debug, thiserror::Error)]
pub enum SequencerError {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// PostgreSQL refused, or went away; nothing was written, or all of it.
    #[error("the database refused: {}", .0.as_db_error().map_or_else(|| .0.to_string(), ToString::to_string))]
    Database(#[from] tokio_postgres::Error),
    /// What the database holds is not what was written there: nothing is signed on top of it.
    #[error("the log was tampered with: {0}")]
    Tampered(#[from] RowError),
    /// What is known outside the database is not in it.
    #[error(
        "the checkpoint of size {0} of epoch {1} was signed, and is not in the database: it was restored, or is another; \
             nothing is signed until a new epoch is opened (section55 new-epoch)"
    )]
    Forked(u64, i32),
    /// What is known outside the database cannot be read.
    #[error("what is known outside the database is no checkpoint of this log: {0:?}")]
    Known(String),
    /// The file of the last checkpoint cannot be read or written.
    #[error("the last checkpoint cannot be kept outside the database: {0}")]
    File(#[from] std::io::Error),
    /// Another sequences.
    #[error("another sequences at this moment; try again")]
    Busy,
    /// The open epoch is another key's.
    #[error("the open epoch of the log is signed by another key; a new key needs a new epoch")]
    AnotherKey,
    /// An entry cannot be written as JSON.
    #[error("an entry cannot be written: {0}")]
    Entry(#[from] serde_json::Error),
    /// The database did not answer in time.
    #[error("the database did not answer in time")]
    TimedOut,
}

/// What one call did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequenced {
    /// Another is at it.
    NotLeading,
    /// Nothing waited.
    Nothing,
    /// So many events have their places now.
    Events(usize),
}

/// Where the log's checkpoints come from, and who signs them.
#[derive(Clone)]
pub struct Sequencer {
    address: Address,
    key: Arc<SigningKey>,
    clock: Clock,
    witness: Witness,
}

impl Sequencer {
    /// A sequencer on the database, entered as the sequencer's role.
    pub fn new(address: Address, key: SigningKey, clock: Clock) -> Self {
        Self { address, key: Arc::new(key), clock, witness: Witness::default() }
    }

    /// With places outside the database that know the last checkpoint.
    #[must_use]
    pub fn witness(mut self, witness: Witness) -> Self {
        self.witness = witness;
        self
    }

    /// The key that checkpoints are checked with.
    pub fn key(&self) -> &crate::ledger::VerifyingKey {
        self.key.public()
    }

    /// A connection of its own.
    pub async fn connect(&self) -> Result<Client, SequencerError> {
        let client = self.address.connect().await?;
        client.batch_execute(store::SESSION).await?;
        Ok(client)
    }

    /// Sequences for as long as it is let, in the background.
    pub fn spawn(self) -> tokio::task::JoinHandle<()> {
        tokio::spawn(async move {
            let sequencing = async {
                loop {
                    if let Err(error) = self.run().await {
                        tracing::error!(%error, "events wait for their places in the log");
                    }
                    tokio::time::sleep(4 * PACE).await;
                }
            };
            // Where there are no witnesses there is nothing to post; sequencing goes on.
            tokio::join!(sequencing, self.witness.clone().post());
        })
    }

    async fn run(&self) -> Result<(), SequencerError> {
        let mut client = self.connect().await?;
        self.compare(&mut client).await?;
        loop {
            match self.sequence_once(&mut client).await? {
                Sequenced::Events(count) if count as i64 >= MOST => {}
                Sequenced::Events(_) | Sequenced::Nothing => tokio::time::sleep(PACE).await,
                Sequenced::NotLeading => tokio::time::sleep(2 * PACE).await,
            }
        }
    }

    /// Sequences one batch of what waits.
    pub async fn sequence_once(&self, client: &mut Client) -> Result<Sequenced, SequencerError> {
        tokio::time::timeout(LIMIT, self.batch(client)).await.map_err(|_| SequencerError::TimedOut)?
    }

    async fn batch(&self, client: &mut Client) -> Result<Sequenced, SequencerError> {
        let tx = client.transaction().await?;
        if !store::lead(&tx).await? {
            return Ok(Sequenced::NotLeading);
        }
        let waiting = store::waiting(&tx, MOST).await?;
        if waiting.is_empty() {
            return Ok(Sequenced::Nothing);
        }
        let (waited, entries): (Vec<i64>, Vec<Entry>) = waiting.into_iter().unzip();
        let mut logs: Vec<String> = entries.iter().map(|entry| entry.log.clone()).collect();
        logs.sort_unstable();
        logs.dedup();
        let grown = batch::grow(&entries, store::trees(&tx, &logs).await?)?;
        store::place(&tx, &grown).await?;
        for grown in &grown {
            let leaves: Vec<Hash> = grown.leaves.iter().map(|(_, leaf)| *leaf).collect();
            store::keep(&tx, &filled(&tx, &grown.log, grown.before, &leaves).await?).await?;
        }
        let trees: Vec<(String, Frontier)> = grown.into_iter().map(|grown| (grown.log, grown.tree)).collect();
        let note = self.sign(&tx, trees).await?;
        store::done(&tx, &waited).await?;
        tx.commit().await?;
        self.witness.tell(&note).await?;
        Ok(Sequenced::Events(waited.len()))
    }

    /// Adds the heads of the trees that grew to the log of heads, and signs it.
    async fn sign(&self, tx: &Transaction<'_>, trees: Vec<(String, Frontier)>) -> Result<String, SequencerError> {
        let at = self.clock.now();
        let known = store::epoch(tx).await?;
        let opening = match &known {
            Some(opening) => opening.clone(),
            None => {
                let reason = "The log begins.".to_owned();
                let key = self.key.public().to_string();
                let opening = Opening { v: 1, epoch: 1, at: Instant(at), reason, key, previous: None };
                store::open(tx, &opening).await?;
                opening
            }
        };
        if opening.key != self.key.public().to_string() {
            return Err(SequencerError::AnotherKey);
        }
        let epoch = opening.epoch;
        let mut log = store::heads(tx, epoch).await?;
        let before = log.size();
        let mut leaves = Vec::new();
        if before == 0 {
            leaves.push(hash_of(&opening)?);
        }
        let first = before + leaves.len() as u64;
        let head = |(log, tree): (String, Frontier)| {
            (Head { v: 1, epoch, log, size: tree.size(), root: tree.root(), at: Instant(at) }, tree)
        };
        let heads: Vec<(Head, Frontier)> = trees.into_iter().map(head).collect();
        for (head, _) in &heads {
            leaves.push(hash_of(head)?);
        }
        leaves.iter().for_each(|leaf| log.push(*leaf));
        store::add_heads(tx, first, &heads).await?;
        store::keep(tx, &filled(tx, &heads_log(epoch), before, &leaves).await?).await?;
        let origin = format!("{}/{epoch}", self.key.public().name());
        let checkpoint = Checkpoint { origin, size: log.size(), root: log.root() };
        let note = checkpoint.sign(&self.key);
        store::sign(tx, epoch, &checkpoint, &log, &note).await?;
        Ok(note)
    }
}

/// The tiles that these leaves fill.
async fn filled(tx: &Transaction<'_>, log: &str, before: u64, leaves: &[Hash]) -> Result<Vec<TileRow>, SequencerError> {
    let tiles = Tile::completed(before, before + leaves.len() as u64);
    let mut stored = HashMap::new();
    for (level, first, there) in batch::wanted(before, &tiles) {
        // What stands in the database is what was there before this batch.
        let end = if level == 0 { before } else { there };
        stored.insert(level, store::level(tx, log, level, first.min(end), end).await?);
    }
    Ok(batch::fill(log, &tiles, stored, leaves))
}

//! The sequencer: assigns each committed event a position in its area's tree, and signs the tree heads. A lock in the
//! database lets one sequencer work at a time. Each batch is one transaction.

mod batch;
mod epoch;
mod failures;
mod store;
mod witness;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant as MonotonicInstant};

use tokio_postgres::{Client, Transaction};

use super::tree::store::RowError;
use crate::clock::Clock;
use crate::db::{Address, ConnectError};
use crate::ledger::{
    Checkpoint, Entry, EpochOpening, Frontier, Hash, Instant, SigningKey, Tile, TreeHead, heads_log, json_leaf_hash,
};
use crate::telemetry;
use batch::TileRow;
use failures::Failures;
pub use witness::Witnesses;

/// The time between two looks at an empty queue.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// The largest number of events in a batch. If more events wait, the next batch follows at once.
const BATCH_SIZE: i64 = 1_000;

/// The time limit of a batch. It is longer than the statement and lock timeouts of [`store::SESSION`].
const BATCH_TIMEOUT: Duration = Duration::from_secs(30);

/// The reasons why a batch failed.
#[derive(Debug, thiserror::Error)]
pub enum SequencerError {
    /// There is no connection to the database.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// PostgreSQL refused a statement, or the connection broke. The batch was written completely or not at all.
    #[error("the database failed: {}", .0.as_db_error().map_or_else(|| .0.to_string(), ToString::to_string))]
    Database(#[from] tokio_postgres::Error),
    /// The tables of the log are not as the sequencer wrote them. The sequencer does not sign such a log.
    #[error("the tables of the audit log were altered: {0}")]
    Tampered(#[from] RowError),
    /// A checkpoint that is known outside the database is not in the database: its size and its epoch.
    #[error(
        "the checkpoint of size {0} in epoch {1} was signed but is not in the database: the database was restored or \
         replaced. The sequencer signs nothing until a new epoch is opened with `section55 new-epoch`"
    )]
    Forked(u64, i32),
    /// No key of this log signed the checkpoint in the file.
    #[error("the checkpoint file does not hold a checkpoint of this log: {0:?}")]
    UnreadableCheckpoint(String),
    /// The checkpoint file cannot be read or written.
    #[error("cannot read or write the checkpoint file: {0}")]
    File(#[from] std::io::Error),
    /// Another sequencer holds the lock.
    #[error("another sequencer is at work on this database: try again")]
    Busy,
    /// The open epoch has another key than this sequencer.
    #[error(
        "the open epoch of the audit log has another signing key: open a new epoch for this key with \
         `section55 new-epoch`"
    )]
    OtherKey,
    /// An entry cannot be written as JSON.
    #[error("cannot write an entry as JSON: {0}")]
    Entry(#[from] serde_json::Error),
    /// The batch took longer than its time limit.
    #[error("the database did not respond in time")]
    TimedOut,
}

/// The outcome of a call for one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchOutcome {
    /// Another sequencer holds the lock.
    NotLeader,
    /// No events are waiting.
    QueueEmpty,
    /// This number of events received their positions.
    Events(usize),
}

/// The sequencer of one database, with the key that signs its checkpoints.
#[derive(Clone)]
pub struct Sequencer {
    address: Address,
    key: Arc<SigningKey>,
    clock: Clock,
    witnesses: Witnesses,
}

impl Sequencer {
    /// Makes a sequencer. The address must connect as the sequencer's database role.
    pub fn new(address: Address, key: SigningKey, clock: Clock) -> Self {
        Self { address, key: Arc::new(key), clock, witnesses: Witnesses::default() }
    }

    /// Adds the file and the witnesses that store checkpoints outside the database.
    #[must_use]
    pub fn with_witnesses(mut self, witnesses: Witnesses) -> Self {
        self.witnesses = witnesses;
        self
    }

    /// Returns the verifier key of the checkpoints.
    pub fn key(&self) -> &crate::ledger::VerifyingKey {
        self.key.public()
    }

    /// Opens the sequencer's own connection.
    ///
    /// # Errors
    /// [`SequencerError::Connect`] or [`SequencerError::Database`].
    pub async fn connect(&self) -> Result<Client, SequencerError> {
        let client = self.address.connect().await?;
        client.batch_execute(store::SESSION).await?;
        Ok(client)
    }

    /// Runs the sequencer as a background task until the task is aborted.
    pub fn spawn(self) -> tokio::task::JoinHandle<()> {
        tokio::spawn(async move {
            let sequencing = async {
                let mut failures = None;
                loop {
                    if let Err(error) = self.run(&mut failures).await {
                        let delay = self.record_failure(&mut failures, &error);
                        tokio::time::sleep(delay).await;
                    }
                }
            };
            // Without witnesses, posting ends at once. `join!` then continues with sequencing.
            tokio::join!(sequencing, self.witnesses.clone().post_checkpoints());
        })
    }

    /// Sequences until something fails.
    async fn run(&self, failures: &mut Option<Failures>) -> Result<(), SequencerError> {
        let mut client = self.connect().await?;
        self.check_witnesses(&mut client).await?;
        loop {
            let outcome = self.sequence_once(&mut client).await?;
            telemetry::set_sequencer_leader(outcome != BatchOutcome::NotLeader);
            // Without the lock, this sequencer did nothing that could have failed.
            if let Some(past) = failures.take_if(|_| outcome != BatchOutcome::NotLeader) {
                let seconds = past.seconds(MonotonicInstant::now());
                tracing::info!(failures = past.count(), seconds, "the sequencer works again");
            }
            match outcome {
                BatchOutcome::Events(count) if count as i64 >= BATCH_SIZE => {}
                BatchOutcome::Events(_) | BatchOutcome::QueueEmpty => tokio::time::sleep(POLL_INTERVAL).await,
                BatchOutcome::NotLeader => tokio::time::sleep(2 * POLL_INTERVAL).await,
            }
        }
    }

    /// Records a failure in the metrics and, at growing intervals, in the log. Returns the delay before the next
    /// attempt.
    fn record_failure(&self, failures: &mut Option<Failures>, error: &SequencerError) -> Duration {
        telemetry::set_sequencer_leader(false);
        let now = MonotonicInstant::now();
        let is_logged = failures.as_mut().is_none_or(|failures| failures.add(now));
        let failures = failures.get_or_insert_with(|| Failures::first(now));
        if is_logged {
            let (count, seconds) = (failures.count(), failures.seconds(now));
            tracing::error!(%error, failures = count, seconds, "the sequencer failed: audit events wait for their positions");
        }
        failures.delay()
    }

    /// Sequences one batch of waiting events.
    ///
    /// # Errors
    /// A [`SequencerError`]. The batch was then written completely or not at all.
    pub async fn sequence_once(&self, client: &mut Client) -> Result<BatchOutcome, SequencerError> {
        tokio::time::timeout(BATCH_TIMEOUT, self.batch(client)).await.map_err(|_| SequencerError::TimedOut)?
    }

    async fn batch(&self, client: &mut Client) -> Result<BatchOutcome, SequencerError> {
        let tx = client.transaction().await?;
        if !store::try_lead(&tx).await? {
            return Ok(BatchOutcome::NotLeader);
        }
        let waiting = store::find_waiting(&tx, BATCH_SIZE).await?;
        if waiting.is_empty() {
            return Ok(BatchOutcome::QueueEmpty);
        }
        let (sequence_numbers, entries): (Vec<i64>, Vec<Entry>) = waiting.into_iter().unzip();
        let mut logs: Vec<String> = entries.iter().map(|entry| entry.log.clone()).collect();
        logs.sort_unstable();
        logs.dedup();
        let growths = batch::append_entries(&entries, store::find_trees(&tx, &logs).await?)?;
        store::insert_leaves(&tx, &growths).await?;
        for growth in &growths {
            let leaves: Vec<Hash> = growth.leaves.iter().map(|(_, leaf)| *leaf).collect();
            store::insert_tiles(&tx, &completed_tiles(&tx, &growth.log, growth.before, &leaves).await?).await?;
        }
        let trees: Vec<(String, Frontier)> = growths.into_iter().map(|growth| (growth.log, growth.tree)).collect();
        let note = self.sign(&tx, trees).await?;
        store::delete_waiting(&tx, &sequence_numbers).await?;
        tx.commit().await?;
        self.witnesses.publish(&note).await?;
        Ok(BatchOutcome::Events(sequence_numbers.len()))
    }

    /// Appends the heads of the trees that grew to the log of heads, signs it, and returns the signed note. Opens
    /// epoch 1 if there is no epoch yet.
    async fn sign(&self, tx: &Transaction<'_>, trees: Vec<(String, Frontier)>) -> Result<String, SequencerError> {
        let at = self.clock.now();
        let found = store::find_epoch(tx).await?;
        let opening = match &found {
            Some(opening) => opening.clone(),
            None => {
                let reason = "The log begins.".to_owned();
                let key = self.key.public().to_string();
                let opening = EpochOpening { v: 1, epoch: 1, at: Instant(at), reason, key, previous: None };
                store::insert_epoch(tx, &opening).await?;
                opening
            }
        };
        if opening.key != self.key.public().to_string() {
            return Err(SequencerError::OtherKey);
        }
        let epoch = opening.epoch;
        let mut log = store::find_heads_tree(tx, epoch).await?;
        let before = log.size();
        let mut leaves = Vec::new();
        if before == 0 {
            leaves.push(json_leaf_hash(&opening)?);
        }
        let first = before + leaves.len() as u64;
        let head = |(log, tree): (String, Frontier)| {
            (TreeHead { v: 1, epoch, log, size: tree.size(), root: tree.root(), at: Instant(at) }, tree)
        };
        let heads: Vec<(TreeHead, Frontier)> = trees.into_iter().map(head).collect();
        for (head, _) in &heads {
            leaves.push(json_leaf_hash(head)?);
        }
        leaves.iter().for_each(|leaf| log.push(*leaf));
        store::insert_heads(tx, first, &heads).await?;
        store::insert_tiles(tx, &completed_tiles(tx, &heads_log(epoch), before, &leaves).await?).await?;
        let origin = format!("{}/{epoch}", self.key.public().name());
        let checkpoint = Checkpoint { origin, size: log.size(), root: log.root() };
        let note = checkpoint.sign(&self.key);
        store::insert_checkpoint(tx, epoch, &checkpoint, &log, &note).await?;
        Ok(note)
    }
}

/// Returns the tiles that become full with these new leaves.
async fn completed_tiles(
    tx: &Transaction<'_>,
    log: &str,
    before: u64,
    leaves: &[Hash],
) -> Result<Vec<TileRow>, SequencerError> {
    let tiles = Tile::completed_between(before, before + leaves.len() as u64);
    let mut stored = HashMap::new();
    for (level, first, existing) in batch::stored_hashes_needed(before, &tiles) {
        // The new leaves are already in the table, so the read must end before them.
        let end = if level == 0 { before } else { existing };
        stored.insert(level, store::find_level(tx, log, level, first.min(end), end).await?);
    }
    Ok(batch::complete_tiles(log, &tiles, stored, leaves))
}

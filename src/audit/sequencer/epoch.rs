//! Whether the database is the one that was signed, and how to go on where it is not: after a restore, or with a new key.

use tokio_postgres::Client;

use super::{Sequencer, SequencerError, store};
use crate::ledger::{Checkpoint, Instant, Opening};

/// The epoch that a checkpoint's origin names.
fn epoch_of(checkpoint: &Checkpoint) -> Option<i32> {
    checkpoint.origin.rsplit_once('/')?.1.parse().ok()
}

impl Sequencer {
    /// Holds what is known outside the database against it: a checkpoint that is not in it means that the database is
    /// behind, or another one, and that whatever were signed on top of it would be a fork.
    pub async fn compare(&self, client: &mut Client) -> Result<(), SequencerError> {
        let known = self.witness.known().await?;
        if known.is_empty() {
            return Ok(());
        }
        let tx = client.transaction().await?;
        let open = store::epoch(&tx).await?.map_or(0, |opening| opening.epoch);
        for note in known {
            let checkpoint = Checkpoint::read(&note).map_err(|_| SequencerError::Known(note.clone()))?;
            let epoch = epoch_of(&checkpoint).ok_or_else(|| SequencerError::Known(note.clone()))?;
            // An epoch that was closed is over, whatever became of its end.
            if epoch < open {
                continue;
            }
            if epoch > open || store::root(&tx, epoch, checkpoint.size).await? != Some(checkpoint.root) {
                return Err(SequencerError::Forked(checkpoint.size, epoch));
            }
        }
        Ok(())
    }

    /// Opens a new epoch for a reason, with the last checkpoint known outside the database in its first leaf; what is
    /// signed from then on goes by this sequencer's key.
    pub async fn open_epoch(&self, client: &mut Client, reason: &str) -> Result<i32, SequencerError> {
        let mut known = self.witness.known().await?;
        let size = |note: &String| {
            Checkpoint::read(note).ok().and_then(|it| Some((epoch_of(&it)?, it.size))).unwrap_or_default()
        };
        known.sort_by_key(size);
        let tx = client.transaction().await?;
        if !store::lead(&tx).await? {
            return Err(SequencerError::Busy);
        }
        let last = known.last().map(size).map_or(0, |(epoch, _)| epoch);
        let open = store::epoch(&tx).await?.map_or(0, |opening| opening.epoch);
        let (epoch, key) = (open.max(last) + 1, self.key.public().to_string());
        let at = Instant(self.clock.now());
        let opening = Opening { v: 1, epoch, at, reason: reason.to_owned(), key, previous: known.pop() };
        store::open(&tx, &opening).await?;
        // A log that has its opening alone is signed at once, so that it is known.
        let note = self.sign(&tx, Vec::new()).await?;
        tx.commit().await?;
        self.witness.tell(&note).await?;
        Ok(epoch)
    }
}

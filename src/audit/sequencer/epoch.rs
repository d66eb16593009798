//! The comparison of the database with the checkpoints stored outside it, and the opening of a new epoch after a
//! restore or with a new key.

use tokio_postgres::Client;

use super::witness::KnownCheckpoint;
use super::{Sequencer, SequencerError, store};
use crate::ledger::{Checkpoint, EpochOpening, Instant, VerifyingKey};

/// Returns the epoch in a checkpoint's origin.
fn epoch_of(checkpoint: &Checkpoint) -> Option<i32> {
    checkpoint.origin.rsplit_once('/')?.1.parse().ok()
}

impl Sequencer {
    /// Returns the checkpoint in a note if this sequencer's key, or the key of an epoch of this log, signed it.
    /// Signatures by other keys are ignored.
    fn open_note(&self, note: &str, keys: &[VerifyingKey]) -> Option<Checkpoint> {
        let all = std::iter::once(self.key.public()).chain(keys);
        all.into_iter().find_map(|key| Checkpoint::open(note, key).ok())
    }

    /// Compares the database with the checkpoints that the file and the witnesses hold. If one of them is not in the
    /// database, the database was restored or replaced, and signing it would fork the log.
    ///
    /// A note from a witness that no key of this log signed proves nothing: it is logged, and the witness's address is
    /// returned.
    ///
    /// # Errors
    /// [`SequencerError::Forked`] if a checkpoint is not in the database;
    /// [`SequencerError::UnreadableCheckpoint`] if no key of this log signed the note in the file.
    pub async fn check_witnesses(&self, client: &mut Client) -> Result<Vec<String>, SequencerError> {
        let known = self.witnesses.known_checkpoints().await?;
        let mut unsigned = Vec::new();
        if known.is_empty() {
            return Ok(unsigned);
        }
        let tx = client.transaction().await?;
        let open = store::find_epoch(&tx).await?.map_or(0, |opening| opening.epoch);
        let keys = store::find_keys(&tx).await?;
        for KnownCheckpoint { note, witness } in known {
            let found = self.open_note(&note, &keys).and_then(|checkpoint| Some((epoch_of(&checkpoint)?, checkpoint)));
            let (epoch, checkpoint) = match (found, witness) {
                (Some(found), _) => found,
                (None, None) => return Err(SequencerError::UnreadableCheckpoint(note)),
                (None, Some(url)) => {
                    tracing::error!(%url, "ignored a note from a witness: no key of this log signed it");
                    unsigned.push(url);
                    continue;
                }
            };
            // A closed epoch may have ended with checkpoints that a restored database lacks: the new epoch records
            // that.
            if epoch < open {
                continue;
            }
            if epoch > open || store::find_root(&tx, epoch, checkpoint.size).await? != Some(checkpoint.root) {
                return Err(SequencerError::Forked(checkpoint.size, epoch));
            }
        }
        Ok(unsigned)
    }

    /// Opens a new epoch with a reason, and returns its number. Its opening holds the last checkpoint known outside
    /// the database. From then on, this sequencer's key signs the log. A witness's note counts only if a key of this
    /// log signed it.
    ///
    /// # Errors
    /// [`SequencerError::Busy`] if another sequencer holds the lock.
    pub async fn open_epoch(&self, client: &mut Client, reason: &str) -> Result<i32, SequencerError> {
        let known = self.witnesses.known_checkpoints().await?;
        let tx = client.transaction().await?;
        if !store::try_lead(&tx).await? {
            return Err(SequencerError::Busy);
        }
        let keys = store::find_keys(&tx).await?;
        let last = known.into_iter().filter_map(|KnownCheckpoint { note, witness }| {
            // The key of the note in the file may be lost with the database, so its signature is not required.
            let parse_file = || Checkpoint::parse(&note).ok().filter(|_| witness.is_none());
            let checkpoint = self.open_note(&note, &keys).or_else(parse_file)?;
            Some((epoch_of(&checkpoint)?, checkpoint.size, note))
        });
        let last = last.max();
        let open = store::find_epoch(&tx).await?.map_or(0, |opening| opening.epoch);
        let known = last.as_ref().map_or(0, |(epoch, ..)| *epoch);
        let (epoch, key) = (open.max(known) + 1, self.key.public().to_string());
        let (at, previous) = (Instant(self.clock.now()), last.map(|(.., note)| note));
        let opening = EpochOpening { v: 1, epoch, at, reason: reason.to_owned(), key, previous };
        store::insert_epoch(&tx, &opening).await?;
        // The opening alone is signed at once, so that the file and the witnesses know the new epoch before any event.
        let note = self.sign(&tx, Vec::new()).await?;
        tx.commit().await?;
        self.witnesses.publish(&note).await?;
        Ok(epoch)
    }
}

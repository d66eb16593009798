//! Whether the database is the one that was signed, and how to go on where it is not: after a restore, or with a new key.

use tokio_postgres::Client;

use super::witness::Known;
use super::{Sequencer, SequencerError, store};
use crate::ledger::{Checkpoint, Instant, Opening, VerifyingKey};

/// The epoch that a checkpoint's origin names.
fn epoch_of(checkpoint: &Checkpoint) -> Option<i32> {
    checkpoint.origin.rsplit_once('/')?.1.parse().ok()
}

impl Sequencer {
    /// The checkpoint in a note that this sequencer, or the key of an epoch of this log, signed; others' signatures beside
    /// it do not matter.
    fn signed(&self, note: &str, keys: &[VerifyingKey]) -> Option<Checkpoint> {
        let all = std::iter::once(self.key.public()).chain(keys);
        all.into_iter().find_map(|key| Checkpoint::open(note, key).ok())
    }

    /// Holds what is known outside the database against it: a checkpoint that is not in it means that the database is
    /// behind, or another one, and that whatever were signed on top of it would be a fork. A witness that gives what no
    /// key of this log signed proves nothing: it is named in the answer, and not gone by.
    pub async fn compare(&self, client: &mut Client) -> Result<Vec<String>, SequencerError> {
        let known = self.witness.known().await?;
        let mut strange = Vec::new();
        if known.is_empty() {
            return Ok(strange);
        }
        let tx = client.transaction().await?;
        let (open, keys) = (store::epoch(&tx).await?.map_or(0, |opening| opening.epoch), store::keys(&tx).await?);
        for Known { note, witness } in known {
            let found = self.signed(&note, &keys).and_then(|it| Some((epoch_of(&it)?, it)));
            let (epoch, checkpoint) = match (found, witness) {
                (Some(found), _) => found,
                (None, None) => return Err(SequencerError::Known(note)),
                (None, Some(url)) => {
                    tracing::error!(%url, "the witness gave a note that no key of this log signed; it is not gone by");
                    strange.push(url);
                    continue;
                }
            };
            // An epoch that was closed is over, whatever became of its end.
            if epoch < open {
                continue;
            }
            if epoch > open || store::root(&tx, epoch, checkpoint.size).await? != Some(checkpoint.root) {
                return Err(SequencerError::Forked(checkpoint.size, epoch));
            }
        }
        Ok(strange)
    }

    /// Opens a new epoch for a reason, with the last checkpoint known outside the database in its first leaf; what is
    /// signed from then on goes by this sequencer's key. A witness's word counts where a key of this log signed it.
    pub async fn open_epoch(&self, client: &mut Client, reason: &str) -> Result<i32, SequencerError> {
        let known = self.witness.known().await?;
        let tx = client.transaction().await?;
        if !store::lead(&tx).await? {
            return Err(SequencerError::Busy);
        }
        let keys = store::keys(&tx).await?;
        let last = known.into_iter().filter_map(|Known { note, witness }| {
            // Our own file may be signed by a key of a database that is lost.
            let read = || Checkpoint::read(&note).ok().filter(|_| witness.is_none());
            let it = self.signed(&note, &keys).or_else(read)?;
            Some((epoch_of(&it)?, it.size, note))
        });
        let last = last.max();
        let open = store::epoch(&tx).await?.map_or(0, |opening| opening.epoch);
        let known = last.as_ref().map_or(0, |(epoch, ..)| *epoch);
        let (epoch, key) = (open.max(known) + 1, self.key.public().to_string());
        let (at, previous) = (Instant(self.clock.now()), last.map(|(.., note)| note));
        let opening = Opening { v: 1, epoch, at, reason: reason.to_owned(), key, previous };
        store::open(&tx, &opening).await?;
        // A log that has its opening alone is signed at once, so that it is known.
        let note = self.sign(&tx, Vec::new()).await?;
        tx.commit().await?;
        self.witness.tell(&note).await?;
        Ok(epoch)
    }
}

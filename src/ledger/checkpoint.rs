//! Checkpoints (C2SP tlog-checkpoint): a signed note whose text has three lines: the origin, size and root of a log.

use super::hash::Hash;
use super::note::{NoteError, SigningKey, VerifyingKey};

/// The reasons why a checkpoint cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The signed note is wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text of the note is not a checkpoint.
    #[error(
        "the text of the note is not a checkpoint: it must have an origin, a size and a root, each on its own line"
    )]
    Malformed,
}

/// The size and root of a log at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// The number of leaves.
    pub size: u64,
    /// The root over the leaves.
    pub root: Hash,
}

impl Checkpoint {
    /// Returns this checkpoint as a note signed by the key.
    pub fn sign(&self, key: &SigningKey) -> String {
        key.sign(&format!("{}\n{}\n{}\n", self.origin, self.size, self.root))
    }

    /// Verifies a note's signature by this key, and returns the checkpoint in the note.
    ///
    /// # Errors
    /// [`CheckpointError::Note`] if the key did not sign the note; [`CheckpointError::Malformed`] if its text is not a
    /// checkpoint.
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, CheckpointError> {
        Self::parse(key.open(note)?)
    }

    /// Parses the text of a note without checking its signatures.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] if the text is not a checkpoint.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let (origin, size, root) = (lines.next(), lines.next(), lines.next());
        let (Some(origin), Some(size), Some(root)) = (origin, size, root) else {
            return Err(CheckpointError::Malformed);
        };
        let number: u64 = size.parse().map_err(|_| CheckpointError::Malformed)?;
        let root = Hash::from_base64(root).ok_or(CheckpointError::Malformed)?;
        // A size must not have a sign or leading zeros: otherwise one checkpoint would have several texts.
        if origin.is_empty() || number.to_string() != size {
            return Err(CheckpointError::Malformed);
        }
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }
}

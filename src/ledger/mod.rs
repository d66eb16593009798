//! What can be proved without us: hashes, trees, signed checkpoints, the entries of the log and the bundles that carry
//! them. Pure: knows neither the database nor the network nor the clock. The format is told in docs/audit-format.md.

mod bundle;
mod canonical;
mod checkpoint;
mod entry;
mod hash;
mod note;
mod opened;
mod proof;
#[cfg(test)]
mod tests;
mod tile;
mod tree;
mod verify;

pub use bundle::{Line, Note, Payload};
pub use canonical::{canonical, digest, salted};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use entry::{ALL, Actor, Commitment, Entry, Head, Instant, Opening, hash_of, heads_log, leaf_text};
pub use hash::{Hash, leaf_hash, node_hash};
pub use note::{NoteError, SigningKey, VerifyingKey};
pub use proof::{consistency, inclusion, is_consistent, root_of_inclusion};
pub use tile::{TILE_WIDTH, Tile};
pub use tree::{Frontier, Node, fold, nodes};
pub use verify::{Refused, Verified, Verifier};

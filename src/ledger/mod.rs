//! The cryptography of the audit log: hashes, Merkle trees, signed checkpoints, log entries and bundles. These are pure
//! functions without database, network or clock. `docs/audit-format.md` defines the format.

mod bundle;
mod bundle_state;
mod canonical_json;
mod checkpoint;
mod entry;
mod hash;
mod note;
mod proof;
#[cfg(test)]
mod tests;
mod tile;
mod tree;
mod verifier;

pub use bundle::{BundleLine, BundleNote, BundlePayload};
pub use canonical_json::{canonical_json, salted_digest, sha256_hex};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use entry::{
    Actor, Commitment, Entry, EpochOpening, Instant, NO_AREA_LOG, TreeHead, heads_log, json_leaf_hash, leaf_json,
};
pub use hash::{Hash, leaf_hash, node_hash};
pub use note::{NoteError, SigningKey, VerifyingKey};
pub use proof::{consistency_proof_ranges, inclusion_proof_ranges, is_consistent, root_from_inclusion_proof};
pub use tile::{TILE_WIDTH, Tile};
pub use tree::{Frontier, Node, perfect_subtrees, root_of_subtrees};
pub use verifier::{VerificationError, VerificationReport, Verifier};

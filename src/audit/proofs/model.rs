//! What proofs look like to who asks for them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the log of heads was at one moment, signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditCheckpoint {
    /// The epoch it is of.
    pub epoch: i32,
    /// How many leaves the epoch's log of heads had.
    pub size: i64,
    /// The root over them, in base64.
    pub root: String,
    /// The signed note (C2SP tlog-checkpoint).
    pub note: String,
}

/// Checkpoints, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditCheckpoints {
    /// The checkpoints.
    pub items: Vec<AuditCheckpoint>,
    /// The key of the open epoch (C2SP signed-note's verifier key).
    pub key: Option<String>,
    /// Ask with this as `before` for older ones; null where there are none.
    pub next_before: Option<i64>,
}

/// The proof that an event is in the log: from its entry to a signed checkpoint.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditProof {
    /// The event.
    pub id: Uuid,
    /// What the log holds of it; the leaf's bytes are the canonical JSON (RFC 8785) of this.
    #[schema(value_type = Object)]
    pub entry: serde_json::Value,
    /// Its place in its log.
    pub index: u64,
    /// The hashes that lead from its leaf to the head's root (RFC 9162 §2.1.3), in base64.
    #[schema(value_type = Vec<String>)]
    pub proof: Vec<crate::ledger::Hash>,
    /// The head of its log, a leaf of the log of heads.
    #[schema(value_type = Object)]
    pub head: serde_json::Value,
    /// The head's place in the log of heads.
    pub head_index: u64,
    /// The hashes that lead from the head's leaf to the checkpoint's root.
    #[schema(value_type = Vec<String>)]
    pub head_proof: Vec<crate::ledger::Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// The proof that a log of one size is the beginning of the same log of another size.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditConsistency {
    /// The log: an area's, or `_heads/N`, the log of heads of epoch N.
    pub log: String,
    /// The smaller size.
    pub from: u64,
    /// The larger size.
    pub to: u64,
    /// The root at the smaller size, in base64.
    pub from_root: String,
    /// The root at the larger size, in base64.
    pub to_root: String,
    /// The hashes that prove it (RFC 9162 §2.1.4), in base64.
    #[schema(value_type = Vec<String>)]
    pub proof: Vec<crate::ledger::Hash>,
}

//! Checkpoints and proofs, as callers see them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A signed statement of the size and root of the log of heads.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditCheckpoint {
    /// The number of the epoch.
    pub epoch: i32,
    /// The number of leaves of the epoch's log of heads.
    pub size: i64,
    /// The root over these leaves, in base64.
    pub root: String,
    /// The checkpoint as a signed note (C2SP tlog-checkpoint).
    pub note: String,
}

/// Checkpoints, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AuditCheckpointList)]
pub struct AuditCheckpoints {
    /// The checkpoints.
    pub items: Vec<AuditCheckpoint>,
    /// The verifier key of the open epoch (C2SP signed-note); null if nothing was signed yet.
    pub key: Option<String>,
    /// The value of `before` for the next page of older checkpoints; null if there are none.
    pub next_before: Option<i64>,
}

/// The proof that an event is in the audit log, from its entry to a signed checkpoint.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditProof {
    /// The event's id.
    pub id: Uuid,
    /// The event as the log stores it. Its canonical JSON (RFC 8785) is the text of the leaf.
    #[schema(value_type = Object)]
    pub entry: serde_json::Value,
    /// The event's position in its log.
    pub index: u64,
    /// The inclusion proof from the leaf to the root of `head` (RFC 9162 §2.1.3), in base64.
    #[schema(value_type = Vec<String>)]
    pub proof: Vec<crate::ledger::Hash>,
    /// The tree head of the event's log, which is a leaf of the log of heads.
    #[schema(value_type = Object)]
    pub head: serde_json::Value,
    /// The position of the tree head in the log of heads.
    pub head_index: u64,
    /// The inclusion proof from the tree head to the root of the checkpoint, in base64.
    #[schema(value_type = Vec<String>)]
    pub head_proof: Vec<crate::ledger::Hash>,
    /// The checkpoint as a signed note (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

/// The proof that a log only grew between two sizes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditConsistency {
    /// The log: the code of an area, `_all`, or `_heads/N` for the log of heads of epoch N.
    pub log: String,
    /// The smaller size.
    pub from: u64,
    /// The larger size.
    pub to: u64,
    /// The root at the smaller size, in base64.
    pub from_root: String,
    /// The root at the larger size, in base64.
    pub to_root: String,
    /// The consistency proof (RFC 9162 §2.1.4), in base64.
    #[schema(value_type = Vec<String>)]
    pub proof: Vec<crate::ledger::Hash>,
}
